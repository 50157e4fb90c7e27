"""What `jacobians check` does: gather what is to be checked, check each, report as it goes."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, TextIO

from .adapters import wrap
from .checking_large import check_sizes
from .errors import BadFile, TooLarge, UnknownName, names, nearest
from .layer import Layer
from .layers import find, layer_names
from .show.after_check import draw, examine_paths, pattern_of_failure
from .show.colour import Pen, wanted
from .verify import report as words
from .verify.bound import bounded_jacobians
from .verify.check import check
from .verify.door import examine
from .verify.formats import get_format
from .verify.load import load_file
from .verify.results import Interrupted, Report, Result, Verdict, worst
from .verify.trial import LENGTHS, long_points, trial_points
from .workers import WORTH_IT, check_twins

Trial = tuple[str, Any, type[Layer], dict[str, Any]]  # name, fast code, layer, settings held fixed


def run_check(args: Namespace) -> int:
    """Carry out `jacobians check` and return its exit status.

    Raises:
        JacobiansError: the command could not be carried out.
    """
    formats = tuple(dict.fromkeys(name.strip() for name in args.dtype.split(",") if name.strip()))
    for name in formats or ("",):
        get_format(name).dtype  # noqa: B018  an unknown or missing format is refused before any work
    if args.json and args.json != "-":
        _examine_path(args.json)
        args.json = os.path.abspath(args.json)  # the code on trial may change the folder
    examine_paths(args)
    standard = sys.stdout
    with redirect_stdout(sys.stderr if args.json == "-" else standard):  # whoever prints: standard output holds JSON
        out = _Printer(args.quiet or args.json == "-")
        trials = [(name, fast, layer, _settings(args.setting, layer)) for name, fast, layer in _trials(args)]
        started, reports = time.perf_counter(), dict[str, Report]()
        interrupted = _check_all(args, trials, formats, out, reports)
        seconds = time.perf_counter() - started
        out.always(words.summary(reports, seconds))
        if args.json:  # before anything is drawn, for which the code is asked again
            _write_json(args.json, standard, reports, args.seed, bool(interrupted))
        for said in (*draw(args, trials, reports, formats, seconds, interrupted), interrupted):
            out.always(said)
    return 130 if interrupted else Report([r for one in reports.values() for r in one.results], args.seed).exit_status


def _check_all(
    args: Namespace, trials: list[Trial], formats: tuple[str, ...], out: _Printer, reports: dict[str, Report]
) -> str:
    """Check all, say each report as it comes, and keep it; what is to be said if a person interrupts, else nothing."""
    for name, fast, layer, settings in trials:
        _examine_trial(args, name, fast, layer, settings)
    if not args.at:  # there the estimate comes first
        out.line(words.header(formats))
    try:
        for name, report in _reports(args, trials, formats, out):
            reports[name] = report
            out.line(words.row(name, report, formats))
            if len(trials) == 1 and not report.failures and (said := words.passed(report)):
                out.line(said)
            if said := words.details(report, notes=args.verbose or len(trials) == 1):
                out.always(said)
            if (
                args.verbose
                and not report.interrupted
                and (said := pattern_of_failure(trials[len(reports) - 1], report))
            ):
                out.always(said)
    except KeyboardInterrupt:
        whole = sum(not report.interrupted for report in reports.values())
        return f"interrupted: {whole} of {len(trials)} layers were checked to the end"
    return ""


def _reports(
    args: Namespace, trials: list[Trial], formats: tuple[str, ...], out: _Printer
) -> Iterator[tuple[str, Report]]:
    """Each layer's report: one after the other, or, for the twins of many layers, on all cores.

    Raises:
        KeyboardInterrupt: Ctrl-C, once what was found by then has been given.
    """
    twins = [name for name, fast, _, settings in trials if fast and not settings]
    if args.file is None and len(twins) == len(trials) >= WORTH_IT:
        out.progress(f"{len(twins)} layers")
        yield from zip(twins, check_twins(twins, formats, args.seed, args.lengths or ()), strict=True)
        return
    for name, fast, layer, settings in trials:
        if not fast:
            yield name, Report([_no_twin(name)], args.seed)
            continue
        try:
            if args.at:
                report = check_sizes(args, fast, layer, settings, formats, out)
            else:
                report = check(fast, layer, formats, args.seed, settings, out.progress, lengths=_lengths(args))
        except Interrupted as stopped:
            yield name, _told(fast, stopped.report)
            raise
        yield name, _told(fast, report)


def _told(fast: Any, report: Report) -> Report:
    """The report in the words of a course's convention, where the code is in one."""
    return fast.told(report) if hasattr(fast, "told") else report


