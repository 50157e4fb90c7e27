"""The lines of a convention as Python's own syntax: what they may say, and which names they read, assign and call.

    out, cache = affine_forward(x, w, b)            a function of the file
    self = Linear(i, o)                             an object, which stays in its place
    self.W = W                                      an attribute of it is set
    dW = self.dLdW                                  … or read
    out = {…}, [...], grads['W1'], a + b, -a, 2 * n dicts, lists, items; sums of numbers, or of objects there
    model = SimpleNamespace(layers=[self])          an object with attributes, of no class of the file

A name that the lines do not assign, and that is given by nobody, is a function or a class of the file.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from typing import Any

from ...errors import BadFile

BARE = "SimpleNamespace"  # of Python's `types`: every place has it
OPERATORS: dict[type[ast.AST], tuple[str, Callable[..., Any]]] = {
    ast.Add: ("__add__", operator.add),
    ast.Sub: ("__sub__", operator.sub),
    ast.Mult: ("__mul__", operator.mul),
    ast.Div: ("__truediv__", operator.truediv),
    ast.FloorDiv: ("__floordiv__", operator.floordiv),
    ast.Mod: ("__mod__", operator.mod),
    ast.Pow: ("__pow__", operator.pow),
    ast.MatMult: ("__matmul__", operator.matmul),
    ast.USub: ("__neg__", operator.neg),
    ast.Eq: ("__eq__", operator.eq),
    ast.NotEq: ("__ne__", operator.ne),
    ast.LtE: ("__le__", operator.le),
    ast.Lt: ("__lt__", operator.lt),
}
_EXPRESSIONS = (ast.Name, ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.UnaryOp, ast.BinOp, ast.Call, ast.Starred)
_PIECES = (ast.Attribute, ast.Subscript, ast.Compare, ast.keyword, ast.expr_context, ast.Assign, ast.Expr, ast.Module)


def parse(text: str, where: str) -> list[ast.stmt]:
    """The lines as Python's own syntax tree.

    Raises:
        BadFile: not Python, or more of Python than the lines of a convention may use.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise BadFile(f"{where}: `{(error.text or text).strip()}` is not Python ({error.msg})") from None
    for node in ast.walk(tree):
        if not isinstance(node, (*_EXPRESSIONS, *_PIECES, *OPERATORS)):
            said = ast.unparse(node) if isinstance(node, ast.stmt | ast.expr) else type(node).__name__
            raise BadFile(f"{where}: `{said}` is more than a call, an assignment, an attribute or an item")
    return tree.body


def expression(text: str) -> ast.expr:
    """A single expression."""
    return ast.parse(text, mode="eval").body


def read(steps: list[ast.stmt]) -> set[str]:
    """The names that the lines read."""
    return {n.id for s in steps for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def assigned(steps: list[ast.stmt]) -> set[str]:
    """The names that the lines assign."""
    return {n.id for s in steps for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def called(steps: list[ast.stmt], given: set[str]) -> Iterator[str]:
    """The functions, classes and static methods of the file that the lines call, in order: "affine_forward"."""
    for step in steps:
        for node in ast.walk(step):
            if isinstance(node, ast.Call):
                dotted = ast.unparse(node.func)
                if dotted.partition(".")[0] not in given:
                    yield dotted
