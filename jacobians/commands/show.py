"""`jacobians show`: what it takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ._options import add_memory, add_seed, add_size, out, within_memory

HELP = "the forward and backward of a small point as matrices with their shapes"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "layer", metavar="LAYER", help="`jacobians layers` lists them; or FILE.py:NAME, a Point or a Graph of your own"
    )
    parser.add_argument(
        "--argument", metavar="NAME", action="append", help="this Jacobian only (theta: all parameters side by side)"
    )
    add_size(parser)
    add_seed(parser)
    said = "draw it into this .png, .svg or .pdf file (needs matplotlib)"
    parser.add_argument("--plot", type=out, metavar="OUT", help=said)
    parser.add_argument(
        "--atoms", action="store_true", help="the layer as a graph of atomic maps, forward and backward"
    )
    add_memory(parser)


def run(args: Namespace) -> int:
    from ..show.command import run_show

    with within_memory(args.memory):
        return run_show(args)
