"""What `jacobians bench` does: time layer after layer, say each line as it comes, keep what was measured."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from contextlib import redirect_stdout
from pathlib import Path

from .errors import BadFile, UnknownName, names
from .layers import find, layer_names
from .show.files import examine_path, write_text
from .show.html_bench import bench_page
from .timing import peers, words
from .timing.bench import Row, Sweep, bench, to_json
from .timing.machine import cores

_DTYPES = ("float64", "float32")


def run_bench(args: Namespace) -> int:
    """Carry out `jacobians bench` and return its exit status.

    Raises:
        JacobiansError: the command could not be carried out.
    """
    for name in args.layers:
        find(name)
    sweep = _sweep(args)
    for path in (args.json, args.plot):
        if path and path != "-" and not Path(path).resolve().parent.is_dir():
            raise BadFile(f"{path}: there is no folder {str(Path(path).parent)!r} to write it in")
    if args.html:
        examine_path("--html", args.html, (".html", ".htm"))
    rows, left_out = list[Row](), list[str]()
    interrupted = False
    with redirect_stdout(sys.stderr if args.json == "-" else sys.stdout):
        try:
            _measure(args.layers or layer_names(), sweep, rows, left_out)
        except KeyboardInterrupt:
            interrupted = True
        for said in (*left_out, *words.growth(rows)):
            print(said)
        if interrupted:
            print(f"interrupted: {len(rows)} measurements were made")
    _write(args, rows, left_out, interrupted)
    return 130 if interrupted else 0


def _sweep(args: Namespace) -> Sweep:
    dtypes = [name.strip() for name in args.dtype.split(",") if name.strip()]
    if unknown := [d for d in dtypes if d not in _DTYPES] or not dtypes:
        raise UnknownName(f"--dtype {args.dtype}: {unknown} is not timed; write {names(_DTYPES)}, comma-separated")
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
    if args.plot and rows:
        from .timing.plot import draw

        draw(rows, args.plot)
    if args.html and rows:
        write_text("--html", args.html, bench_page(rows, interrupted))
    if not args.json:
        return
    text = json.dumps(to_json(rows, interrupted, left_out), indent=1, allow_nan=False)
    if args.json == "-":
        print(text)
        return
    try:
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BadFile(f"--json {args.json}: could not be written ({error.strerror})") from None
