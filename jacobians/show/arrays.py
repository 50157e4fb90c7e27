"""Arguments, outputs and gradients in their own shapes, in text."""

from __future__ import annotations

import numpy as np

from .layout import WIDTH, Lines, bands, bracketed, titled
from .numbers import numbers, shape_of

_MOST = 400  # numbers; more are only counted


def array_lines(values: np.ndarray, width: int = WIDTH) -> Lines:
    """An argument or a gradient in its own shape: a vector is a column, a matrix a matrix, more axes slice by slice."""
    values = np.asarray(values)
    if values.ndim == 0:
        return numbers(values)
    if values.size == 0:
        return ["[ ]"]
    if values.size > _MOST:
        return [f"({values.size:,} numbers)"]
    if values.ndim > 2:
        leading = np.ndindex(values.shape[:-2])
        return bands([titled(str(list(at)), array_lines(values[at])) for at in leading], width, " ")
    rows = values.reshape(-1, 1) if values.ndim == 1 else values
    text = np.array(numbers(rows), dtype=object).reshape(rows.shape)
    widths = [max(map(len, column)) for column in text.T]
    lines = [" ".join(f"{c:>{w}}" for c, w in zip(row, widths, strict=True)) for row in text]
    return bracketed(lines, sum(widths) + len(widths) - 1)


def named_arrays(values: dict[str, np.ndarray], width: int = WIDTH) -> Lines:
    """Arrays side by side under their names and shapes, in as many bands as they need."""
    boxes = [titled(f"{a} {shape_of(v)}", array_lines(v, width)) for a, v in values.items()]
    return bands(boxes, width, "    ")
