"""Whose argument is whose: the names that others give to the arguments and settings of layers."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import BadFile, names
from ..verify.door import parameters

# What others call the arguments and settings of layers; the layer's own names and their lower case need no entry.
ALIASES: dict[str, tuple[str, ...]] = {
    "x": ("input", "inp", "inputs", "hidden_states", "a"),
    "W": ("weight", "weights", "kernel", "weight_ih"),
    "U": ("weight_hh",),
    "b": ("bias", "bias_ih"),
    "c": ("bias_hh",),
    "P": ("weight", "pe"),
    "gamma": ("weight", "scale", "w"),
    "beta": ("bias", "shift", "b"),
    "mean": ("running_mean",),
    "var": ("running_var",),
    "slope": ("weight",),
    "v": ("weight_v", "value"),
    "g": ("weight_g",),
    "q": ("query",),
    "k": ("key",),
    "labels": ("target", "targets", "y"),
    "target": ("targets", "y"),
    "yhat": ("input", "y_hat", "pred"),
    "mask": ("attn_mask",),
    "eps": ("epsilon",),
    "groups": ("num_groups",),
    "kernel": ("kernel_size",),
}


def matched(args: Sequence[str], taken: Iterable[str]) -> dict[str, str]:
    """{argument: the name among `taken` that means it}: its own name first, then those of ALIASES; each name once."""
    free = {name.lower(): name for name in reversed(list(taken))}
    result: dict[str, str] = {}
    for a in args:  # those that need no guess first
        if a.lower() in free:
            result[a] = free.pop(a.lower())
    for a in args:
        for alias in ALIASES.get(a, ()):
            if a not in result and alias in free:
                result[a] = free.pop(alias)
    return result


def in_call(
    function: Any, args: Sequence[str], settings: Iterable[str], label: str
) -> tuple[list[str], dict[str, str]]:
    """How to call a function: {argument or setting: parameter}, where names tell; the order of the others.

    Returns:
        The arguments to give by position (all of them, or none), and the parameter of each that is given by name.

    Raises:
        BadFile: it takes another number of arguments, and their names do not say which is which.
    """
    accepted = signature(function)
    if accepted is None or inspect.Parameter.POSITIONAL_ONLY in _kinds(function):
        return list(args), {}
    by_name = matched([*args, *settings], accepted)
    optional = defaults(function)
    missing, free = [a for a in args if a not in by_name], _free(accepted, by_name, optional)
    if len(missing) < len(args) and len(free) == len(missing):  # where one is left, names tell that one, too
        return [], by_name | dict(zip(missing, free, strict=True))
    given = {s: p for s, p in by_name.items() if s not in args}
    required = _free(accepted, given, optional)
    if len(required) != len(args):
        raise BadFile(
            f"{label} takes {names(accepted)}, and the layer has the arguments {names(args)}: name its parameters like "
            f"them, or write a function of {names(args)} that calls it"
        )
    return list(args), given


def _free(accepted: Sequence[str], given: dict[str, str], optional: dict[str, Any]) -> list[str]:
    """The parameters that still need a value."""
    return [p for p in accepted if p not in given.values() and p not in optional]


def signature(function: Any) -> tuple[str, ...] | None:
    """The names a function takes by name; None when it takes any, or will not tell."""
    found = parameters(function)
    if found is None or (found and _kinds(function) & {inspect.Parameter.VAR_POSITIONAL}):
        return None
    return found


def _kinds(function: Any) -> set[Any]:
    return {p.kind for p in inspect.signature(function).parameters.values()}


def defaults(function: Any) -> dict[str, Any]:
    """The default of each parameter that has one."""
    found = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in found if p.default is not inspect.Parameter.empty}
