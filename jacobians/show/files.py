"""Files that pictures are written to: refused in one sentence, before any work."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..errors import BadFile, names, nearest


def examine_path(option: str, path: str, endings: Iterable[str]) -> None:
    """Refuse a path that nothing can be written to.

    Args:
        option: as it was typed, "--plot".
        path: the file.
        endings: the endings a file may have, ".png".

    Raises:
        BadFile: a folder, no such folder, or another ending.
    """
    known, target = tuple(endings), Path(path)
    if target.is_dir():
        raise BadFile(f"{option} {path}: that is a folder; give the path of a file")
    if target.suffix.lower() not in known:
        raise BadFile(
            f"{option} {path}: write a file that ends in one of {names(known)}.{nearest(target.suffix, known)}"
        )
    if not target.resolve().parent.is_dir():
        raise BadFile(f"{option} {path}: there is no folder {str(target.parent)!r} to write it in")


def write_text(option: str, path: str, text: str) -> None:
    """Write a text file in UTF-8.

    Raises:
        BadFile: the system does not let us.
    """
    try:
        Path(path).write_text(text, encoding="utf-8", errors="replace")  # what code on trial says may be no text
    except OSError as error:
        raise BadFile(f"{option} {path}: could not be written ({error.strerror})") from None
