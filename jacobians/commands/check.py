"""`jacobians check`: what it takes."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

HELP = "verify a backward pass against the explicit Jacobians"
_STATUS = """\
With no FILE: the efficient path in reference/ against g·L, every layer. With a FILE: its forward and backward against
one layer. Exit status: 0 all passed, 1 something failed, 2 the command could not be carried out, 3 undecided."""


def arguments(parser: ArgumentParser) -> None:
    from ._options import add_memory, out

    parser.epilog = _STATUS
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="a Python file with forward and backward, or ADAPTER:FILE:OBJECT (torch, jax, native)",
    )
    parser.add_argument("--layer", metavar="NAME", help="the layer it claims to be (`jacobians layers` lists them)")
    parser.add_argument(
        "--convention",
        metavar="NAME",
        help="the course whose functions or classes FILE has: cs231n, mytorch, … (README lists them), or a TOML file",
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
        "--lengths",
        type=lengths,
        metavar="LIST",
        help="also try the first point so long, and in batches so large: one past a tile (default with FILE: "
        "17,33,65,129; without one: none)",
    )
    parser.add_argument(
        "--at",
        metavar="SIZES",
        help="at arguments of these sizes alone, e.g. x=64x4096,W=4096x4096,b=4096 (first the examples): L is made "
        "block of rows by block of rows, within --memory",
    )
    parser.add_argument(
        "--json", type=out, metavar="OUT", help="write the results as JSON to this file, or to - for standard output"
    )
    parser.add_argument("--html", type=out, metavar="OUT", help="write a report to look at: one self-contained page")
    parser.add_argument(
        "--plot",
        type=out,
        metavar="OUT",
        help="draw where the wrong entries of a failure lie: .png, .svg or .pdf (matplotlib)",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print failures and the summary only")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="all notes, code to reproduce, and where the wrong entries lie"
    )
    add_memory(parser)


def seed(text: str) -> int:
    """A seed as an argument: a whole number from 0 on."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no seed: write a whole number from 0 on")
    return int(text)


def lengths(text: str) -> tuple[int, ...]:
    """Lengths as an argument: whole numbers from 1 on, comma-separated; none for an empty text."""
    given = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() and int(part) > 0 for part in given):
        raise ArgumentTypeError(f"{text!r} are no lengths: write whole numbers such as 17,33,65")
    return tuple(dict.fromkeys(map(int, given)))


def run(args: Namespace) -> int:
    from ..checking import run_check
    from ._options import within_memory

    with within_memory(None if args.at else args.memory):
        return run_check(args)
