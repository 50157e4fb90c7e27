"""What `jacobians assignment` does: new, check, bundle, handout."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ..errors import BadFile, UnknownName, names, nearest
from .assignment import Assignment
from .assignment_file import load
from .handout import handout
from .platforms import find_platform, said_by
from .soundness import soundness
from .store import write_whole
from .submission import Submission, read_submission
from .work import sandbox

STARTERS = Path(__file__).parent / "assignments"


def run_assignment(args: Namespace) -> int:
    """Carry out `jacobians assignment` and return its exit status.

    Raises:
        JacobiansError: the command could not be carried out.
    """
    return {"new": _new, "check": _check, "bundle": _bundle, "handout": _handout}[args.action](args)


def starter_names() -> list[str]:
    """The assignments to start from: one file each."""
    return sorted(p.stem for p in STARTERS.glob("*.toml"))


def _new(args: Namespace) -> int:
    known = starter_names()
    if args.name not in known:
        raise UnknownName(
            f"no assignment is called {args.name!r}: write one of {names(known)}.{nearest(args.name, known)}"
        )
    path = Path(args.to or f"{args.name}.toml")
    if path.exists():
        raise BadFile(f"{path} is there already: write --to another file")
    write_whole(path, (STARTERS / f"{args.name}.toml").read_bytes())
    print(f"{path}: {len(load(path).questions)} questions, {load(path).max_points:g} points")
    print(f"next: jacobians assignment check {path} --solution YOURS.py")
    return 0


def _check(args: Namespace) -> int:
    assignment = load(args.file)
    solution = _solution(args.solution, assignment)
    sound = True
    for found in soundness(assignment, sandbox(assignment), solution):
        sound = sound and not found.problems
        print(f"{'✗' if found.problems else '✓'} {found.question}: {found.said}")
        for problem in found.problems:
            print(f"    {problem}")
    if solution is None:
        print("note: without --solution the convention was not tried; give a correct solution in the students' form")
    print("sound: right code gets all points, cheats get none" if sound else "not sound")
    return 0 if sound else 1


def _solution(path: str | None, assignment: Assignment) -> Submission | None:
    if path:
        return read_submission(path)
    if assignment.solution is None:
        return None
    name = assignment.files[0] if assignment.files else "solution.py"
    return Submission("solution", {name: assignment.solution.encode()})


def _bundle(args: Namespace) -> int:
    assignment = load(args.file)
    platform = find_platform(args.platform, "bundle")
    wheels = Path(args.wheels) if args.wheels else None
    name, data = platform.bundle(assignment, wheels)
    path = Path(args.to) if args.to else Path(args.file).resolve().parent / name
    write_whole(path, data)
    print(f"{path}: {len(data):,} bytes")
    if note := said_by(platform, assignment):
        print(f"note: {note}")
    return 0


def _handout(args: Namespace) -> int:
    text = handout(load(args.file))
    if not args.to:
        print(text, end="")
        return 0
    if Path(args.to).exists() and Path(args.to).samefile(args.file):
        raise BadFile(f"--to {args.to}: that is the assignment itself; write the students' copy to another file")
    write_whole(Path(args.to), text.encode())
    print(f"{args.to}: for students, who grade their own work by `jacobians grade FILE --assignment … --public`")
    return 0
