"""The lines of a convention (lines.py), carried out in a place.

What is assigned to a name of `by_value` comes here as a value; everything else stays where it is, as a Handle.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from ...errors import BadFile, names
from ...kinds import is_dict, is_listed
from ...verify.door import Broken
from ..place import Handle, Place
from .lines import OPERATORS


class Steps:
    """Carries out lines in a place."""

    def __init__(self, place: Place, known: dict[str, Any], by_value: set[str], file_name: Mapping[str, str]):
        """`known`: the values of names, to which what the lines assign is added.

        `file_name`: what the file calls its functions and classes, where that is not what the lines call them.
        """
        self.place, self.known, self.by_value, self.file_name = place, known, by_value, file_name

    def run(self, steps: list[ast.stmt], claim: str) -> None:
        """Carry out the lines.

        Raises:
            Broken: the code raised, or returned something else; `claim` is what that breaks.
        """
        for step in steps:
            if isinstance(step, ast.Expr):
                self.value(step.value, keep=True)
            elif isinstance(step, ast.Assign):
                target = step.targets[0]
                self._assign(target, self.value(step.value, keep=self._kept(target)), step.value, claim)

    def _kept(self, target: ast.expr) -> bool | tuple[int, ...]:
        """What of the value is to stay in its place: what is assigned to a name that nobody wants here."""
        if isinstance(target, ast.Name):
            return target.id not in self.by_value
        if isinstance(target, ast.Tuple | ast.List):
            return tuple(k for k, t in enumerate(target.elts) if isinstance(t, ast.Name) and self._kept(t))
        return False

    def _assign(self, target: ast.expr, value: Any, source: ast.expr, claim: str) -> None:
        if isinstance(target, ast.Name):
            self.known[target.id] = value
        elif isinstance(target, ast.Attribute):
            self.place.set(self._object(target.value), target.attr, value)
        elif isinstance(target, ast.Subscript):
            self.place.set(self._object(target.value), f"[{self.value(target.slice)!r}]", value)
        elif isinstance(target, ast.Tuple | ast.List):
            for t, v in zip(target.elts, self._items(target, value, source, claim), strict=True):
                self._assign(t.value if isinstance(t, ast.Starred) else t, v, source, claim)

    def _items(self, target: ast.Tuple | ast.List, value: Any, source: ast.expr, claim: str) -> list[Any]:
        """The value's items, one for each target; a starred target takes as many as are left."""
        wanted = len(target.elts)
        star = next((k for k, t in enumerate(target.elts) if isinstance(t, ast.Starred)), None)
        fits = is_listed(value) and (len(value) == wanted if star is None else len(value) >= wanted - 1)
        if not fits:
            what = ast.unparse(source.func if isinstance(source, ast.Call) else source).removeprefix("self.")
            raise Broken(claim, f"{what} returned {said(value)}: return {ast.unparse(target).strip('()[]')}")
        if star is None:
            return list(value)
        after = wanted - star - 1
        middle = list(value[star : len(value) - after])
        return [*value[:star], middle, *value[len(value) - after :]]

    def value(self, node: ast.expr, keep: bool | tuple[int, ...] = ()) -> Any:
        """The value of an expression, or a Handle."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self._named(node.id)
            case ast.Tuple():
                return tuple(self._several(node.elts))
            case ast.List():
                return self._several(node.elts)
            case ast.Dict():
                return {self.value(k): self.value(v) for k, v in zip(node.keys, node.values, strict=True) if k}
            case ast.UnaryOp():
                return self._operated(node.op, self.value(node.operand), keep=keep)
            case ast.BinOp():
                return self._operated(node.op, self.value(node.left), self.value(node.right), keep=keep)
            case ast.Compare():
                return self._operated(node.ops[0], self.value(node.left), self.value(node.comparators[0]))
            case ast.Call():
                return self._call(node, keep)
            case ast.Attribute():
                return self.place.get(self._object(node.value), node.attr, keep is True)
            case ast.Subscript():
                return self._item(node, keep is True)
            case _:
                raise BadFile(f"`{ast.unparse(node)}` cannot stand in the lines of a convention")

    def _named(self, name: str) -> Any:
        if name not in self.known:
            raise BadFile(f"the lines of the convention read {name!r}, but have only {names(sorted(self.known))}")
        return self.known[name]

    def _several(self, nodes: list[ast.expr]) -> list[Any]:
        """The values, those of a starred name one after the other."""
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found += list(self.value(node.value))
            else:
                found.append(self._argument(node))
        return found

    def _argument(self, node: ast.expr) -> Any:
        """A value to be handed over: what is read from an object there may as well stay there."""
        return self.value(node, keep=isinstance(node, ast.Attribute | ast.Call | ast.BinOp))

    def _object(self, node: ast.expr) -> Handle:
        found = self.value(node, keep=True)
        if not isinstance(found, Handle):
            text = (
                f"the lines of the convention read attributes or items of {ast.unparse(node)}, which is {said(found)}"
            )
            raise Broken("forward", f"{text}: hand it over as it is")
        return found

    def _item(self, node: ast.Subscript, keep: bool) -> Any:
        whole, key = self.value(node.value, keep=True), self.value(node.slice)
        return self.place.get(whole, f"[{key!r}]", keep) if isinstance(whole, Handle) else whole[key]

    def _operated(self, op: ast.AST, *operands: Any, keep: bool | tuple[int, ...] = ()) -> Any:
        method, function = OPERATORS[type(op)]
        if any(isinstance(v, Handle) for v in operands):
            first, *others = operands
            if not isinstance(first, Handle):  # 2 * a: the object's own reflected method
                first, others, method = others[0], [first], method.replace("__", "__r", 1)
            return self.place.call(first, *others, method=method, keep=keep)
        return function(*operands)

    def _call(self, node: ast.Call, keep: bool | tuple[int, ...]) -> Any:
        arguments = self._several(node.args)
        keywords = {k.arg: self._argument(k.value) for k in node.keywords if k.arg}
        root = ast.unparse(node.func).partition(".")[0]
        if root not in self.known:
            dotted = ast.unparse(node.func)
            target = self.file_name.get(root, root) + dotted[len(root) :]
            return self.place.call(target, *arguments, keep=keep, **keywords)
        if isinstance(node.func, ast.Attribute):
            return self.place.call(
                self._object(node.func.value), *arguments, method=node.func.attr, keep=keep, **keywords
            )
        return self.place.call(self._object(node.func), *arguments, keep=keep, **keywords)


def said(x: Any) -> str:
    """What arrived, for a sentence: 'a tuple of 3', 'None', 'an array of shape [2, 3]'."""
    if x is None:
        return "None"
    if isinstance(x, Handle):
        return x.kind
    if is_listed(x) or is_dict(x):
        return f"a {type(x).__name__} of {len(x)}"
    if getattr(x, "shape", ()):
        return f"an array of shape {list(x.shape)}"
    return f"a value of type {type(x).__name__}"
