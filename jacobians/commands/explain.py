"""`jacobians explain`: what it takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ._options import add_memory, add_seed, add_size, within_memory

HELP = "walk through one small backward pass of a layer, with numbers"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("layer", metavar="LAYER", help="`jacobians layers` lists them")
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="your own forward and backward, in place of the one in reference/"
    )
    add_size(parser, largest=10)
    add_seed(parser)
    add_memory(parser)
    parser.epilog = (
        "Exit status: 0 the efficient way gives g · L, 1 it does not, 2 the command could not be carried out."
    )


def run(args: Namespace) -> int:
    from ..show.command import run_explain

    with within_memory(args.memory):
        return run_explain(args)