def _lengths(args: Namespace) -> tuple[int, ...]:
    usual = LENGTHS if args.file and not args.convention else ()  # homework is slow, and has no tiles
    return usual if args.lengths is None else args.lengths


def _examine_trial(args: Namespace, name: str, fast: Any, layer: type[Layer], settings: dict[str, Any]) -> None:
    """Refuse, before anything is said or checked, settings that no point has and a limit that a matrix would pass.

    Raises:
        UnknownName: such settings.
        TooLarge: the layer's first matrix that takes more.
    """
    if not fast or args.at or not (settings or args.memory):
        return
    points = trial_points(layer, args.seed, settings)
    if args.memory is None:
        next(points)
        return
    try:
        for point in (*points, *long_points(layer, args.seed, settings, _lengths(args))):
            bounded_jacobians(point, get_format("float64"))  # as large as whatever the check makes
    except TooLarge as error:
        raise TooLarge(f"{name} at --memory: {error}") from None


def _trials(args: Namespace) -> Iterator[tuple[str, Any, type[Layer]]]:
    """(name, fast code, layer) for each thing to check."""
    if args.at and (args.layer is None or args.convention):
        raise BadFile("--at gives the sizes of one layer's arguments: write --layer NAME too, and no --convention")
    if args.file is None:
        if args.convention:
            raise BadFile("--convention says how a FILE is written: give the file too")
        for name in [args.layer] if args.layer else layer_names():
            layer = find(name)
            there = importlib.util.find_spec(f"reference.{name}")
            yield name, importlib.import_module(f"reference.{name}") if there else None, layer
    elif args.convention is not None:
        from .adapters.conventions.check import trials

        yield from trials(args.file, args.convention, args.layer)
    else:
        if args.layer is None:
            raise BadFile(f"{args.file}: which layer is it? Write --layer NAME (`jacobians layers` lists the names)")
        layer, named = find(args.layer), wrap.named(args.file)
        fast = wrap.load(*named, layer) if named else load_file(args.file)
        if not named:
            examine(fast, layer().args, args.file)
        yield args.layer, fast, layer


def _no_twin(name: str) -> Result:
    text = f"there is no reference/{name}.py: write its efficient forward and backward (README, Add a layer)"
    return Result(name, "y", "twin", "any", Verdict.INCONCLUSIVE, text=text)


def _settings(given: list[str], layer: type[Layer]) -> dict[str, Any]:
    """--setting NAME=VALUE, the value read as Python writes it."""
    settings: dict[str, Any] = {}
    for item in given:
        name, equals, value = item.partition("=")
        known = layer().settings
        if not equals or name not in known:
            said = f"{layer.__name__} has the settings {names(known)}; write NAME=VALUE.{nearest(name, known)}"
            raise UnknownName(f"--setting {item}: {said}")
        try:
            settings[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            raise UnknownName(f"--setting {item}: {value!r} is no number, tuple or quoted string") from None
    return settings


def _examine_path(path: str) -> None:
    """Refuse, before any work, a path that nothing can be written to."""
    if not Path(path).resolve().parent.is_dir():
        raise BadFile(f"--json {path}: there is no folder {str(Path(path).parent)!r} to write it in")
    if Path(path).is_dir():
        raise BadFile(f"--json {path}: that is a folder; give the path of a file")


def _write_json(path: str, standard: TextIO, reports: dict[str, Report], seed: int, interrupted: bool) -> None:
    rows = [row for one in reports.values() for row in one.to_json()["results"]]
    notes = {name: one.notes for name, one in reports.items() if one.notes}
    verdict = worst([one.verdict for one in reports.values()] + [Verdict.INCONCLUSIVE] * interrupted)
    found = {"schema": 1, "verdict": str(verdict), "seed": seed, "interrupted": interrupted, "notes": notes}
    text = json.dumps(found | {"results": rows}, indent=1, allow_nan=False)
    if path == "-":
        print(text, file=standard)
        return
    try:
        Path(path).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BadFile(f"--json {path}: could not be written ({error.strerror})") from None


class _Printer:
    """Rows to standard output, progress to a terminal only; with `quiet`, what matters only."""

    def __init__(self, quiet: bool):
        self.quiet, self.live, self.pen = quiet, sys.stderr.isatty() and not quiet, Pen(wanted(sys.stdout))

    def progress(self, text: str) -> None:
        if self.live:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    def line(self, text: str) -> None:
        self._clear()
        if not self.quiet:
            print(self.pen.verdicts(text), flush=True)

    def always(self, text: str) -> None:
        self._clear()
        if text:
            print(self.pen.verdicts(text), flush=True)

    def _clear(self) -> None:
        if self.live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
