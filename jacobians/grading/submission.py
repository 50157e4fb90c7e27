"""A submission: what one student handed in, as bytes, and the one source that is put to the test."""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from functools import cached_property
from importlib.util import decode_source
from pathlib import Path, PurePosixPath

from ..adapters.source import MOST_CODE, from_notebook, parsed
from ..errors import BadFile, names, nearest
from .unpack import files_of


@dataclass(frozen=True)
class Submission:
    """The files of one student.

    Attributes:
        name: the file's or folder's name, without suffix: what the gradebook calls the student.
        files: bytes by name.
        problem: why it could not be taken up at all, or None.
    """

    name: str
    files: dict[str, bytes]
    problem: str | None = None

    @property
    def digest(self) -> str:
        """sha256 of the files' names and bytes."""
        whole = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            for part in (name.encode("utf-8", "surrogateescape"), data):
                whole.update(len(part).to_bytes(8, "big") + part)
        return whole.hexdigest()


def read_submission(path: str | Path) -> Submission:
    """A .py file, notebook, zip or folder as a submission; one that cannot be read says why in `problem`."""
    path = Path(path)
    name = path.name if path.is_dir() else path.stem
    try:
        return Submission(name, files_of(path))
    except BadFile as error:
        return Submission(name, {}, str(error))
    except Exception as error:  # no memory, a disk that fails: one submission must not end a class
        return Submission(name, {}, f"{path.name} could not be read ({type(error).__name__}: {error})")


@dataclass(frozen=True)
class Source:
    """The file that a question is put to, as Python, and the files that it may import."""

    name: str
    text: str
    others: dict[str, bytes]

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names defined at its top level, in lower case and without underscores."""
        return frozenset(getattr(node, "name", "").lower().replace("_", "") for node in ast.parse(self.text).body)


def sources_of(submission: Submission, wanted: tuple[str, ...]) -> list[Source]:
    """Every file that may hold an answer, as Python.

    Args:
        wanted: the names of files that the assignment reads; none: all of them.

    Raises:
        BadFile: there is none, one that is wanted is missing, or none is Python.
    """
    if submission.problem:
        raise BadFile(submission.problem)
    chosen = [_named(submission, name) for name in wanted] or list(submission.files)
    modules = {n: data for n, data in submission.files.items() if n.endswith(".py")}
    read: list[Source] = []
    problems: list[BadFile] = []
    for name in chosen:
        try:
            others = {n: data for n, data in modules.items() if n != name}
            read.append(Source(name, _python(name, submission.files[name]), others))
        except BadFile as error:
            problems.append(error)
    if not read or (wanted and problems):
        raise problems[0]
    return read


def texts(submission: Submission, sources: list[Source]) -> dict[str, str]:
    """All Python of a submission by file, as Python reads it: what is put to the test, and what that may import."""
    modules = {n: data for n, data in submission.files.items() if n.endswith(".py")}
    return {s.name: s.text for s in sources} | {n: _as_read(data) for n, data in modules.items()}


def _as_read(data: bytes) -> str:
    """A file's text, in the encoding that its first lines name."""
    try:
        return decode_source(data)
    except (SyntaxError, ValueError, LookupError):
        return data.decode("utf-8", "replace")


def source_for(sources: list[Source], wanted: list[str]) -> Source:
    """The source that defines most of these names; the first where several do alike."""
    roots = {n.partition(".")[0].lower().replace("_", "") for n in wanted}
    return max(sources, key=lambda source: len(roots & source.defined))


def _named(submission: Submission, name: str) -> str:
    """The submission's file of this name, in whatever folder it lies; the notebook of that name will do."""
    there = submission.files
    same = [n for n in there if n == name or PurePosixPath(n).name == name]
    same = same or [n for n in there if PurePosixPath(n).name == f"{PurePosixPath(name).stem}.ipynb"]
    if not same and len(there) == 1:
        same = list(there)  # a single file goes by any name
    if not same:
        listed = [PurePosixPath(n).name for n in there]
        raise BadFile(f"there is no file {name!r}: it holds {names(listed[:8])}.{nearest(name, listed)}")
    return min(same, key=lambda n: (len(PurePosixPath(n).parts), n))


def _python(name: str, data: bytes) -> str:
    """The source of a file; of a notebook, its functions, classes and imports."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(f"{name} is not a text file in UTF-8") from None
    if name.lower().endswith(".ipynb"):
        return from_notebook(text, name)
    if len(text) > MOST_CODE:
        raise BadFile(f"{name} has {len(text):,} characters: nobody writes more than {MOST_CODE:,}")
    parsed(text, name)
    return text
