"""A failure of code in a course's convention, reproduced in its own words: the lines, with numbers before them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from ...kinds import class_of, is_array
from .words import Array

if TYPE_CHECKING:
    from .layer import ConventionLayer


def written_example(
    fast: ConventionLayer, values: dict[str, Array], settings: dict[str, Any], g: Array, argument: str, entry: Any
) -> str | None:
    """Python that calls the code at one point, to be run beside it, and prints the entry.

    Args:
        values, g: of one call, as the layer here has them, in the format on trial.
        argument: whose gradient it is, or "" for the output.
        entry: the place in it, as the layer here has it.

    Returns:
        the code; None where the point is more than one call of the code.
    """
    part, words = fast.part, fast.words
    examples = words.examples(values, fast.layer.theta)
    if len(examples) != 1:
        return None
    sizes = words.sizes(examples[0]) or {}
    known: dict[str, Any] = {**sizes, **(words.settings(settings) or {})}
    for a, v in examples[0].items():
        for name, array in zip(part.course(a), words.split(a, v), strict=True):
            known[name] = words.there(array, name, sizes)
    row = g if part.each == "batch" else np.reshape(g, np.shape(g)[1:] if part.each == "example" else ())
    for name, array, of in zip(part.gradients("out"), fast.split_g(row), part.course("out"), strict=True):
        known[name] = words.there(array, name, sizes, of)
    used = [n for n in known if n in part.read]
    forward, backward = ("\n".join(ast.unparse(s) for s in part.steps[k]) for k in ("forward", "backward"))
    first = [n for n in used if n not in part.gradients("out")]
    said = ["import numpy as np", *(f"{n} = {_written(known[n])}" for n in first), forward]
    if argument:
        later = [f"{n} = {_written(known[n])}" for n in used if n in part.gradients("out")]
        said += [*later, *([backward] if backward else [])]
    return "\n".join([*said, f"print({_place(fast, examples[0], sizes, argument, entry)})"])


def _place(fast: ConventionLayer, one: dict[str, Array], sizes: dict[str, int], argument: str, entry: Any) -> str:
    """The entry as the course has it: "dw[0, 2]"."""
    part, words = fast.part, fast.words
    names = list(part.gradients(argument) if argument else part.course("out"))
    if len(names) > 1 or part.each == "entry":
        return ", ".join(names)
    if part.each == "example" and argument not in fast.layer.theta:
        entry = entry[1:]
    shape: tuple[int, ...] | None = np.shape(one[argument]) if argument else None
    if shape is None:
        return names[0]
    mark = np.zeros(shape)
    mark[tuple(entry)] = 1.0
    there = np.asarray(words.there(mark, names[0], sizes, part.course(argument)[0]))
    at: list[int] = np.argwhere(there == 1.0)[0].tolist() if there.ndim else []
    return f"{names[0]}[{', '.join(map(str, at))}]" if at else names[0]


def _written(v: Any) -> str:
    """A value as an expression that gives it back to the last bit."""
    if not is_array(v):
        return repr(v.item() if issubclass(class_of(v), np.generic) else v)
    kind = "bool_" if v.dtype.kind == "b" else v.dtype.name
    return f"np.array({v.tolist()!r}, np.{kind})" if v.size else f"np.zeros({v.shape!r}, np.{kind})"
