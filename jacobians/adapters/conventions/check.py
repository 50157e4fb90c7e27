"""What `jacobians check FILE --convention NAME` checks: every part of the convention that the file has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...layer import Layer
from ..local import Local
from .convention import load
from .find import found_in


def trials(path: str, name: str, only: str | None = None) -> Iterator[tuple[str, Any, type[Layer]]]:
    """(name, forward and backward, layer) for each part.

    Args:
        path: a .py file, or a notebook.
        name: of the convention, or the path of a TOML file of one's own.
        only: a part or a layer.

    Raises:
        UnknownName: no such convention, part or layer.
        BadFile: a file that cannot be used, or has none of the parts.
    """
    convention = load(name)
    place = Local(path, given={n: getattr(np, n) for n in convention.given})
    for part, fast in found_in(place, convention, only).items():
        yield part, fast, fast.layer
