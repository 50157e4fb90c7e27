"""The command line: arguments only, no logic. `jacobians` and `python -m jacobians` are the same program."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import __version__

USAGE_STATUS, INTERRUPTED, CLOSED_PIPE = 2, 130, 141  # the last two as shells count signals
_CHECK = """\
With no FILE: the efficient path in reference/ against g·L, every layer. With a FILE: its forward and backward against
one layer. Exit status: 0 all passed, 1 something failed, 2 the command could not be carried out, 3 undecided."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"jacobians: {message}; `{self.prog} --help` says what it takes", file=sys.stderr)
        raise SystemExit(USAGE_STATUS)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no seed: write a whole number from 0 on")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="jacobians", description="Know that a hand-written backward pass is right.")
    parser.add_argument("--version", action="version", version=f"jacobians {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="verify a backward pass against the explicit Jacobians", epilog=_CHECK)
    check.add_argument("file", nargs="?", metavar="FILE", help="a Python file with forward and backward")
    check.add_argument("--layer", metavar="NAME", help="the layer it claims to be (`jacobians layers` lists them)")
    check.add_argument(
        "--convention", metavar="NAME", help="how the file is written: chapter (default: forward and backward)"
    )
    check.add_argument(
        "--dtype", metavar="LIST", default="float64,float32", help="formats, comma-separated (default: %(default)s)"
    )
    check.add_argument(
        "--setting",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="hold a setting of the layer, e.g. at_zero=0",
    )
    check.add_argument("--seed", type=_seed, metavar="N", default=0, help="of points and probes (default: %(default)s)")
    check.add_argument(
        "--json", metavar="OUT", help="write the results as JSON to this file, or to - for standard output"
    )
    check.add_argument("-q", "--quiet", action="store_true", help="print failures and the summary only")
    layers = commands.add_parser("layers", help="the table of layers: equation, arguments, L^a, entries of how many")
    layers.add_argument("--markdown", action="store_true", help="as the table in README")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ∞ gets a question mark
    args = _parser().parse_args(argv)
    from .errors import JacobiansError

    try:
        if args.command == "layers":
            from .table import table

            print(table(args.markdown))
            return 0
        from .commands import run_check

        return run_check(args)
    except JacobiansError as error:
        print(f"jacobians: {error}", file=sys.stderr)
        return USAGE_STATUS
    except KeyboardInterrupt:
        print("jacobians: interrupted", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:  # of our own output; what the code on trial raises does not come here
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more is said, at exit neither
        if isinstance(error, BrokenPipeError):  # whoever read it has closed it
            return CLOSED_PIPE
        print(f"jacobians: the output could not be written ({error.strerror})", file=sys.stderr)
        return USAGE_STATUS


if __name__ == "__main__":
    sys.exit(main())
