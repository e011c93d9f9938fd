"""The page about programs and their documents, with tables generated from the program."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene.catalogue.activations import ACROSS
from phosphene.engines import plan
from phosphene.formula import FUNCTIONS, PRIMITIVES
from phosphene.ir.checking import MAX_ENTRIES, MAX_ROWS
from phosphene.ir.document import MAGIC, VERSION
from phosphene.ir.labels import NUMBER_KINDS
from phosphene.ir.operations import KINDS, OPERATIONS

TEXT = """\
A recipe is compiled to a program: straight-line code over rows of pixels, and numbers. An engine needs nothing else to render the
picture. A program can be written as one binary document. Worker processes receive such documents, and a cache, a browser or a GPU
renderer can read them without Phosphene.

```python
import phosphene as ph
from phosphene.compiler import build
from phosphene.compiler.live import live_program
from phosphene.ir.program import Program

recipe = ph.style("silk", seed=7)
program = build(recipe)  # the smallest: equal constants share a place
program = live_program(recipe)  # for changing numbers in place, with labels
data = program.to_bytes()  # silk: about 10 KB gzipped, 13 KB with labels
program = Program.from_bytes(data)  # validated: safe for untrusted data
print(program.structure, program.digest)  # sha256 of the code alone; of code and numbers
```

## Structure and numbers

Recipes of one form, such as two seeds of a style, differ only in numbers. Their live programs have the same code, outputs and inputs,
so `structure`, the sha256 of these, can be the key of a shader or of anything else that is made from code. Weights, biases, palettes, z,
parameters and the scales of inputs change only `numbers`. Exponents, p in `q(f, p)`, and whether the levels of a measured distribution
are even, crowded or constant are part of the structure.

Each array of weights and each table is stored once; tangents and copies at shifted places use the same one.

## The document

Everything is little-endian. Every array begins at a multiple of 8 bytes, so a typed array can view it in place.

| offset | type | content |
|--:|---|---|
| 0 | 8 bytes | `{magic}` |
| 8 | uint32 | version: {version} |
| 12 | uint32 | length of the header, a multiple of 8 |
| 16 | uint64 | length of the document |
| 24 | uint32 | CRC-32, that of zlib, of everything from byte 32 on |
| 28 | uint32 | 0 |
| 32 | JSON | the header, in UTF-8, padded with spaces |
| then | int32 | `code`: 8 for each operation |
| then | float32 or float64 | `numbers` |
| then | int32 | `outputs`: the row of each channel |
| then | float64 | `latent`: for each entry of `labels.biases` its base, then its projection row by row |

Each array is padded with zeros to a multiple of 8 bytes. The header has these keys:

| key | content |
|---|---|
| `precision` | `f32` or `f64`, the type of `numbers` |
| `structure` | sha256, in hexadecimal: the number of inputs in decimal, then `code`, then `outputs` |
| `operations`, `numbers`, `outputs`, `latent` | the number of each |
| `rows` | rows of pixels that an engine needs, at most {rows} |
| `inputs` | rows 0, 1, ... that hold the inputs: x, y |
| `labels` | see below; only in programs that have labels |

A reader must refuse a document of another version.

## Operations

The eight fields of an operation are: its number, its target row d, rows a, b and c, a count n, and i and j. An operation works on n
rows at a time: rows d to d + n - 1 become its value of rows a to a + n - 1, and so on. k is `numbers[i]`, k2 is `numbers[j]`. A field
that an operation does not use is 0.

Every row is written before it is read, and no operation reads a row that it writes. `from_bytes` checks this and the range of every
index, because compiled kernels do not.

| number | name | value |
|--:|---|---|
{operations}

`dense` has its inputs in rows a to a + b - 1; its n x b weights start at `numbers[i]`, unit by unit, and its n biases at `numbers[j]`.
`table` reads j entries, 2 to {entries}, starting at `numbers[i]`, by linear interpolation at places 0 to 1.

Which operations are exact, how infinities and NaN are handled, and how accurate the transcendental functions are is specified by the
contract of engines, which `phosphene.testing.check_engine` tests.

