"""`jacobians new`: what it takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "write the two files that a new layer starts from"


def arguments(parser: ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    layer = kinds.add_parser("layer", help="its mathematics and its efficient twin", description=HELP)
    layer.add_argument("name", metavar="NAME", help="small letters, digits and _: my_layer")
    layer.add_argument("--pointwise", action="store_true", help="a function of one number, done to every entry")
    layer.add_argument(
        "--into", metavar="FOLDER", help="write them there (default: the clone this is run in, else this folder)"
    )


def run(args: Namespace) -> int:
    from ..new_layer import run_new_layer

    return run_new_layer(args)
