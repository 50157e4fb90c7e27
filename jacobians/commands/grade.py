"""`jacobians grade`: what it takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ._options import out

HELP = "grade submissions against an assignment: marks, hints, and the file the course's platform wants"
_MORE = """\
Without --out each argument is one submission (a file, a zip, a folder of its files), and what a student reads is
printed. With --out a folder stands for the submissions in it; every result is written as it comes, and the same
command again goes on where it was stopped. Exit status: 0 graded (without --out: and all points got), 1 not all points
got, or a difference with --diff, 2 the command could not be carried out."""


def arguments(parser: ArgumentParser) -> None:
    parser.epilog = _MORE
    parser.add_argument("submission", nargs="*", metavar="SUBMISSION", help=".py, .ipynb, .zip or a folder")
    parser.add_argument("--assignment", metavar="FILE", help="the assignment (`jacobians assignment new` writes one)")
    parser.add_argument(
        "--out", type=out, metavar="FOLDER", help="grade a whole class; write results, gradebook and report here"
    )
    parser.add_argument("--workers", metavar="N", help="processes (default: one for each core)")
    parser.add_argument("--shard", metavar="I/N", help="grade every N-th submission only, from the I-th on")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="let a Dask cluster work (pip install '.[dask]')")
    parser.add_argument("--require-sandbox", metavar="LEVEL", help="full, user or basic: else nothing is graded")
    parser.add_argument("--public", action="store_true", help="without the course's secret: what is visible, at home")
    parser.add_argument("--platform", metavar="NAME", help="write what this platform reads (gradescope, junit, …)")
    parser.add_argument("--to", type=out, metavar="FILE", help="where to (default: standard output)")
    parser.add_argument(
        "--json", type=out, metavar="OUT", help="the full result as JSON to this file, or to - (one submission)"
    )
    parser.add_argument(
        "--html", type=out, metavar="FILE", help="a page of one student's marks, or with --out the class report"
    )
    parser.add_argument("--merge", nargs="+", metavar="FOLDER", help="bring shards' results together in --out")
    parser.add_argument("--diff", nargs=2, metavar=("OLD", "NEW"), help="what a regrade changed")
    parser.add_argument("-q", "--quiet", action="store_true", help="print the summary only")


def run(args: Namespace) -> int:
    from ..grading.command import run_grade

    return run_grade(args)
