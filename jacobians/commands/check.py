"""`jacobians check`: what it takes."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

HELP = "verify a backward pass against the explicit Jacobians"
_STATUS = """\
With no FILE: the efficient path in reference/ against g·L, every layer. With a FILE: its forward and backward against
one layer. Exit status: 0 all passed, 1 something failed, 2 the command could not be carried out, 3 undecided."""


def arguments(parser: ArgumentParser) -> None:
    parser.epilog = _STATUS
    parser.add_argument("file", nargs="?", metavar="FILE", help="a Python file with forward and backward")
    parser.add_argument("--layer", metavar="NAME", help="the layer it claims to be (`jacobians layers` lists them)")
    parser.add_argument(
        "--convention", metavar="NAME", help="how the file is written: chapter (default: forward and backward)"
    )
    parser.add_argument(
        "--dtype", metavar="LIST", default="float64,float32", help="formats, comma-separated (default: %(default)s)"
    )
    parser.add_argument(
        "--setting",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="hold a setting of the layer, e.g. at_zero=0",
    )
    parser.add_argument("--seed", type=seed, metavar="N", default=0, help="of points and probes (default: %(default)s)")
    parser.add_argument(
        "--json", metavar="OUT", help="write the results as JSON to this file, or to - for standard output"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print failures and the summary only")


def seed(text: str) -> int:
    """A seed as an argument: a whole number from 0 on."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no seed: write a whole number from 0 on")
    return int(text)


def run(args: Namespace) -> int:
    from ..checking import run_check

    return run_check(args)