## Labels

`labels` has four lists:

| list | entries |
|---|---|
| `numbers` | start, size, kind, name, which: what these numbers are |
| `rows` | operation, row, size, network, vector, tangent: once that operation has run, and until the rows are written again, they hold this vector of the network. Vector 0 is the inputs, vector i + 1 is made by step i; tangent is empty, `dx` or `dy` |
| `biases` | start, network, step, units, parts: biases with z in them |
| `z` | network, values: the z that the numbers are of |

Biases for another z are base + projection z, computed in float64, part by part in order, and rounded to the precision. The kinds of
numbers:

| kind | name; which |
|---|---|
{kinds}

A derived number is computed from others, such as `1 / k` of a parameter k; for another value of k, compile the recipe again. The
same is true of statistics, which were measured with the numbers in the program.

## Render plans

A `RenderPlan` holds a program and everything else that determines the pixels, as data.

```python
from phosphene.engines.plan import plan_from_bytes
from phosphene.render.first_pass import make_plan

plan = make_plan(recipe, (1920, 1080))  # live=True: with a live program
plan = plan_from_bytes(plan.to_bytes())
```

| offset | type | content |
|--:|---|---|
| 0 | 8 bytes | `{plan_magic}` |
| 8 | uint32 | version: {plan_version} |
| 12 | uint32 | length of the header, a multiple of 8 |
| 16 | JSON | the header, in UTF-8, padded with spaces |
| then | | the document of the program |

| key | content |
|---|---|
| `size` | width and height of the picture |
| `view` | the view of the recipe, which gives the exact places of samples |
| `affine` | a, b, c, d, e, f: the sample in column i and row j is at (a i + b j + c, d i + e j + f), up to rounding |
| `samples` | 1, or a square number of samples for every pixel, on a rotated grid |
| `steps` | limit and n: n x n samples where colours bend by more than the limit; see `phosphene.raster.antialias` |
| `finish` | dither (`none` or `blue`), rounding, invert |
| `first_pass` | whether numbers were measured on the whole picture; then the plan is valid for this size only |

Worker processes and clusters receive a plan, a rectangle of its picture, and the format of the file.

An engine with the capability `render` takes a plan and a rectangle, and computes places and anti-aliasing itself. For other engines,
`phosphene.raster.rendering.render_values` does this with `evaluate`; its pixels are the reference.
"""  # noqa: E501


def _operation(name: str) -> str:
    """The value of an operation in words."""
    special = {
        "copy": "a", "fill": "k", "select": "b where a is not 0, else c",
        "select_k": "k where a is not 0, else b", "select_rk": "b where a is not 0, else k",
        "select_kk": "k where a is not 0, else k2", "dense": "weights times inputs, plus biases",
        "table": "the value of a table at place a",
        "layer_norm": "layer norm of the n rows; k is added to the variance",
    }  # fmt: skip
    if name in special:
        return special[name]
    if name in ACROSS:
        return f"{name} of the n rows"
    base = name.removesuffix("_k").removeprefix("k_")
    description = (PRIMITIVES | FUNCTIONS)[base].description
    return {"rk": f"{description}; b is k", "kr": f"{description}; a is k, b is a"}.get(
        KINDS[name], description
    )


def _operations() -> Iterator[str]:
    for number, name in enumerate(OPERATIONS):
        yield f"| {number} | `{name}` | {_operation(name).replace('|', chr(92) + '|')} |"


def page() -> str:
    kinds = (f"| `{kind}` | {description} |" for kind, description in NUMBER_KINDS.items())
    note = "<!-- written by `make docs`; edit the program, not this page -->"
    text = TEXT.format(
        magic=MAGIC.decode(), version=VERSION, rows=f"{MAX_ROWS:,}", entries=f"{MAX_ENTRIES:,}",
        plan_magic=plan.MAGIC.decode(), plan_version=plan.VERSION,
        operations="\n".join(_operations()), kinds="\n".join(kinds),
    )  # fmt: skip
    return f"# Programs\n\n{note}\n\n{text}"
