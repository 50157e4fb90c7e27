"""A small example that reproduces a failure, as code to paste beside the file on trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..kinds import class_of

if TYPE_CHECKING:
    from .examine import Trial

MOST_NUMBERS = 120  # an example larger than this is read by nobody


def example(trial: Trial, g: np.ndarray, argument: str, kind: str, entry: tuple[int, ...], want: float) -> str | None:
    """Python code that calls forward and backward at the failing point and prints the wrong entry.

    Args:
        trial: where it failed; its point's values are numbers of the format.
        g: the upstream gradient, in the shape of y; of "jvp" the tangent, in the shape of the argument.
        argument, kind: what is wrong: the argument's "gradient" or "jvp", or y itself ("forward").
        entry: the wrong entry.
        want: what it should be.

    Returns:
        the code; None where it would hold more than MOST_NUMBERS numbers.
    """
    values = trial.point.values
    if sum(np.size(v) for v in values.values()) + g.size > MOST_NUMBERS:
        return None
    dtype = trial.format.name
    if (own := getattr(trial.fast, "example", None)) is not None and dtype in ("float64", "float32"):
        given = {a: np.asarray(v, dtype) if np.asarray(v).dtype.kind == "f" else v for a, v in values.items()}
        shown = own(given, trial.settings, g.astype(dtype), "" if kind == "forward" else argument, entry)
        return shown and shown + f"  # {want!r} is right"
    arguments = [f"{a}={_written(v, dtype)}" for a, v in values.items()]
    arguments += [f"{name}={value!r}" for name, value in trial.settings.items()]
    lines = ["import numpy as np"]
    if dtype == "bfloat16":
        lines.append("from ml_dtypes import bfloat16")
    if hasattr(class_of(trial.fast), "preamble"):
        lines += class_of(trial.fast).preamble(trial.fast)  # where an adapter makes forward
    if kind == "jvp":
        call = [f"    {{{argument!r}: {_written(g, dtype)}}},", *(f"    {one}," for one in arguments)]
        lines += ["tangent = jvp(", *call, ")", f"print(tangent[{_index(entry)}], {want!r})"]
        return "\n".join(lines)
    lines += ["y, saved = forward(", *(f"    {argument}," for argument in arguments), ")"]
    if kind == "forward":
        lines.append(f"print(y[{_index(entry)}], {want!r})")
    else:
        lines.append(f"g = {_written(g, dtype)}")
        lines.append(f'print(backward(g, saved)["{argument}"][{_index(entry)}], {want!r})')
    return "\n".join(lines)


def _written(v: Any, dtype: str) -> str:
    """An array as an expression that gives it back to the last bit."""
    v = np.asarray(v)
    kind = dtype if v.dtype.kind == "f" else v.dtype.name
    name = kind if kind == "bfloat16" else f"np.{'bool_' if kind == 'bool' else kind}"
    return f"np.array({v.tolist()!r}, {name})" if v.size else f"np.zeros({v.shape!r}, {name})"


def _index(entry: tuple[int, ...]) -> str:
    return ", ".join(map(str, entry)) or "()"
