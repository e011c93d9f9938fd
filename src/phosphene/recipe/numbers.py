"""Arrays inside a recipe: base64 of little-endian floats. Never pickled.

Not compressed here: compressed bytes differ between versions of zlib, and a recipe has only one
canonical text. Files compress the whole recipe.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Numbers:
    """A frozen array of float32 or float64, equal by value."""

    def __init__(self, array: Any):
        array = np.array(array)
        if array.dtype != np.float32:
            array = array.astype(np.float64)
        if not np.isfinite(array).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            raise ValueError(f"a number is not finite at {list(where)}")
        # A view of `bytes` can never be made writable.
        self.array: NDArray[np.floating] = np.frombuffer(array.tobytes(), array.dtype).reshape(
            array.shape
        )

    def __reduce__(self) -> Any:
        return Numbers, (self.array,)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Numbers)
            and self.array.dtype == other.array.dtype
            and np.array_equal(self.array, other.array)
        )

    def __hash__(self) -> int:
        return hash((self.array.shape, self.array.tobytes()))

    def __repr__(self) -> str:
        return f"Numbers(shape={self.array.shape}, {self.array.dtype})"

    def encode(self) -> dict[str, Any]:
        kind = "f32" if self.array.dtype == np.float32 else "f64"
        data = self.array.astype(self.array.dtype.newbyteorder("<")).tobytes()
        return {"shape": list(self.array.shape), kind: base64.b64encode(data).decode()}

    @classmethod
    def decode(cls, value: Any) -> Numbers:
        """From an array, nested lists, or `{"shape": [...], "f32": base64}`; else `ValueError`."""
        if isinstance(value, Numbers):
            return value
        if not isinstance(value, dict):
            try:
                return cls(np.array(value, None if isinstance(value, np.ndarray) else np.float64))
            except (ValueError, TypeError, OverflowError) as error:
                raise ValueError(f"expected an array of numbers: {error}") from None
        kinds = [k for k in ("f32", "f64") if k in value]
        if len(kinds) != 1 or set(value) != {"shape", kinds[0]}:
            raise ValueError('expected {"shape": [...], "f32": base64} or "f64"')
        try:
            data = base64.b64decode(value[kinds[0]], validate=True)
            array = np.frombuffer(data, "<f4" if kinds[0] == "f32" else "<f8")
            return cls(array.reshape(value["shape"]).astype(array.dtype.newbyteorder("=")))
        except (binascii.Error, TypeError, ValueError) as error:
            raise ValueError(f"cannot decode the numbers: {error}") from None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.decode,
            serialization=core_schema.plain_serializer_function_ser_schema(cls.encode),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "description": "nested lists of numbers, or shape and base64 of little-endian floats",
            "anyOf": [
                {"type": "array"},
                {
                    "type": "object",
                    "properties": {
                        "shape": {"type": "array", "items": {"type": "integer"}},
                        "f32": {"type": "string"},
                        "f64": {"type": "string"},
                    },
                    "required": ["shape"],
                },
            ],
        }
