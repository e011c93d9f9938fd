"""One of everything that can be added, each as a contributor would write it."""

from __future__ import annotations

from tests.additions.scratch import Addition

ACTIVATION = Addition(
    row="activation",
    names=(),
    files={},
    edits={
        "src/phosphene/catalogue/activations.py": [
            (
                "ACTIVATIONS: dict[str, Activation] = {",
                '    "bump": Activation(lambda m, x: m.gauss(x) * x, "a hill beside a valley"),\n',
            )
        ]
    },
    noticed=("tests/test_goldens.py", "golden 'activation bump' is missing"),
    checks=("tests/test_goldens.py", "tests/test_docs.py", "tests/test_recipe.py"),
    uses=[("paint", "classic", "--activation", "bump", "--size", "32x32", "-o", "a.png")],
)

ARCHITECTURE = Addition(
    row="architecture",
    names=("pairs",),
    files={
        "src/phosphene/networks/pairs.py": (
            '"""Every second layer adds the one two before it."""\n\n'
            "from phosphene.ir.network import Add\n"
            "from phosphene.networks.layers import Layers\n\n\n"
            "def pairs(layers: Layers) -> None:\n"
            "    at = before = layers.hidden(layers.start, 0)\n"
            "    for layer in range(1, layers.network.depth):\n"
            "        new = layers.hidden(at, layer)\n"
            "        if layer % 2 == 0:\n"
            "            new = layers.add(Add(before, new), layers.network.width)\n"
            "            before = new\n"
            "        at = new\n"
            "    layers.output(at)\n"
        )
    },
    edits={
        "src/phosphene/catalogue/architectures.py": [
            (
                "ARCHITECTURES: dict[str, str] = {",
                '    "pairs": "every second layer adds the one two before it",\n',
            )
        ]
    },
    noticed=("tests/test_goldens.py", "golden 'pairs' is missing"),
    checks=(
        "tests/test_goldens.py",
        "tests/test_docs.py",
        "tests/test_recipe.py",
        "tests/test_house.py",
    ),
    uses=[
        ("paint", "classic", "--set", "networks.main.kind=pairs", "--size", "32x32", "-o", "a.png")
    ],
)

FORMAT = Addition(
    row="format",
    names=("ppm",),
    files={
        "src/phosphene/files/ppm.py": (
            '"""PPM: netpbm\'s plain bytes; the recipe stands in a comment of the header."""\n\n'
            "from __future__ import annotations\n\n"
            "from typing import Any, BinaryIO\n\n"
            "from numpy.typing import NDArray\n\n"
            "from phosphene.files.bounded import most_text\n"
            "from phosphene.files.format_types import Still\n"
            "from phosphene.files.texts import pack, unpack\n\n"
            'MARK = b"# phosphene "\n\n\n'
            "class PpmWriter:\n"
            '    """P6 for colours, P5 for grey."""\n\n'
            '    sample_format = "bytes"\n\n'
            "    def __init__(self, file: BinaryIO, still: Still):\n"
            "        (width, height), kind = still.size, 5 if still.channels == 1 else 6\n"
            "        self.file = file\n"
            '        texts = pack(still.texts).replace("\\n", " ").encode()\n'
            '        header = b"P%d\\n%s%s\\n%d %d\\n255\\n"\n'
            "        file.write(header % (kind, MARK, texts, width, height))\n\n"
            "    def write(self, rows: NDArray[Any]) -> None:\n"
            "        self.file.write(rows.tobytes())\n\n"
            "    def finish(self) -> None:\n"
            "        pass\n\n\n"
            "def read_texts(path: Any, data: BinaryIO) -> dict[str, str]:\n"
            '    """The texts of the header; none where another program wrote the file."""\n'
            "    data.readline(8)\n"
            "    line = data.readline(most_text())\n"
            "    return unpack(path, line[len(MARK) :]) if line.startswith(MARK) else {}\n"
        )
    },
    edits={
        "src/phosphene/files/formats.py": [
            (
                "FORMATS: dict[str, Format] = {",
                '    ".ppm": Format(\n'
                '        ("phosphene.files.ppm", "PpmWriter"), "PPM, plain bytes", ("bytes",),\n'
                "        alpha=False,\n"
                "        reader=Reader(\n"
                '            "a PPM", (b"P6\\n", b"P5\\n"), ("phosphene.files.ppm", "read_texts")\n'
                "        ),\n"
                '        metadata=("a comment", "-"),\n'
                "    ),\n",
            )
        ]
    },
    noticed=("tests/test_docs.py", "make docs"),
    checks=("tests/test_docs.py", "tests/test_house.py", "tests/files/test_every_format.py"),
    uses=[
        ("paint", "silk", "--seed", "7", "--size", "40x40", "-o", "a.ppm"),
        ("check", "a.ppm"),
        ("show", "a.ppm"),
        ("render", "a.ppm", "--size", "20x20", "-o", "b.png"),
    ],
)

