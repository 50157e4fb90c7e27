"""`jacobians docs`: the API reference, as pages."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "write the API reference as pages, from the docstrings (pip install '.[docs]')"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", metavar="DIR", default="api", help="the folder to write to (default: %(default)s)")


def run(args: Namespace) -> int:
    from ..api_pages import write_pages

    print(f"{write_pages(args.out)} pages: {args.out}/index.html")
    return 0
