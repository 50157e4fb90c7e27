"""What a process of a class run does: one submission after the other, in a sandbox of its own.

`work` is a plain function of plain data: any concurrent.futures.Executor can carry it, on this machine or on others.
"""

from __future__ import annotations

import atexit
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .assignment import Assignment
from .grade import grade, not_graded
from .question import Opener, Result
from .submission import Submission, read_submission


@dataclass(frozen=True)
class Job:
    """One submission to grade: its path, or what was read from it where the worker sees no such path."""

    name: str
    submission: Submission


@dataclass(frozen=True)
class Terms:
    """What is the same for all submissions of a run. `repr` shows no secret.

    Attributes:
        require: the level of sandbox to insist on, or None.
    """

    assignment: Assignment
    secret: bytes
    require: str | None = None

    def __repr__(self) -> str:
        return f"Terms({self.assignment.title!r})"


_sandboxes: dict[tuple[Any, ...], tuple[int, Any]] = {}  # by what they were opened with: the process, the sandbox


def work(job: Job, terms: Terms) -> tuple[Result, float]:
    """Grade one submission: its result, and the seconds it took."""
    started = time.perf_counter()
    try:
        result = _graded(job, terms)
    except Exception:  # the sandbox's end, or a mistake of ours: once more, in a fresh one
        _forget(terms)
        sandbox(terms.assignment, terms.require)  # where there is none to be had, the whole run ends here
        try:
            result = _graded(job, terms)
        except Exception as error:
            _forget(terms)
            result = failed(job, terms, f"{type(error).__name__}: {error}")
    result["submission"]["name"] = job.name
    seconds = time.perf_counter() - started
    result["run"] = {"seconds": round(seconds, 3)}  # the only part that is not the same again
    return result, seconds


def failed(job: Job, terms: Terms, why: str) -> Result:
    """The result where not the submission but the grader failed; it is not kept as one that need not be made again."""
    problem = f"the grader itself failed ({why}): a person should look at it"
    opened = sandbox(terms.assignment, terms.require)
    result = not_graded(job.submission, terms.assignment, terms.secret, opened, problem)
    result["flags"].append({"name": "grader-failed", "text": why, "where": "the grader"})
    return result


def _graded(job: Job, terms: Terms) -> Result:
    return grade(job.submission, terms.assignment, terms.secret, sandbox(terms.assignment, terms.require))


def _forget(terms: Terms) -> None:
    """Close this process's sandbox for these terms; the next one asked for is a new one."""
    _, opened = _sandboxes.pop(_key(terms.assignment, terms.require), (0, None))
    if opened is not None:
        with suppress(Exception):
            opened.__exit__(None, None, None)


def _key(assignment: Assignment, require: str | None) -> tuple[Any, ...]:
    return tuple(sorted(assignment.limits.items())), assignment.allow, require


def job_of(name: str, path: str) -> Job:
    """Read a submission."""
    return Job(name, read_submission(path))


def sandbox(assignment: Assignment, require: str | None = None) -> Opener:
    """This process's sandbox for an assignment, opened when first asked for and closed when the process ends.

    Raises:
        JacobiansError: the level of protection required is not to be had here.
    """
    from .code import open_sandbox

    terms = _key(assignment, require)
    process, opened = _sandboxes.get(terms, (0, None))
    if process != os.getpid():
        opened = open_sandbox(assignment, require)
        _sandboxes[terms] = (os.getpid(), opened)
        atexit.register(_close, os.getpid(), opened)
    return opened


def _close(process: int, opened: Any) -> None:
    if process == os.getpid():
        opened.__exit__(None, None, None)
