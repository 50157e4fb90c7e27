"""Files that students hand in, taken up with care: regular files only, so many, so large, inside their folder.

No archive is ever written to disk: what is wanted is read into memory under caps. A link, a device, a pipe, a name that
leads out of its folder, an archive that swells a hundredfold: refused with one sentence.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ..errors import BadFile

MOST_FILES, MOST_BYTES, MOST_IN_ALL, MOST_SWELLING = 500, 4 << 20, 32 << 20, 200
WANTED = (".py", ".ipynb")


def files_of(path: Path) -> dict[str, bytes]:
    """The .py files and notebooks of a file, a folder or a zip, by their names inside it, sorted.

    Raises:
        BadFile: nothing of the kind is there, or something is not to be read.
    """
    kind = _kind(path)
    if kind == "folder":
        found = dict(_of_folder(path))
    elif path.suffix.lower() == ".zip":
        found = dict(_of_zip(_read(path, MOST_IN_ALL), path.name))
    elif path.suffix.lower() in WANTED:
        found = {path.name: _read(path, MOST_BYTES)}
    else:
        raise BadFile(f"{path.name} is a {path.suffix or 'nameless'} file: hand in a .py file, a notebook or a .zip")
    if not found:
        raise BadFile(f"{path.name} holds no .py file and no notebook")
    return dict(sorted(found.items()))


def _kind(path: Path) -> str:
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        raise BadFile(f"there is no file {str(path)!r}: give a .py file, a notebook, a .zip or a folder") from None
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        what = "a link" if stat.S_ISLNK(mode) else "no regular file"
        raise BadFile(f"{path.name} is {what}: hand in the file itself")
    return "file"


def _read(path: Path, most: int) -> bytes:
    """A regular file's bytes; no link is followed, and what is no file any more by now is refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise BadFile(f"{path.name} could not be read ({error.strerror})") from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise BadFile(f"{path.name} is no regular file: hand in the file itself")
        data = file.read(most + 1)
    if len(data) > most:
        raise BadFile(f"{path.name} is larger than {most >> 20} MB")
    return data


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Links are passed over: what they lead to was not handed in."""
    count, total = 0, 0
    for here, inside, files in os.walk(folder, followlinks=False):
        inside[:] = sorted(n for n in inside if not n.startswith((".", "__")))
        for name in sorted(files):
            path = Path(here) / name
            if path.suffix.lower() not in WANTED or not stat.S_ISREG(os.lstat(path).st_mode):
                continue
            data = _read(path, MOST_BYTES)
            count, total = count + 1, total + len(data)
            _within(folder.name, count, total)
            yield path.relative_to(folder).as_posix(), data


def _of_zip(data: bytes, label: str) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            for count, entry in enumerate(entries, start=1):
                _within(label, count, 0)
                _examine_entry(entry, label)
            total = 0
            for entry in entries:
                if PurePosixPath(entry.filename).suffix.lower() in WANTED and "__MACOSX" not in entry.filename:
                    yield entry.filename, (one := _inflated(archive, entry, label))
                    total += len(one)
                    _within(label, 0, total)
    except BadFile:
        raise
    except Exception as error:  # every decompressor has errors of its own
        raise BadFile(f"{label} is no zip archive that can be read ({error})") from None


def _examine_entry(entry: zipfile.ZipInfo, label: str) -> None:
    name, mode = entry.filename, entry.external_attr >> 16
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise BadFile(f"{label} holds the name {name!r}, which leads out of its folder")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        what = "a link" if stat.S_ISLNK(mode) else "no regular file"
        raise BadFile(f"{label} holds {name!r}, which is {what}: hand in the file itself")
    if entry.file_size > MOST_BYTES or entry.file_size > MOST_SWELLING * max(entry.compress_size, 1024):
        raise BadFile(f"{label} holds {name!r}, which would unpack to {entry.file_size:,} bytes")


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, label: str) -> bytes:
    """The entry's bytes: as many as it claims at most, whatever the archive goes on to hold."""
    with archive.open(entry) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadFile(f"{label} holds {entry.filename!r}, which unpacks to more than {MOST_BYTES >> 20} MB")
    return data


def _within(label: str, count: int, total: int) -> None:
    if count > MOST_FILES or total > MOST_IN_ALL:
        raise BadFile(f"{label} holds more than {MOST_FILES} files or {MOST_IN_ALL >> 20} MB")
