"""What the museum's files share: a twin's forward with somebody's wrong backward, and memory as a kernel reads it."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from ..case import Case, Code

Array = np.ndarray


def wrong(number: int, what: str, layer: str, backward: Any, *names: str, forward: Any = None, **settings: Any) -> Case:
    """The case of one row of real_bugs.csv: `backward` takes what the twin's forward saves.

    Args:
        number: the row's id.
        names: diagnoses that name the mistake.
        forward: where the mistake needs another forward than the twin's.
        settings: settings of the layer held fixed.
    """
    twin = importlib.import_module(f"reference.{layer}")
    code = Code(forward or twin.forward, backward)
    return Case(f"museum {number}: {what}", layer, code, False, names=names, settings=settings)


def raw(g: Array) -> Array:
    """The numbers that a kernel gets which takes g's memory for contiguous: from its start, one after the other."""
    owner = g
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    return np.resize(owner.ravel(order="K"), g.size).reshape(g.shape)


def to_bfloat16(x: Array) -> Array:
    """x rounded to bfloat16, held in its own type."""
    bits = np.asarray(x, np.float32).view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return rounded.view(np.float32).astype(np.asarray(x).dtype)
