"""Shards brought together: results of parts of a class, graded on several machines, in one folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import BadFile
from .store import Store, read_results

_TERMS = ("assignment", "key")


def merge(folders: Iterable[str | Path], store: Store) -> int:
    """Copy every result into one store; how many there are then.

    Raises:
        BadFile: results of different assignments or secrets, or two different ones of one name.
    """
    first: dict[str, Any] | None = None
    seen: dict[str, dict[str, Any]] = {}
    for folder in folders:
        for result in read_results(folder):
            first = first or result
            if any(result[k] != first[k] for k in _TERMS):
                raise BadFile(f"{folder} holds results of another assignment or secret: grade it again with the same")
            name = result["submission"]["name"]
            marks = {k: result[k] for k in ("points", "submission", "cache") if k in result}
            if seen.setdefault(name, marks) != marks:
                raise BadFile(f"{folder} holds another result of {name!r} than a folder before it: remove one")
            store.put(name, result)
    if not seen:
        raise BadFile("there is nothing to merge: give folders that `jacobians grade … --out` wrote")
    return len(seen)
