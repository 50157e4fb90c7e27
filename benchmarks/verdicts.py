"""False alarms, misses and names: the verdict tried on code known to be right and on code known to be wrong.

    python -m benchmarks.verdicts [--json OUT] [--seeds N] [--only NAME,…] [--quick]

* correct code (corpus/correct): algorithms that differ; a FAIL or SUSPICIOUS is a false alarm;
* right formulas whose algorithm loses its digits, or leaves the format's range: FAIL, told as that;
* wrong code from public bug reports (corpus/museum): a case counts as caught where every format it runs in says FAIL or
  SUSPICIOUS, and as named where each names it rightly first, and no diagnosis beside that is another;
* every systematic mutant of every twin (corpus/mutants): a PASS or INCONCLUSIVE is a miss, unless it computes the same
  function as the twin (corpus/equivalence.py: told by comparing the two, without our bounds).

JSON: `interrupted`, `verdicts`, `false_alarms`, `planted`, `missed`, `named`, `named_wrongly`, `mutants`,
`digits_lost`, … and `rows`, one a case and format. Exit status: 0; 1 where anything is not as it should be; 130 after
Ctrl-C, which keeps what was judged.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import signal
import sys
import time
from collections.abc import Container, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from jacobians.layers import find, layer_names
from jacobians.verify.check import check
from jacobians.verify.results import Verdict

from .corpus.case import Case
from .corpus.equivalence import equivalent
from .corpus.mutants import mutants

Row = dict[str, Any]
Task = tuple[str, tuple[Any, ...]]  # a function of this module, by name, and its arguments
LENGTH = (33,)  # correct code is tried one past a tile, too


def judge_correct(module: str, k: int, seed: int) -> Iterator[Row]:
    """One correct case in every format it runs in."""
    case: Case = importlib.import_module(module).cases()[k]
    for format in case.formats:
        report = check(case.fast, find(case.layer), (format,), seed, case.settings, lengths=LENGTH)
        asked = [r for r in report.results if r.claim in ("forward", "gradient")]
        alarms = [
            f"{r.argument} {r.claim}: {r.text}"
            for r in report.results
            if r.verdict in (Verdict.FAIL, Verdict.SUSPICIOUS)
        ]
        undecided = sum(r.verdict is Verdict.INCONCLUSIVE for r in asked)
        ratio = max((r.ratio for r in asked if r.ratio is not None), default=None)
        yield {
            "kind": "correct", "case": case.name, "layer": case.layer, "dtype": format, "seed": seed,
            "verdict": str(report.verdict), "verdicts": len(asked), "alarms": alarms,
            "inconclusive": undecided, "ratio": ratio,
        }  # fmt: skip


def judge_digits(module: str, k: int, seed: int) -> Iterator[Row]:
    """One case that fails for want of digits or range, and should be told so."""
    case: Case = importlib.import_module(module).digits_cases()[k]
    for format in case.formats:
        report = check(case.fast, find(case.layer), (format,), seed, case.settings, lengths=())
        names = [r.diagnosis.name if r.diagnosis else r.claim for r in report.failures]
        yield {
            "kind": "digits", "case": case.name, "layer": case.layer, "dtype": format, "seed": seed,
            "verdict": str(report.verdict), "names": names, "expected": list(case.names),
            "told": bool(names) and (not case.names or any(n in case.names for n in names)),
        }  # fmt: skip


def judge_wrong(module: str, k: int, seed: int) -> Iterator[Row]:
    """One wrong case in every format it runs in: caught, and by what name?

    Where there are diagnoses they are the names, and each has to be right. A contract that is broken besides is a fact
    about the code; it names the mistake where no diagnosis does.
    """
    case: Case = importlib.import_module(module).cases()[k]
    for format in case.formats:
        report = check(case.fast, find(case.layer), (format,), seed, case.settings)
        diagnoses = [r.diagnosis.name for r in report.failures if r.diagnosis]
        names = diagnoses + [r.claim for r in report.failures if r.claim not in ("forward", "gradient")]
        caught = report.verdict in (Verdict.FAIL, Verdict.SUSPICIOUS)
        right = all(n in case.names for n in (*names[:1], *diagnoses))
        yield {
            "kind": "wrong", "case": case.name, "layer": case.layer, "dtype": format, "seed": seed,
            "verdict": str(report.verdict), "caught": caught, "names": names, "expected": list(case.names),
            "named": bool(names) and right, "named_wrongly": not right,
        }  # fmt: skip


def judge_mutants(name: str, some: int | None) -> Iterator[Row]:
    """The mutants of one twin (every one, or about `some` of them)."""
    twin, layer = importlib.import_module(f"reference.{name}"), find(name)
    every = list(mutants(twin))
    step = max(1, len(every) // some) if some else 1
    for change, mutant in every[::step]:
        verdict = check(mutant, layer, ("float64",), until_failure=True, lengths=()).verdict
        caught = verdict in (Verdict.FAIL, Verdict.SUSPICIOUS)
        same = not caught and equivalent(mutant, twin, layer)
        yield {
            "kind": "mutant", "case": f"{name}: {change}", "layer": name, "verdict": str(verdict),
            "caught": caught, "same": same,
        }  # fmt: skip


def _carry_out(task: Task) -> list[Row]:
    """One task in a worker process: (function, arguments) → its rows."""
    function, arguments = task
    return list(globals()[function](*arguments))


def tasks(seeds: int, quick: bool, only: Container[str] | None = None) -> list[Task]:
    """Everything there is to judge; `only`: of the corpora by these names, and "mutants"."""
    found: list[Task] = []
    folder = Path(__file__).parent / "corpus"
    for path in sorted((folder / "correct").glob("[!_]*.py")):
        if only is not None and path.stem not in only:
            continue
        module = f"benchmarks.corpus.correct.{path.stem}"
        corpus = importlib.import_module(module)
        found += [("judge_correct", (module, k, seed)) for k in range(len(corpus.cases())) for seed in range(seeds)]
        losing = getattr(corpus, "digits_cases", list)()
        found += [("judge_digits", (module, k, 0)) for k in range(len(losing))]
    for path in sorted((folder / "museum").glob("[!_]*.py")) if only is None or "museum" in only else ():
        module = f"benchmarks.corpus.museum.{path.stem}"
        cases = getattr(importlib.import_module(module), "cases", list)()  # not_planted.py has none
        found += [("judge_wrong", (module, k, 0)) for k in range(len(cases))]
    if only is None or "mutants" in only:
        found += [("judge_mutants", (name, 6 if quick else None)) for name in layer_names()]
    return found


def summary(rows: list[Row]) -> dict[str, Any]:
    """The counts of the JSON; wrong code is counted by case, over all formats."""
    correct = [r for r in rows if r["kind"] == "correct"]
    wrong = [r for r in rows if r["kind"] == "wrong"]
    changed = [r for r in rows if r["kind"] == "mutant" and not r.get("same")]
    planted = {r["case"] for r in wrong}
    missed = {r["case"] for r in wrong if not r["caught"]}
    unnamed = {r["case"] for r in wrong if not (r["caught"] and r["named"])}
    return {
        "verdicts": sum(r["verdicts"] for r in correct),
        "false_alarms": sum(len(r["alarms"]) for r in correct),
        "inconclusive": sum(r["inconclusive"] for r in correct),
        "planted": len(planted),
        "missed": len(missed),
        "named": len(planted - unnamed),
        "named_wrongly": len({r["case"] for r in wrong if r["named_wrongly"]}),
        "digits_lost": sum(r["kind"] == "digits" for r in rows),
        "digits_told": sum(bool(r.get("told")) for r in rows),
        "mutants": len(changed),
        "mutants_missed": sum(not r["caught"] for r in changed),
        "mutants_equivalent": sum(bool(r.get("same")) for r in rows),
    }


def wrong(row: Row) -> str:
    """What a row shows that should not be; empty where all is well."""
    kind, case = row["kind"], f"{row['case']} {row.get('dtype', '')}"
    if kind == "correct":
        return "\n".join(f"FALSE ALARM  {case} seed {row['seed']}: {alarm}" for alarm in row["alarms"])
    if kind == "wrong" and not (row["caught"] and row["named"]):
        return f"{'MISNAMED' if row['caught'] else 'MISSED'}  {case}: {row['names']}, expected {row['expected']}"
    if kind == "digits" and not row["told"]:
        return f"DIGITS  {case}: {row['names']}, expected {row['expected']}"
    return f"MISSED  {case}" if kind == "mutant" and not (row["caught"] or row["same"]) else ""


def judged(todo: list[Task], workers: int) -> Iterator[Row]:
    """The rows of all tasks as they come, from worker processes; Ctrl-C ends these."""
    spawn = multiprocessing.get_context("spawn")  # PyTorch and JAX, loaded to count their cases, do not survive a fork
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=_deaf) as pool:
        try:
            for done, task in enumerate([pool.submit(_carry_out, task) for task in todo], start=1):
                yield from task.result()
                if sys.stderr.isatty():
                    print(f"\r\033[K{done} of {len(todo)}", end="", file=sys.stderr, flush=True)
        except BaseException:
            for worker in multiprocessing.active_children():  # else what they are at, minutes, would be waited for
                worker.terminate()
            raise


def _deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and ends this process


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verdicts", description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="OUT", help="write the counts and a row a case")
    parser.add_argument(
        "--seeds", type=int, default=2, help="draws of points for each correct case (default: %(default)s)"
    )
    parser.add_argument("--only", metavar="NAME,…", help="of corpus/correct, museum, mutants, these alone")
    parser.add_argument("--quick", action="store_true", help="one seed, a few mutants a twin")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args(argv)
    todo = tasks(1 if args.quick else args.seeds, args.quick, args.only.split(",") if args.only else None)
    started, rows, interrupted = time.perf_counter(), list[Row](), False
    try:
        for row in judged(todo, args.workers):
            rows.append(row)
            if said := wrong(row):
                print(said, flush=True)
    except KeyboardInterrupt:
        interrupted = True
        print(f"interrupted: {len(rows)} rows were judged, of {len(todo)} tasks not all", flush=True)
    counts = {"interrupted": interrupted} | summary(rows)
    print(json.dumps(counts | {"seconds": round(time.perf_counter() - started, 1)}))
    if args.json:
        Path(args.json).write_text(
            json.dumps(counts | {"rows": rows}, indent=1, allow_nan=False) + "\n", encoding="utf-8"
        )
    return 130 if interrupted else int(any(map(wrong, rows)))


if __name__ == "__main__":
    sys.exit(main())
