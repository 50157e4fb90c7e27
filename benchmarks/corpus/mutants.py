"""Systematic mistakes: every small change to the source of a backward pass, one at a time.

    sign            a + b ↔ a − b,  −a → a
    missing term    a + b → a,  a + b → b
    missing factor  a · b → a,  a · b → b  (and a / b → a);  likewise a += b, a *= b, … left out
    operator        a / b → a · b
    operands        A @ B → B @ A,  A.T → A
    gate            > ↔ ≥, < ↔ ≤ (equal but for ties), > → <
    constant        c → c + 1,  c → 2 c  (factors, axes, indices)
    reduction       sum ↔ mean
    answer          a returned gradient doubled, negated, zeroed, ×1.01, its last sample dropped, one entry 1 % off

A change may leave the function what it was (2·0, an axis of one, > for ≥ off the ties): such mutants are equal by
algebra, and are recognised by what they compute (see `verdicts.py` and tests/test_mutants.py).
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

Change = tuple[str, ast.AST]


def mutants(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """(what was changed, an object with forward and backward) for every mutant of a module's backward pass."""
    tree = ast.parse(inspect.getsource(module))
    for k, function in enumerate(tree.body):
        if isinstance(function, ast.FunctionDef) and function.name != "forward":
            yield from _in_function(tree, k, function, module)
    yield from _wrong_answers(module)


class Mutant:
    """forward and backward from a changed syntax tree."""

    def __init__(self, tree: ast.Module, original: ModuleType):
        scope: dict[str, Any] = {"__name__": f"mutant_of_{original.__name__}"}
        exec(compile(ast.fix_missing_locations(tree), "<mutant>", "exec"), scope)
        self.forward, self.backward = scope["forward"], scope["backward"]


def _in_function(tree: ast.Module, k: int, function: ast.FunctionDef, module: ModuleType) -> Iterator[tuple[str, Any]]:
    for number, node in enumerate(ast.walk(function)):
        for what, new in _changes(node):
            mutated = copy.copy(tree)
            mutated.body = [*tree.body[:k], _replaced(function, number, new), *tree.body[k + 1 :]]
            said = f"{function.name}, line {getattr(node, 'lineno', 0)}: {what}"
            yield said, Mutant(copy.deepcopy(mutated), module)


def _replaced(function: ast.FunctionDef, number: int, new: ast.AST) -> ast.FunctionDef:
    """A copy of the function with node `number` (in the order of ast.walk) replaced."""
    changed = copy.deepcopy(function)
    target = next(node for k, node in enumerate(ast.walk(changed)) if k == number)

    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return copy.deepcopy(new) if node is target else self.generic_visit(node)

    return Swap().visit(changed)


def _changes(node: ast.AST) -> Iterator[Change]:
    """Every small change to one node."""
    said = ast.unparse(node) if isinstance(node, ast.expr | ast.AugAssign) else ""
    if isinstance(node, ast.AugAssign):
        yield f"{said} → nothing (missing term or factor)", ast.Pass()
        if swap := _SWAPS.get(type(node.op)):
            new = ast.AugAssign(node.target, swap(), node.value)
            yield f"{said} → {ast.unparse(new)} (sign or operator)", new
    if isinstance(node, ast.BinOp):
        for what, new in _operations(node):
            yield f"{said} → {ast.unparse(new)} ({what})", new
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield f"{said} → {ast.unparse(node.operand)} (sign)", node.operand
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for op in _COMPARISONS.get(type(node.ops[0]), ()):
            new = ast.Compare(node.left, [op()], node.comparators)
            yield f"{said} → {ast.unparse(new)} (gate)", new
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in {node.value + 1, node.value * 2} - {node.value}:
            yield f"{said} → {value} (constant)", ast.Constant(value)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield f"{said} → {ast.unparse(node.value)} (operands)", node.value
    elif isinstance(node, ast.Attribute) and node.attr in ("sum", "mean"):
        other = "mean" if node.attr == "sum" else "sum"
        yield f"{said} → .{other} (reduction)", ast.Attribute(node.value, other, node.ctx)


_COMPARISONS: dict[type, tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE), ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
}  # fmt: skip


_SWAPS: dict[type, type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Div: ast.Mult}


def _operations(node: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    left, right = node.left, node.right
    if swap := _SWAPS.get(type(node.op)):
        yield "operator" if swap is ast.Mult else "sign", ast.BinOp(left, swap(), right)
    if isinstance(node.op, ast.MatMult):
        yield "operands", ast.BinOp(right, node.op, left)
    elif isinstance(node.op, ast.Add | ast.Mult):
        kind = "missing term" if isinstance(node.op, ast.Add) else "missing factor"
        yield kind, left
        yield kind, right
    elif isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
        yield "missing term" if isinstance(node.op, ast.Sub) else "missing factor", left


def _wrong_answers(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The right backward with one returned gradient spoiled."""
    parameters = inspect.signature(module.forward).parameters.values()
    arguments = sum(2 if p.kind is p.VAR_KEYWORD else p.default is p.empty for p in parameters)
    for what, spoil in _SPOILS.items():
        for k in range(min(3, arguments)):
            yield f"gradient {k} {what}", Spoiled(module, k, spoil)


class Spoiled:
    """The module's forward and backward, gradient number k spoiled (none, where there are fewer)."""

    def __init__(self, module: ModuleType, k: int, spoil: Callable[[np.ndarray], np.ndarray]):
        self.forward, self.k, self.spoil, self.module = module.forward, k, spoil, module

    def backward(self, g: np.ndarray, saved: Any) -> dict[str, np.ndarray]:
        answer = dict(self.module.backward(g, saved))
        for a in list(answer)[self.k : self.k + 1]:
            answer[a] = self.spoil(np.array(answer[a])).astype(np.asarray(answer[a]).dtype)
        return answer


def _last_sample_dropped(v: np.ndarray) -> np.ndarray:
    v[-1:] = 0
    return v


def _one_entry_off(v: np.ndarray) -> np.ndarray:
    if v.size:
        v.reshape(-1)[v.size // 2] *= 1.01
    return v


_SPOILS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "doubled": lambda v: 2 * v,
    "negated": lambda v: -v,
    "zeroed": lambda v: 0 * v,
    "1 % too large": lambda v: 1.01 * v,
    "without its last sample": lambda v: _last_sample_dropped(np.atleast_1d(v)).reshape(v.shape),
    "with one entry 1 % off": _one_entry_off,
}
