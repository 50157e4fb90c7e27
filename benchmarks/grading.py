"""What grading a class costs: a CS231n-like assignment of 20 parts, in the full sandbox.

    python -m benchmarks.grading [--submissions N] [--workers N] [--same] [--json OUT]

The submissions are the solution of tests/adapters/solutions/cs231n, two in three of them with a mistake planted, no two
alike. A *check* is one part that carries marks: forward, or the gradient of one argument, in all its regimes.

JSON: `seconds` for all, `ms_per_check`, `cpu_ms_per_check` (processor time of graders and students' processes),
`extrapolated_500` (seconds for 500 submissions at this rate), `sandbox` (what opening it and a question's worker cost,
and the same submission graded without one), `peak_mb` of the largest grader, `rows` (seconds by submission), and with
--same whether 1 and 8 workers gave the same marks.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jacobians.adapters.local import Local
from jacobians.grading.assignment import Assignment
from jacobians.grading.assignment_file import load
from jacobians.grading.classroom import grade_class, submissions_in
from jacobians.grading.code import open_sandbox
from jacobians.grading.grade import grade
from jacobians.grading.store import Store
from jacobians.grading.submission import read_submission
from jacobians.grading.work import Terms

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


def assignment_in(folder: Path) -> Assignment:
    """The assignment, written and read."""
    lines = ['title = "Twenty parts"', 'convention = "cs231n"', 'hints = "formula"']
    for part, asked in QUESTIONS.items():
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


def graded(assignment: Assignment, found: dict[str, Path], out: Path, workers: int) -> tuple[float, dict[str, Any]]:
    """Seconds, and the results by name."""
    started = time.perf_counter()
    results = {}
    for done, (name, result) in enumerate(grade_class(found, Terms(assignment, SECRET), Store(out), workers), start=1):
        results[name] = {"points": result["points"], "seconds": result["run"]["seconds"]}
        print(f"\r{done}/{len(found)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return time.perf_counter() - started, results


class InProcess:
    """Opens a submission in this process: what the sandbox costs is the difference."""

    level, protections = "none", (SimpleNamespace(name="separate process", active=False, detail="a benchmark"),)

    @contextmanager
    def open(self, source: bytes, filename: str, given: Any = None, others: Any = None) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "handed_in.py").write_bytes(source)
            yield Local(Path(folder) / "handed_in.py", given)


def sandbox_cost(assignment: Assignment, path: Path) -> dict[str, float | str]:
    """Opening it, opening a worker in it, and one right submission with it and without."""
    started = time.perf_counter()
    sandbox = open_sandbox(assignment, None)
    opened = time.perf_counter() - started
    submission = read_submission(path)
    source = next(iter(submission.files.values()))
    try:
        workers = [_seconds(lambda: sandbox.open(source, "s.py").close()) for _ in range(10)]
        inside = min(_seconds(lambda: grade(submission, assignment, SECRET, sandbox)) for _ in range(2))
    finally:
        sandbox.close()
    outside = min(_seconds(lambda: grade(submission, assignment, SECRET, InProcess())) for _ in range(2))
    return {
        "level": sandbox.level,
        "open_ms": round(1000 * opened, 1),
        "open_worker_ms": round(1000 * statistics.median(workers), 2),
        "submission_ms": round(1000 * inside, 1),
        "without_sandbox_ms": round(1000 * outside, 1),
    }


def _seconds(what: Any) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def _cpu() -> float:
    return sum(
        u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=10)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--same", action="store_true", help="grade with 1 and with 8 workers, and compare")
    parser.add_argument("--json", metavar="OUT")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        assignment = assignment_in(Path(folder))
        found, checks = class_in(Path(folder), args.submissions), sum(len(q.points) for q in assignment.questions)
        before = _cpu()
        seconds, results = graded(assignment, found, Path(folder) / "out", args.workers)
        each, cpu = seconds / len(found), _cpu() - before
        report = {
            "python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()[0],
            "submissions": len(found), "checks": checks, "workers": args.workers,
            "seconds": round(seconds, 2), "ms_per_check": round(1000 * each / checks, 2),
            "cpu_ms_per_check": round(1000 * cpu / len(found) / checks, 2), "extrapolated_500": round(500 * each, 1),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
            "parent_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "sandbox": sandbox_cost(assignment, found["s0000"]), "rows": results,
        }  # fmt: skip
        if args.same:
            marks = [
                {n: r["points"] for n, r in graded(assignment, found, Path(folder) / f"w{w}", w)[1].items()}
                for w in (1, 8)
            ]
            report["same_marks_1_and_8_workers"] = marks[0] == marks[1] == {n: r["points"] for n, r in results.items()}
    for name, value in report.items():
        if name != "rows":
            print(f"{name:28} {value}")
    if args.json:
        Path(args.json).write_text(json.dumps(report, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
