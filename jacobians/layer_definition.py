"""The examination of a layer that somebody wrote: what cannot work is refused at its definition, with the mend."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from .errors import LayerDefinitionError, names, nearest

if TYPE_CHECKING:
    from .layer import Layer

_SAID = ("theta", "constant", "optional")  # names of arguments, in a tuple


def examine_settings(cls: type[Layer], base: type[Layer]) -> None:
    """Before the settings become fields: each needs a default value, and the words of a layer their form.

    Raises:
        LayerDefinitionError: with the mend.
    """
    where, own = f"layer {cls.__name__}", cls.__dict__
    for name, kind in own.get("__annotations__", {}).items():
        if "ClassVar" not in str(kind):
            _examine_setting(name, kind, own, where)
    for said in _SAID:
        held = getattr(cls, said)
        if not isinstance(held, tuple) or not all(isinstance(a, str) for a in held):
            meant = (held,) if isinstance(held, str) else tuple(map(str, held)) if isinstance(held, list) else ("x",)
            raise LayerDefinitionError(f"{where}: {said} is {held!r}: write a tuple of names, {said} = {meant!r}")
    choices = cls.conventions
    if not isinstance(choices, dict) or not all(isinstance(v, tuple) for v in choices.values()):
        mend = 'write a dict of tuples, {"at_zero": (0.0, 1.0)}'
        raise LayerDefinitionError(f"{where}: conventions is {choices!r}: {mend}")
    words = [*_SAID, "interacts", "conventions"]
    for name in (n for n, v in own.items() if not n.startswith("_") and isinstance(v, tuple | dict | bool)):
        if not hasattr(base, name) and name not in own.get("__annotations__", {}) and nearest(name, words):
            raise LayerDefinitionError(f"{where}: {name} means nothing to a layer.{nearest(name, words)}")


def _examine_setting(name: str, kind: Any, own: Any, where: str) -> None:
    kind = getattr(kind, "__name__", kind)
    if name not in own:
        raise LayerDefinitionError(f"{where}: the setting {name} has no default value: write `{name}: {kind} = …`")
    if isinstance(own[name], list | dict | set):
        mend = f"write a tuple, `{name}: tuple = {tuple(own[name])!r}`"
        raise LayerDefinitionError(f"{where}: the setting {name} is {own[name]!r}, which can change: {mend}")


def examine(cls: type[Layer], base: type[Layer]) -> None:
    """Refuse a layer that cannot work, and say the mend. Sets the names of its arguments.

    Raises:
        LayerDefinitionError: with the mend.
    """
    where = f"layer {cls.__name__}"
    if "forward" not in cls.__dict__ and cls.forward is base.forward:
        raise LayerDefinitionError(f"{where} has no forward: write `def forward(self, x): …`")
    if cls.points.__func__ is base.points.__func__:  # type: ignore[attr-defined]
        raise LayerDefinitionError(f"{where} has no points: write `@classmethod def points(cls, rng, n)`")
    for abstract in (m for m in dir(cls) if getattr(getattr(cls, m), "__isabstractmethod__", False)):
        arguments = ", ".join(inspect.signature(getattr(cls, abstract)).parameters)
        raise LayerDefinitionError(f"{where} has no {abstract}: write `def {abstract}({arguments})`")
    parameters = list(inspect.signature(cls.forward).parameters.values())[1:]
    cls._many = len(parameters) == 1 and parameters[0].kind is inspect.Parameter.VAR_KEYWORD
    odd = [
        p.name for p in parameters if p.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD or p.default is not p.empty
    ]
    if (odd and not cls._many) or not parameters:
        raise LayerDefinitionError(
            f"{where}: forward must name its arguments plainly, `forward(self, x, W)`, or take `**x` alone; "
            f"it has {names(odd)}. What has a default value is a setting: annotate it in the class"
        )
    cls._names = tuple(p.name for p in parameters)
    _examine_attributes(cls, where)
    _examine_formulas(cls, where)


def _examine_attributes(cls: type[Layer], where: str) -> None:
    """theta, constant and optional must name arguments; settings must not; a layer of many arguments needs n."""
    settings = {f.name for f in fields(cls)}
    for said in ("theta", "constant", "optional"):
        stray = [a for a in getattr(cls, said) if a not in cls._names]
        if stray:
            mend = nearest(stray[0], cls._names) or f" Write some of {names(cls._names)}."
            raise LayerDefinitionError(f"{where}: {said} names {names(stray)}, which forward does not take.{mend}")
    if clash := settings & set(cls._names):
        raise LayerDefinitionError(f"{where}: {names(clash)} is both a setting and an argument; rename one")
    if stray := set(cls.conventions) - settings:
        raise LayerDefinitionError(f"{where}: conventions names {names(stray)}, which is no setting of it")
    if cls._many and "n" not in settings:
        raise LayerDefinitionError(
            f"{where}: forward takes **{cls._names[0]}, so it needs a setting: write `n: int = 2`"
        )


def _examine_formulas(cls: type[Layer], where: str) -> None:
    """One L_a for each argument that has a derivative, none for any other, all with forward's arguments."""
    wanted = [a for a in cls._names if a not in cls.constant]
    # L_a_from_output is the same Jacobian written in y (see verify/bound.py)
    written = {m[2:] for m in dir(cls) if m.startswith("L_") and not m.endswith("_from_output")}
    missing = [a for a in wanted if a not in written]
    stray = sorted(written - set(wanted))
    arguments = ", ".join(("self", *cls._names))
    if missing:
        raise LayerDefinitionError(
            f"{where} has no L_{missing[0]}: write `def L_{missing[0]}({arguments})` returning ∂y/∂{missing[0]}, "
            f"or list {missing[0]!r} in `constant` if it has no derivative"
        )
    if stray:
        mend = nearest(stray[0], wanted) or f" It takes {names(cls._names)}; rename or remove L_{stray[0]}."
        raise LayerDefinitionError(f"{where} has L_{stray[0]}, but no argument {stray[0]!r} with a derivative.{mend}")
    for a in wanted:
        got = tuple(inspect.signature(getattr(cls, f"L_{a}")).parameters)[1:]
        expected = ("k", *cls._names) if cls._many else cls._names
        if got != expected:
            raise LayerDefinitionError(
                f"{where}: L_{a} takes {names(got)}, forward takes {names(cls._names)}: "
                f"write `def L_{a}(self, {'k, **' if cls._many else ''}{', '.join(cls._names)})`"
            )
