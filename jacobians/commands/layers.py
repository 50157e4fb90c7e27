"""`jacobians layers`: the table of layers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "the table of layers: equation, arguments, L^a, entries of how many"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--markdown", action="store_true", help="as the table in README")


def run(args: Namespace) -> int:
    from ..table import table

    print(table(args.markdown))
    return 0
