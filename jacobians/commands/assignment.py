"""`jacobians assignment`: what it takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "write an assignment, prove it sound, bundle it for a platform, make the students' copy"


def arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="write an assignment to start from")
    new.add_argument("name", metavar="NAME", help="chapter, cs231n-a1, … (`jacobians assignment new ?` lists them)")
    new.add_argument("--to", metavar="FILE", help="where to (default: NAME.toml)")
    check = actions.add_parser("check", help="right code gets full marks; zeros, constants, NaN and the like get none")
    check.add_argument("file", metavar="FILE", help="the assignment")
    check.add_argument("--solution", metavar="FILE", help="a correct solution (default: the one the assignment names)")
    bundle = actions.add_parser("bundle", help="what a course's platform installs and runs")
    bundle.add_argument("file", metavar="FILE", help="the assignment")
    bundle.add_argument("--platform", required=True, metavar="NAME", help="gradescope, prairielearn, autolab, …")
    bundle.add_argument("--to", metavar="FILE", help="where to (default: beside the assignment)")
    bundle.add_argument("--wheels", metavar="FOLDER", help="wheels of NumPy and SciPy to include, to work offline")
    handout = actions.add_parser("handout", help="the students' copy: no secret, no solution, no hidden question")
    handout.add_argument("file", metavar="FILE", help="the assignment")
    handout.add_argument("--to", metavar="OUT", help="where to (default: standard output)")


def run(args: Namespace) -> int:
    from ..grading.command_assignment import run_assignment

    return run_assignment(args)
