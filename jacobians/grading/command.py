"""What `jacobians grade` does: one submission for whoever handed it in, or a class for its staff."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Container
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..adapters.conventions.find import loose
from ..errors import BadFile, JacobiansError, names
from ..show.files import examine_path, write_text
from .assignment import Assignment
from .assignment_file import load
from .census import census
from .classroom import grade_class, passed_over, shard, submissions_in
from .code import wanted_names
from .compare import compare
from .grade import Result
from .gradebook import gradebook
from .merge import merge
from .report import class_report
from .secret import key_id, read_secret
from .store import Store, write_whole
from .student_page import student_page
from .submission import Submission, read_submission, sources_of
from .words import protections_text, student_text
from .work import Job, Terms, work

PUBLIC = b"the public part, for students at home"  # no secret: whoever runs this has the inputs anyway


def run_grade(args: Namespace) -> int:
    """Carry out `jacobians grade` and return its exit status.

    Raises:
        JacobiansError: the command could not be carried out.
    """
    if args.diff:
        return _diff(*args.diff)
    if args.html:
        examine_path("--html", args.html, (".html", ".htm"))
    if args.merge:
        store = Store(_needed(args.out, "--merge brings results together in a folder: give --out FOLDER too"))
        said = merge(args.merge, store)
        return _finish(store, said, said, args)
    path = _needed(args.assignment, "which assignment? Write --assignment FILE (`jacobians assignment new` writes one)")
    if not args.submission:
        raise BadFile("which submission? Give a .py file, a notebook, a zip or a folder")
    assignment = load(path)
    if args.public:
        assignment = public_part(assignment)
    secret = PUBLIC if args.public else read_secret(assignment)
    terms = Terms(assignment, secret, args.require_sandbox)
    return _class(args, terms) if args.out else _each(args, terms)


def public_part(assignment: Assignment) -> Assignment:
    """The assignment with what students may see before the deadline, and nothing else.

    Raises:
        BadFile: that is nothing.
    """
    shown = tuple(q for q in assignment.questions if q.visible == "visible")
    if not shown:
        raise BadFile(f"{assignment.title}: no question is visible before the deadline")
    known = {q.id for q in shown}
    shown = tuple(replace(q, requires=tuple(r for r in q.requires if r in known)) for q in shown)
    return replace(assignment, questions=shown, digest=f"{assignment.digest} public")


def _each(args: Namespace, terms: Terms) -> int:
    """Each submission by itself: printed, or as the platform wants it."""
    complete = True
    if (args.platform or args.json or args.html) and len(args.submission) > 1:
        raise BadFile("--platform, --json and --html are about one submission: give one, or --out FOLDER for a class")
    for path in (args.json, args.to):
        if path and Path(path).is_dir():
            raise BadFile(f"{path} is a folder: give the path of the file to write")
    for path in args.submission:
        if not Path(path).exists():
            raise BadFile(f"there is no file {path!r}: give a .py file, a notebook, a .zip or a folder")
        submission = read_submission(path)
        if several := _each_whole(submission, terms.assignment):
            if not args.platform:
                raise NotOne(f"{path} holds several files with answers: write --out FOLDER to grade each (a class)")
            said = f"{names(several[:8])} answer the same questions: hand in one of them, without the others"
            submission = replace(submission, problem=said)
        result, seconds = work(Job(submission.name, submission), terms)
        complete = complete and result["points"] >= result["max_points"]
        if args.platform:
            _platform(args, result, terms.assignment, seconds)
            if not args.quiet:
                print(protections_text(result), file=sys.stderr)
        elif args.json != "-":
            print(student_text(result, hidden=not args.public))
            if not args.quiet:
                print(protections_text(result), file=sys.stderr)
        if args.html:
            write_text("--html", args.html, student_page(result, hidden=not args.public))
        if args.json:
            _to(args.json, json.dumps(result, indent=1, allow_nan=False) + "\n")
    return 0 if complete or args.platform else 1


def _each_whole(submission: Submission, assignment: Assignment) -> list[str]:
    """The files that answer the same questions, where several answer each: a class, or one who left an old version."""
    if submission.problem or len(submission.files) < 2 or assignment.files:
        return []
    try:
        sources = sources_of(submission, ())
    except BadFile:
        return []
    asked = [{loose(n.partition(".")[0]) for n in wanted_names(assignment, q)} for q in assignment.questions]
    whole = [[s.name for s in sources if wanted <= s.defined] for wanted in asked]
    return sorted({name for one in whole for name in one}) if all(len(one) > 1 for one in whole) else []


class NotOne(JacobiansError):
    """A class where one submission was expected."""


def _platform(args: Namespace, result: Result, assignment: Assignment, seconds: float) -> None:
    from .platforms import find_platform

    _to(args.to or "-", find_platform(args.platform).render(result, assignment, seconds))


def _to(path: str, text: str) -> None:
    if path == "-":
        print(text, end="" if text.endswith("\n") else "\n")
    else:
        Path(path).resolve().parent.mkdir(parents=True, exist_ok=True)
        write_whole(Path(path), text.encode("utf-8"))


def _class(args: Namespace, terms: Terms) -> int:
    """A whole class, or a shard of it."""
    found = submissions_in(args.submission)
    if (over := passed_over(args.submission)) and not args.quiet:
        shown = names(over[:8]) + (f" and {len(over) - 8} more" if len(over) > 8 else "")
        print(f"passed over: {shown} (a submission is a .py file, a notebook, a .zip or a folder)", file=sys.stderr)
    mine = shard(found, *_shard(args.shard))
    store, say, started = Store(args.out), _Progress(args.quiet), time.perf_counter()
    done = 0
    with ExitStack() as stack:
        executor = stack.enter_context(_executor(args.scheduler))
        work_through = grade_class(
            {n: found[n] for n in mine}, terms, store, _whole(args.workers), executor, progress=say
        )
        try:
            for _ in work_through:
                done += 1
        except KeyboardInterrupt:
            say.end()
            print(
                f"interrupted: {done} of {len(mine)} are graded; the same command goes on from there", file=sys.stderr
            )
            return 130
    say.end()
    return _finish(store, done, len(mine), args, time.perf_counter() - started, terms, found)


def _finish(
    store: Store,
    done: int,
    all: int,
    args: Namespace,
    seconds: float | None = None,
    terms: Terms | None = None,
    there: Container[str] = (),
) -> int:
    """Gradebook, report, and the summary, of the results of these terms.

    Args:
        terms: None: of all results.
        there: the submissions that there are now. A result of another (renamed, taken back) is kept, and left out.
    """

    def wanted(result: Result) -> bool:
        digests = (result["assignment"]["digest"], result["key"])
        known = result["submission"]["name"] in there
        return terms is None or (known and digests == (terms.assignment.digest, key_id(terms.secret)))

    book = store.write("gradebook.csv", gradebook(r for r in store if wanted(r)))
    found = census(r for r in store if wanted(r))
    others = sum(not wanted(r) for r in store)
    page = store.write("report.html", report := class_report(found))
    if args.html:
        write_text("--html", args.html, report)
    took = f" in {seconds:.1f} s" if seconds is not None else ""
    print(f"{done} of {all} submissions graded{took}; {found.mean:.4g} of {found.most:g} points on average")
    if others:
        which = "of another assignment, version or secret, or of submissions that were not given now,"
        print(f"{others} results {which} are in {store.folder}, and were left out")
    if not args.quiet:
        print(f"{book}\n{page}")
        for level, n in found.protections.items():
            print(f"sandbox: {level} ({n} submissions)")
    return 0


def _diff(old: str, new: str) -> int:
    changes = compare(old, new)
    for name, what, before, after in changes:
        print(f"{name}  {what}: {before} -> {after}")
    print(f"{len(changes)} differences in {len({c[0] for c in changes})} submissions")
    return 1 if changes else 0


def _executor(address: str | None) -> AbstractContextManager[Any]:
    if address is None:
        return nullcontext()
    from .scheduler import dask_executor

    return dask_executor(address)


def _needed(value: Any, mend: str) -> Any:
    if not value:
        raise BadFile(mend)
    return value


def _whole(text: str | None) -> int | None:
    if text is not None and (not text.isdecimal() or int(text) < 1):
        raise BadFile(f"--workers {text}: write a whole number from 1 on")
    return int(text) if text else None


def _shard(text: str | None) -> tuple[int, int]:
    """(i, n) of "i/n"; all of them for None."""
    i, slash, n = (text or "1/1").partition("/")
    if not slash or not i.isdecimal() or not n.isdecimal() or not 1 <= int(i) <= int(n):
        raise BadFile(f"--shard {text}: write I/N, such as 2/8 for the second of eight")
    return int(i), int(n)


class _Progress:
    """A bar on a terminal, and nothing elsewhere."""

    def __init__(self, quiet: bool):
        self.live = sys.stderr.isatty() and not quiet

    def __call__(self, done: int, all: int, name: str) -> None:
        if self.live:
            full = 30 * done // max(all, 1)
            bar = "█" * full + "·" * (30 - full)
            print(f"\r\033[K{bar} {done}/{all} {name[:40]}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self.live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