COMMAND = Addition(
    row="command",
    names=("seeds",),
    files={
        "src/phosphene/cli/seeds.py": (
            '"""phosphene seeds"""\n\n'
            "from __future__ import annotations\n\n"
            "from phosphene.cli.console import result\n\n"
            'EXAMPLE = "phosphene seeds"\n\n\n'
            "def seeds_command() -> None:\n"
            '    """Three seeds to begin with."""\n'
            '    result("7 42 harbour", {"seeds": [7, 42, "harbour"]}, False)\n'
        )
    },
    edits={
        "src/phosphene/cli/commands.py": [
            (
                "COMMANDS: dict[str, Command] = {",
                '    "seeds": Command("seeds", "Look", "Print three seeds."),\n',
            )
        ]
    },
    noticed=("tests/test_docs.py", "make docs"),
    checks=("tests/test_docs.py", "tests/test_house.py", "tests/cli/test_commands.py"),
    uses=[("seeds",), ("seeds", "--help")],
)

PATH = Addition(
    row="film path",
    names=("sway",),
    files={
        "src/phosphene/motion/paths/sway.py": (
            '"""The path sway: the picture swings about its centre."""\n\n'
            "from __future__ import annotations\n\n"
            "from phosphene.core import exact\n"
            "from phosphene.motion.paths.frame_state import FrameState\n"
            "from phosphene.motion.paths.path import Argument, Move, Path, Spec, read_number\n"
            "from phosphene.recipe import Recipe\n\n\n"
            "def sway(recipe: Recipe, spec: Spec) -> Move:\n"
            '    """Out to one side, to the other, and back."""\n\n'
            "    def move(state: FrameState, t: float) -> FrameState:\n"
            '        turned = spec["angle"] * float(exact.sin(2.0 * exact.PI * t))\n'
            "        return state.looking(rotation=state.view.rotation + turned)\n\n"
            "    return move\n\n\n"
            "SWAY = Path(\n"
            '    sway, "swings about the view\'s centre",\n'
            '    arguments={"angle": Argument("how far, in radians", read_number, 0.2)},\n'
            '    closes=lambda recipe, spec: True, bare="angle",\n'
            ")  # fmt: skip\n"
        )
    },
    edits={
        "src/phosphene/motion/paths/table.py": [
            (
                "from phosphene.motion.paths.rotate import ROTATE",
                "from phosphene.motion.paths.sway import SWAY\n",
            ),
            ('    "rotate": ROTATE,', '    "sway": SWAY,\n'),
        ]
    },
    noticed=("tests/test_docs.py", "make docs"),
    checks=("tests/test_docs.py", "tests/test_house.py", "tests/motion/test_paths.py"),
    uses=[
        (
            *("animate", "silk", "--seed", "7", "--path", "sway 0.3", "--frames", "4"),
            *("--size", "32x32", "-o", "a.gif"),
        )
    ],
)

STYLE = Addition(
    row="style",
    names=("rings",),
    files={
        "src/phosphene/styles/rings.py": (
            '"""rings: level lines of one field, as wide as a dial says."""\n\n'
            "from __future__ import annotations\n\n"
            "from phosphene.core.rng import Seed\n"
            "from phosphene.recipe import Recipe\n"
            "from phosphene.recipe.dials import Dials, within\n"
            "from phosphene.styles.named_draws import Draws, network\n\n"
            'RINGS: Dials = {"rings": (6.0, "how many, 1 to 30")}\n\n\n'
            "def rings(seed: Seed, *, rings: float) -> Recipe:\n"
            '    draws = Draws("rings", seed)\n'
            '    within("rings", rings, 1, 30)\n'
            "    return Recipe(\n"
            '        seed=seed, style="rings",\n'
            "        networks={\n"
            '            "main": network([*draws.plane(0.4), "r"], 12, [1.4], ["tanh"], 1)\n'
            "        },\n"
            "        shading={\n"
            '            "params": {"rings": rings},\n'
            '            "grey": "0.5 + 0.5*sin(rings*main0)",\n'
            "        },\n"
            "    )  # fmt: skip\n"
        )
    },
    edits={
        "src/phosphene/styles/__init__.py": [
            (
                "STYLES: dict[str, Style] = {",
                '    "rings": Style(\n'
                '        "phosphene.styles.rings.rings",\n'
                '        "level lines of one field", sweep="rings=2..22/6",\n'
                "    ),\n",
            ),
        ]
    },
    noticed=("tests/test_goldens.py", "golden 'style rings 0' is missing"),
    checks=("tests/test_goldens.py", "tests/test_docs.py", "tests/styles/test_house_styles.py"),
    uses=[("paint", "rings", "--seed", "7", "--rings", "9", "--size", "40x40", "-o", "a.png")],
    generates=[("docs/gallery.py", "rings")],
)

