"""The formula language. Every formula is written once, and serves all uses.

`trace` and `parse` make expressions, `derive` differentiates them, `lower` turns them into
operations on rows of pixels, `shader` into GLSL or WGSL; `evaluate` computes their values over any
namespace `m`: `arrays` for NumPy, `dual(m)` for values with derivatives.
"""

from phosphene.formula.derive import derive as derive
from phosphene.formula.dual import dual as dual
from phosphene.formula.dual import tangent as tangent
from phosphene.formula.dual import value_of as value_of
from phosphene.formula.evaluate import NO_NODES as NO_NODES
from phosphene.formula.evaluate import evaluate as evaluate
from phosphene.formula.expr import Expr as Expr
from phosphene.formula.expr import Table as Table
from phosphene.formula.expr import apply as apply
from phosphene.formula.expr import as_expr as as_expr
from phosphene.formula.expr import const as const
from phosphene.formula.expr import node as node
from phosphene.formula.expr import rewrite as rewrite
from phosphene.formula.expr import slot as slot
from phosphene.formula.expr import var as var
from phosphene.formula.expr import variables as variables
from phosphene.formula.expr import walk as walk
from phosphene.formula.language import ARRAY_WORDS as ARRAY_WORDS
from phosphene.formula.language import FUNCTIONS as FUNCTIONS
from phosphene.formula.language import PRIMITIVES as PRIMITIVES
from phosphene.formula.language import SPELLINGS as SPELLINGS
from phosphene.formula.language import arrays as arrays
from phosphene.formula.language import expand as expand
from phosphene.formula.language import fold_fast as fold_fast
from phosphene.formula.language import namespace as namespace
from phosphene.formula.language import read as read
from phosphene.formula.language import trace as trace
from phosphene.formula.lower import Made as Made
from phosphene.formula.lower import Operand as Operand
from phosphene.formula.lower import Operation as Operation
from phosphene.formula.lower import Rows as Rows
from phosphene.formula.lower import Symbol as Symbol
from phosphene.formula.lower import Tape as Tape
from phosphene.formula.lower import lower as lower
from phosphene.formula.parse import Names as Names
from phosphene.formula.parse import Value as Value
from phosphene.formula.parse import Vector as Vector
from phosphene.formula.parse import componentwise as componentwise
from phosphene.formula.parse import parse as parse
from phosphene.formula.shader import GLSL as GLSL
from phosphene.formula.shader import WGSL as WGSL
from phosphene.formula.shader import shader as shader
