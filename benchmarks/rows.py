"""One row a measurement: how every benchmark prints and writes what it measured.

A benchmark is a generator of `Row`s and a parser. Each row is printed and written as it comes, so that Ctrl-C, or a
machine that runs out of memory, loses none. JSON: `benchmark`, `interrupted`, `rows`; a row has the fields of `Row`,
and beside them whatever else its benchmark has to say.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jacobians.errors import BadFile, JacobiansError
from jacobians.memory import amount


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        benchmark: which one; competitor: who was measured.
        size: of what, in words: "linear 512×512, L^W".
        dtype, threads: the precision, and how many threads of BLAS.
        seconds: of one call, the median; None where it was not measured, and then `more["why"]` says why.
        bytes: allocated at most at one time, or held by the result, as the benchmark says; None where not known.
        floor: what `ratio` is the ratio to; ratio: seconds over the floor's seconds, in the same run: of both the
            median, in every benchmark. Where the fastest rounds are told, they are `more["ratio_fastest"]`.
        more: whatever else there is to say.
    """

    benchmark: str
    competitor: str
    size: str
    dtype: str
    threads: int
    seconds: float | None
    bytes: int | None = None
    floor: str | None = None
    ratio: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it; a number that is not finite is null there."""
        found = asdict(self)
        flat = found | found.pop("more")
        return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in flat.items()}

    def __str__(self) -> str:
        of = f"{self.size}, {self.dtype}, {self.threads} thread{'s' if self.threads != 1 else ''}"
        if self.seconds is None:
            return f"{of:<58} {self.competitor:<26} not timed: {self.more.get('why', '')}"
        times = f"{self.seconds * 1e3:>12.3f} ms"
        size = f"{'' if self.bytes is None else amount(self.bytes):>10}"
        ratio = "" if self.ratio is None else f"{self.ratio:>12,.3g} × {self.floor}"
        return f"{of:<58} {self.competitor:<26}{times}{size}{ratio}"


Measure = Callable[[argparse.Namespace], Iterator[Row]]


def parser(module: str, doc: str, seconds: float = 0.5) -> argparse.ArgumentParser:
    """A parser with what every benchmark takes: --json OUT, --seconds S."""
    found = argparse.ArgumentParser(prog=f"python -m benchmarks.{module}", description=doc.strip().splitlines()[0])
    found.add_argument("--json", metavar="OUT", help="one row a measurement; - for standard output")
    found.add_argument("--seconds", type=float, default=seconds, help="for each race (default: %(default)s)")
    return found


def carry_out(measure: Measure, made: argparse.ArgumentParser, argv: list[str] | None = None) -> int:
    """Run a benchmark: print and write its rows as they come.

    Returns:
        the exit status: 0; 2 where it could not be carried out, which one line says; 130 after Ctrl-C.
    """
    args = made.parse_args(argv)
    name, rows = made.prog.rpartition(".")[2], list[Row]()
    try:
        _examine(args.json)
        with redirect_stdout(sys.stderr if args.json == "-" else sys.stdout):
            for row in measure(args):
                rows.append(row)
                print(row, flush=True)
                _write(args.json, name, rows, interrupted=True)
    except KeyboardInterrupt:
        print(f"interrupted: {len(rows)} measurements were made", file=sys.stderr)
        _finish(args.json, name, rows, interrupted=True)
        return 130
    except JacobiansError as error:
        print(f"benchmarks.{name}: {error}", file=sys.stderr)
        return 2
    _finish(args.json, name, rows, interrupted=False)
    return 0


def _examine(path: str | None) -> None:
    """Refuse at once what could not be written hours later."""
    if path and path != "-" and not Path(path).resolve().parent.is_dir():
        raise BadFile(f"--json {path}: there is no folder {str(Path(path).parent)!r} to write it in")


def _finish(path: str | None, name: str, rows: list[Row], interrupted: bool) -> None:
    if path == "-":
        print(_text(name, rows, interrupted))
    else:
        _write(path, name, rows, interrupted)


def _write(path: str | None, name: str, rows: list[Row], interrupted: bool) -> None:
    if not path or path == "-":
        return
    aside = f"{path}.part"  # what was written before stays whole until this is
    try:
        Path(aside).write_text(_text(name, rows, interrupted) + "\n", encoding="utf-8")
        os.replace(aside, path)
    except OSError as error:
        raise BadFile(f"--json {path}: could not be written ({error.strerror})") from None


def _text(name: str, rows: list[Row], interrupted: bool) -> str:
    found = {"schema": 1, "benchmark": name, "interrupted": interrupted, "rows": [row.plain() for row in rows]}
    return json.dumps(found, indent=1, allow_nan=False)