ENGINE = Addition(
    row="engine",
    names=("halves",),
    files={
        "src/phosphene/engines/halves.py": (
            '"""The engine halves: the reference engine, half of the points at a time."""\n\n'
            "from __future__ import annotations\n\n"
            "import numpy as np\n"
            "from numpy.typing import NDArray\n\n"
            "from phosphene.engines.reference import ReferenceEngine\n"
            "from phosphene.ir.program import Program\n\n\n"
            "class HalvesEngine(ReferenceEngine):\n"
            '    name = "halves"\n\n'
            "    def evaluate(\n"
            "        self,\n"
            "        program: Program,\n"
            "        points: NDArray[np.floating],\n"
            "        into: NDArray[np.floating] | None = None,\n"
            "    ) -> NDArray[np.floating]:\n"
            "        middle = points.shape[1] // 2\n"
            "        parts = (points[:, :middle], points[:, middle:])\n"
            "        found = [super(HalvesEngine, self).evaluate(program, p) for p in parts]\n"
            "        return np.concatenate(found, axis=1)\n"
        )
    },
    edits={
        "src/phosphene/engines/__init__.py": [
            (
                "ENGINES: dict[str, EngineRow] = {",
                '    "halves": EngineRow(\n'
                '        "phosphene.engines.halves", "HalvesEngine", "the reference, in halves"\n'
                "    ),\n",
            )
        ]
    },
    noticed=("tests/test_docs.py", "make docs"),
    checks=("tests/test_docs.py", "tests/test_house.py", "tests/engines/test_conformance.py"),
    uses=[
        ("paint", "classic", "--seed", "3", "--engine", "halves", "--size", "24x24", "-o", "a.png")
    ],
)

FIELD = Addition(
    row="recipe field",
    files={},
    edits={
        "src/phosphene/recipe/parts.py": [
            (
                "    invert: bool = False",
                "    exposure: Annotated[float, Field(ge=0, le=16)] = 1.0\n",
            )
        ],
        "src/phosphene/recipe/defaults.py": [
            ("ADDED: tuple[Added, ...] = (", '    Added("0.3", "Finish", "exposure", 1.0),\n')
        ],
        "src/phosphene/compiler/shading.py": [
            (
                "    channels = list(space.formula(trace, *colour))",
                "    if recipe.finish.exposure != 1.0:\n"
                "        channels = [c * recipe.finish.exposure for c in channels]\n",
            )
        ],
        "src/phosphene/compiler/forms.py": [
            ("        surface.period, recipe.precision,", "        recipe.finish.exposure,\n")
        ],
        "tests/goldens/recipes.py": [
            (
                '    "grey": one({"grey": "0.5 + 0.5*sin(3*main0)"}),',
                '    "exposure": {**one(), "finish": {"exposure": 0.5}},\n',
            )
        ],
    },
    noticed=("tests/test_goldens.py", "golden 'exposure' is missing"),
    checks=(
        *("tests/test_goldens.py", "tests/test_docs.py", "tests/test_defaults.py"),
        *("tests/test_recipe.py", "tests/test_old_files.py", "tests/test_forms.py"),
    ),
    uses=[("paint", "silk", "--set", "finish.exposure=0.5", "--size", "40x40", "-o", "a.png")],
    forgotten={
        "src/phosphene/recipe/defaults.py": "tests/test_defaults.py",
        "src/phosphene/compiler/forms.py": "tests/test_forms.py",
    },
)

ADDITIONS = (ACTIVATION, ARCHITECTURE, FORMAT, COMMAND, PATH, STYLE, ENGINE, FIELD)
