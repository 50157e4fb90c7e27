"""What grading a class costs: a CS231n-like assignment of 20 parts, in the full sandbox.

    python -m benchmarks.grading [--submissions N] [--workers N] [--same] [--memory N,N,N] [--json OUT]

The submissions are the solution of tests/adapters/solutions/cs231n, two in three of them with a mistake planted, no two
alike. A *check* is one part that carries marks: forward, or the gradient of one argument, in all its regimes.

The rows: a class, in time a submission, with the start of its workers and without; the processor time of graders and
students' processes, which a busy machine changes less; what 500 submissions would take; one right submission with and
without the sandbox, in interleaved rounds; opening the sandbox, and a worker in it; the peak memory
of the process that hands out the work, and of the largest other one, for classes of several sizes that ask one part;
and with --same whether 1 and 8 workers gave the same marks. Status 2 where they did not.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jacobians.adapters.local import Local
from jacobians.errors import JacobiansError
from jacobians.grading.assignment import Assignment
from jacobians.grading.assignment_file import load
from jacobians.grading.classroom import grade_class, submissions_in
from jacobians.grading.code import open_sandbox
from jacobians.grading.grade import grade
from jacobians.grading.store import Store
from jacobians.grading.submission import read_submission
from jacobians.grading.work import Terms
from jacobians.timing.clock import race

from .rows import Row, carry_out, parser

SOLUTION = Path(__file__).resolve().parents[1] / "tests" / "adapters" / "solutions" / "cs231n" / "layers.py"
SECRET = b"the secret of a benchmark"
QUESTIONS = {  # 20 parts
    "affine": "forward x W b", "relu": "forward x", "softmax_loss": "forward x", "batchnorm": "forward x gamma beta",
    "dropout": "x", "conv": "forward x W b", "max_pool": "forward x", "svm_loss": "x",
}  # fmt: skip
MISTAKES = [
    ("db = dout.sum(axis=0)", "db = dout.mean(axis=0)"),
    ("return dout * (x > 0)", "return dout * (dout > 0)"),
    ("dw = x.reshape(x.shape[0], -1).T.dot(dout)", "dw = 2 * x.reshape(x.shape[0], -1).T.dot(dout)"),
    ("    dx /= N\n", "    pass\n"),
    ("np.maximum(0, x)", "np.abs(x)"),
    ("dbeta = dout.sum(axis=0)", "dbeta = dout.sum()"),
]


class OtherMarks(JacobiansError):
    """1 and 8 workers gave different marks."""


def assignment_in(folder: Path, questions: dict[str, str] = QUESTIONS) -> Assignment:
    """The assignment, written and read."""
    lines = ['title = "Twenty parts"', 'convention = "cs231n"', 'hints = "formula"']
    for part, asked in questions.items():
        points = ", ".join(f"{a} = 1" for a in asked.split())
        lines += ["[[question]]", f'id = "{part}"', f'part = "{part}"', f"points = {{{points}}}"]
    (folder / "a.toml").write_text("\n".join(lines))
    return load(folder / "a.toml")


def class_in(folder: Path, n: int) -> dict[str, Path]:
    """n submissions, each its own bytes."""
    right = SOLUTION.read_text(encoding="utf-8")
    (folder / "class").mkdir()
    for k in range(n):
        old, new = MISTAKES[k // 3 % len(MISTAKES)] if k % 3 else ("", "")
        if old not in right:
            raise SystemExit(f"{SOLUTION} has changed: it has no line {old!r}")
        source = right.replace(old, new) if old else right
        (folder / "class" / f"s{k:04}.py").write_text(f"{source}\n# {k}\n")
    return submissions_in([folder / "class"])


def graded(
    assignment: Assignment, found: dict[str, Path], out: Path, workers: int
) -> tuple[list[float], dict[str, Any]]:
    """When each result came, in seconds from the start, and the points by name."""
    started, came, points = time.perf_counter(), list[float](), {}
    for name, result in grade_class(found, Terms(assignment, SECRET), Store(out), workers):
        came.append(time.perf_counter() - started)
        points[name] = result["points"]
        print(f"\r{len(came)}/{len(found)}", end="", file=sys.stderr, flush=True)
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    return came, points


class InProcess:
    """Opens a submission in this process: what the sandbox costs is the difference."""

    level, protections = "none", (SimpleNamespace(name="separate process", active=False, detail="a benchmark"),)

    @contextmanager
    def open(self, source: bytes, filename: str, given: Any = None, others: Any = None, meter: Any = None) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "handed_in.py").write_bytes(source)
            yield Local(Path(folder) / "handed_in.py", given)


def sandbox_rows(assignment: Assignment, path: Path, seconds: float) -> Iterator[Row]:
    """One right submission with the sandbox and without; opening it, and a worker in it."""
    submission = read_submission(path)
    source, started = next(iter(submission.files.values())), time.perf_counter()
    sandbox = open_sandbox(assignment, None)
    yield _row("open the sandbox", "1 sandbox", time.perf_counter() - started, level=str(sandbox.level))
    try:
        times = race(
            {
                "no sandbox": lambda: grade(submission, assignment, SECRET, InProcess()),
                f"sandbox: {sandbox.level}": lambda: grade(submission, assignment, SECRET, sandbox),
                "open a worker": lambda: sandbox.open(source, "s.py").close(),
            },
            seconds,
        )
    finally:
        sandbox.close()
    floor = times["no sandbox"].median
    for name, timed in times.items():
        size = "1 worker" if "worker" in name else f"1 submission × {_checks(assignment)} checks"
        yield _row(name, size, timed.median, None, "no sandbox", timed.median / floor, spread=timed.spread)


def class_rows(assignment: Assignment, found: dict[str, Path], folder: Path, args: argparse.Namespace) -> Iterator[Row]:
    """The class; and the same again with 1 and with 8 workers.

    Raises:
        OtherMarks: they gave different marks.
    """
    before, load = _cpu(), os.getloadavg()[0]
    came, points = graded(assignment, found, folder / "out", args.workers)
    cpu, n, checks = _cpu() - before, len(found), _checks(assignment)
    steady = (came[-1] - came[0]) / max(n - 1, 1)
    load = {"load_before": load, "load_after": os.getloadavg()[0]}
    size, who = f"{n} submissions × {checks} checks", f"{args.workers} workers"
    yield _row(who, size, came[-1] / n, all_seconds=came[-1], ms_per_check=1e3 * came[-1] / n / checks, **load)
    yield _row(f"{who}, once running", size, steady)
    yield _row(f"{who}, processor time", size, cpu / n, ms_per_check=1e3 * cpu / n / checks)
    yield _row(f"{who}, all", f"500 submissions × {checks} checks, extrapolated", came[0] + 499 * steady)
    if args.same:
        for workers in (1, 8):
            came, others = graded(assignment, found, folder / f"out{workers}", workers)
            yield _row(f"{workers} workers", size, came[-1] / n, same_marks=others == points)
            if others != points:
                raise OtherMarks(f"{workers} and {args.workers} workers gave different marks")


def memory_rows(sizes: list[int]) -> Iterator[Row]:
    """The peak of memory of classes of these sizes, each in a process of its own: a peak never falls."""
    for n in sizes:
        command = [sys.executable, "-m", "benchmarks.grading", "--peak", str(n)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        own, other, seconds = json.loads(done.stdout)
        size = f"{n} submissions × 1 check"
        yield _row("memory: the parent", size, seconds / n, own)
        yield _row("memory: its largest child", size, seconds / n, other)


def peak(n: int) -> tuple[int, int, float]:
    """Bytes at most of this process, and of the largest of its children, for a class of n; and the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        assignment = assignment_in(Path(folder), {"relu": "x"})
        came, _ = graded(assignment, class_in(Path(folder), n), Path(folder) / "out", 2)
    own, others = (resource.getrusage(who).ru_maxrss << 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own, others, came[-1]


def _checks(assignment: Assignment) -> int:
    return sum(len(q.points) for q in assignment.questions)


def _row(who: str, size: str, seconds: float, bytes: int | None = None, floor: str | None = None,
         ratio: float | None = None, **more: Any) -> Row:  # fmt: skip
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in more.items()}
    return Row("grading", who, size, "float64", 1, seconds, bytes, floor, ratio, rounded)


def _cpu() -> float:
    return sum(
        u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def measure(args: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        assignment, found = assignment_in(Path(folder)), class_in(Path(folder), args.submissions)
        yield from class_rows(assignment, found, Path(folder), args)
        yield from sandbox_rows(assignment, found["s0000"], args.seconds)
        yield from memory_rows([int(n) for n in args.memory.split(",") if n])


def main(argv: list[str] | None = None) -> int:
    made = parser("grading", __doc__ or "", seconds=10.0)
    made.add_argument("--submissions", type=int, default=10)
    made.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    made.add_argument("--same", action="store_true", help="grade with 1 and with 8 workers too, and compare")
    made.add_argument(
        "--memory", metavar="N,N", default="10,50,200", help="sizes of the classes whose peak is measured"
    )
    made.add_argument("--peak", type=int, metavar="N", help="print the peaks of a class of N, and nothing else")
    args = made.parse_args(argv)
    if args.peak:
        print(json.dumps(peak(args.peak)))
        return 0
    return carry_out(measure, made, argv)


if __name__ == "__main__":
    sys.exit(main())
