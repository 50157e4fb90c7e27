"""What a person should look at: signs in the source and in the answers that a backward pass was not written.

A flag is never a mark: it says what was seen and where, and somebody decides.

    forbidden-import       torch, tensorflow, jax, autograd, … are imported
    finite-differences     backward calls forward in a loop, or names say so; or its answers are right to some digits;
                           or it does its forward's work over and over (watching.py)
    complex-step           backward works with complex numbers
    hardcoded              many numbers are written out, or inputs are recognised by a hash
    long-source            more than a person writes: it was not searched
    unwatched              it failed where it was to be seen how much it computes, and not where it was judged
    undecided              the verdict is SUSPICIOUS or INCONCLUSIVE (README, What a verdict says)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from ..verify.results import Verdict
from .found import FORWARD, Judgement

DIFFERENTIATES = ("torch", "tensorflow", "jax", "autograd", "theano", "mxnet", "tinygrad", "sympy", "numdifftools")
_NUMERICAL = re.compile(r"numerical_?grad|finite_?diff|grad_?check|approx_(fprime|derivative)|eval_numerical", re.I)
_HASHING = ("hashlib", "tobytes", "md5", "sha256", "tostring")
_MANY = 24  # numbers with a fraction written out in one list: constants of a formula are fewer
_LONG = 400_000  # characters that nobody writes by hand
_LOOPS = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)
Flag = dict[str, str]


def in_source(source: str, label: str) -> list[Flag]:
    """The flags that the source raises, each once, with the line."""
    if len(source) > _LONG:
        return [{"name": "long-source", "text": f"{len(source):,} characters: not searched for signs", "where": label}]
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: dict[str, Flag] = {}
    for name, node, text in _signs(list(ast.walk(tree))):
        where = f"{label}, line {getattr(node, 'lineno', 0)}"
        found.setdefault(name + text, {"name": name, "text": text, "where": where})
    return list(found.values())


def _signs(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.AST, str]]:
    """`nodes`: of a whole file, parents before their children."""
    for node in nodes:
        for module in _imported(node):
            if module.partition(".")[0] in DIFFERENTIATES:
                yield "forbidden-import", node, f"{module} is imported: it can give a gradient that nobody wrote"
        hashes = isinstance(node, ast.Call) and _called(node) == "hash"
        if hashes or (isinstance(node, ast.Attribute) and node.attr in _HASHING):
            yield "hardcoded", node, "an input may be recognised by a hash of its bytes"
        if isinstance(node, ast.FunctionDef) and re.search(r"back|grad|deriv", node.name, re.IGNORECASE):
            yield from _in_backward(node)
    counts: dict[ast.AST, int] = {}
    for node in reversed(nodes):
        if isinstance(node, ast.List | ast.Tuple):
            counts[node] = sum(counts.get(item, _is_fraction(item)) for item in node.elts)
            if counts[node] >= _MANY:
                yield "hardcoded", node, f"{counts[node]} numbers are written out"


def _in_backward(function: ast.FunctionDef) -> Iterator[tuple[str, ast.AST, str]]:
    inside = list(ast.walk(function))
    calls = [n for n in inside if isinstance(n, ast.Call)]
    for node in calls:
        if _NUMERICAL.search(_called(node)):
            yield "finite-differences", node, f"{function.name} calls {_called(node)}"
    if forwards := {n for n in calls if re.search(r"forward|^f$|loss", _called(n))}:
        for loop in (n for n in inside if isinstance(n, _LOOPS)):
            for node in forwards.intersection(ast.walk(loop)):
                yield "finite-differences", node, f"{function.name} calls {_called(node)} in a loop"
    for node in inside:
        if (isinstance(node, ast.Constant) and isinstance(node.value, complex)) or _complex(node):
            yield "complex-step", node, f"{function.name} works with complex numbers"


def _complex(node: ast.AST) -> bool:
    """`….imag`, `complex128`: nothing that a real layer's gradient needs."""
    name = getattr(node, "attr", getattr(node, "id", ""))
    return isinstance(node, ast.Attribute | ast.Name) and name in ("imag", "complex", "complex128", "complex64")


def in_answers(judgement: Judgement) -> Iterator[Flag]:
    """The flags that the numbers raise."""
    for a, part in judgement.parts.items():
        if a != FORWARD and part.verdict is Verdict.FAIL and part.digits is not None and 3 <= part.digits:
            text = f"the gradient of {a} is right to about {part.digits} digits only, as finite differences are"
            yield {"name": "finite-differences", "text": text, "where": "its answers"}
        if part.verdict in (Verdict.SUSPICIOUS, Verdict.INCONCLUSIVE) and part.counted:
            text = f"{'forward' if a == FORWARD else f'the gradient of {a}'}: {part.verdict}, {part.text}"
            yield {"name": "undecided", "text": text, "where": "its answers"}


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _imported(node: Any) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def _is_fraction(node: ast.AST) -> bool:
    """Whether it is a number with a fraction, its sign included."""
    bare = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(bare, ast.Constant) and isinstance(bare.value, float) and bare.value % 1 != 0
