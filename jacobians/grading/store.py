"""A folder of results: one JSON file a submission, written whole or not at all, found again by its contents.

OUT/results/NAME.json     what `grade` gave, with `cache`: sha256 of all that it depends on
OUT/gradebook.csv, OUT/report.html
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..errors import BadFile
from ..kinds import is_dict
from .assignment import Assignment
from .grade import SCHEMA

Result = dict[str, Any]


def cache_key(assignment: Assignment, key: str, submission: str, sandbox: str) -> str:
    """sha256 of everything that a result depends on.

    Args:
        key: the secret's name (`secret.key_id`); submission: its digest; sandbox: the level of protection.
    """
    whole = (SCHEMA, __version__, np.__version__, assignment.digest, key, submission, sandbox)
    return hashlib.sha256(repr(whole).encode()).hexdigest()


class Store:
    """The results under one folder."""

    def __init__(self, folder: str | Path):
        """Raises BadFile where no folder can be made."""
        self.folder = Path(folder)
        try:
            (self.folder / "results").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadFile(f"{folder}: no folder for results can be made there ({error.strerror})") from None

    def path(self, name: str) -> Path:
        """Where the result of this submission is."""
        plain = re.sub(r"[^\w.+=@ -]", "_", name)
        if (
            plain != name or name.startswith(".") or not name or len(name.encode()) > 200
        ):  # another name must not meet it there
            plain = f"{plain[:100].lstrip('.')}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"
        return self.folder / "results" / f"{plain}.json"

    def get(self, name: str, cache: str) -> Result | None:
        """The result of this submission, where it is there and was made of the very same things."""
        try:
            found = json.loads(self.path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if is_dict(found) and found.get("cache") == cache else None

    def put(self, name: str, result: Result) -> None:
        """Write a result, whole or not at all."""
        text = json.dumps(result, indent=1, allow_nan=False, ensure_ascii=False)
        write_whole(self.path(name), text.encode("utf-8", "replace") + b"\n")

    def write(self, name: str, text: str) -> Path:
        """Write another file of this folder: the gradebook, the report."""
        write_whole(self.folder / name, text.encode("utf-8", "replace"))
        return self.folder / name

    def __iter__(self) -> Iterator[Result]:
        """The results, by file name; one at a time, however many there are."""
        for path in sorted((self.folder / "results").glob("*.json")):
            yield read_result(path)


def read_results(folder: str | Path) -> Iterator[Result]:
    """The results under a folder that was written by `jacobians grade --out`.

    Raises:
        BadFile: there are none.
    """
    if not (Path(folder) / "results").is_dir():
        raise BadFile(f"{folder} holds no results: give a folder that `jacobians grade … --out` wrote")
    yield from Store(folder)


def read_result(path: Path) -> Result:
    """One result file.

    Raises:
        BadFile: it is none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} is no result that can be read ({error}): remove it, and grade that one again") from None
    if not is_dict(found) or found.get("schema") != SCHEMA or "submission" not in found:
        raise BadFile(f"{path} is no result of this program (schema {SCHEMA})")
    return found


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it sees the old one or the new one, whole.

    Raises:
        BadFile: it cannot be written.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=".part-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, 0o600)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise BadFile(f"{path} could not be written ({error.strerror})") from None
