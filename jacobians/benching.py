"""What `jacobians bench` does: time layer after layer, say each line as it comes, keep what was measured."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from contextlib import redirect_stdout
from pathlib import Path

from .errors import BadFile, JacobiansError, TooLarge, UnknownName, names
from .layers import find, layer_names
from .show.canvas import figure
from .show.files import examine_path, write_text
from .show.html_bench import bench_page
from .timing import peers, words
from .timing.bench import Row, Sweep, bench, to_json
from .timing.machine import cores, threads

_DTYPES = ("float64", "float32")


def run_bench(args: Namespace) -> int:
    """Carry out `jacobians bench` and return its exit status.

    Raises:
        JacobiansError: the command could not be carried out.
    """
    for name in args.layers:
        find(name)
    sweep = _sweep(args)
    if args.json and args.json != "-" and not Path(args.json).resolve().parent.is_dir():
        raise BadFile(f"--json {args.json}: there is no folder {str(Path(args.json).parent)!r} to write it in")
    if args.html:
        examine_path("--html", args.html, (".html", ".htm"))
    if args.plot:
        figure(args.plot, 1, 1)
    with threads(1):
        pass  # what is not installed is missed before any work
    rows, left_out = list[Row](), list[str]()
    stopped: KeyboardInterrupt | JacobiansError | None = None
    with redirect_stdout(sys.stderr if args.json == "-" else sys.stdout):
        try:
            _measure(args.layers or layer_names(), sweep, rows, left_out)
        except (KeyboardInterrupt, JacobiansError) as error:
            stopped = error
        left_out = list(dict.fromkeys(left_out))  # said once for all numbers of threads
        for said in (*left_out, *words.growth(rows)):
            print(said)
        if stopped:
            print(f"interrupted: {len(rows)} measurements were made")
    if rows or isinstance(stopped, KeyboardInterrupt):
        _write(args, rows, left_out, bool(stopped))
    if isinstance(stopped, JacobiansError):
        raise stopped
    if not (rows or stopped):
        raise TooLarge(
            "nothing was measured, as every point was left out: write smaller --sizes, or allow more --memory"
        )
    return 130 if stopped else 0


def _sweep(args: Namespace) -> Sweep:
    dtypes = [name.strip() for name in args.dtype.split(",") if name.strip()]
    unknown = [d for d in dtypes if d not in _DTYPES]
    if unknown or not dtypes:
        said = f"--dtype {args.dtype}: {names(unknown)} {'are' if len(unknown) > 1 else 'is'} not timed"
        raise UnknownName(f"{said}; write {names(_DTYPES)}, comma-separated")
    for option in ("sizes", "batches"):
        if not getattr(args, option):
            raise UnknownName(f"--{option} names none: write whole numbers such as 8,16,32")
    counts = args.threads or tuple(dict.fromkeys((1, cores())))
    return Sweep(args.sizes, args.batches, dtypes, counts, args.seconds, peers=_peers(args.peers))


def _peers(said: str | None) -> tuple[str, ...]:
    """Those that were asked for, or those that there are."""
    if said is None:
        return peers.installed()
    asked = tuple(name for part in said.split(",") if (name := part.strip()) and name != "none")
    for name in asked:
        peers.examine(name)
    return asked


def _measure(layers: list[str], sweep: Sweep, rows: list[Row], left_out: list[str]) -> None:
    live = sys.stderr.isatty()

    def say(text: str) -> None:
        if live:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    print(words.header(sweep.peers))
    for name in layers:
        for same in bench(name, sweep, say, left_out.append):
            rows += same
            say("")
            print(words.line(same, sweep.peers), flush=True)


def _write(args: Namespace, rows: list[Row], left_out: list[str], interrupted: bool) -> None:
    text = json.dumps(to_json(rows, interrupted, left_out), indent=1, allow_nan=False)
    if args.json == "-":
        print(text)
    elif args.json:
        write_text("--json", args.json, text + "\n")
    if args.html and rows:
        write_text("--html", args.html, bench_page(rows, interrupted))
    if args.plot and rows:
        from .timing.plot import draw

        draw(rows, args.plot)
