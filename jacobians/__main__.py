"""The command line: arguments only, no logic. `jacobians` and `python -m jacobians` are the same program."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from . import __version__
from .commands import commands

USAGE_STATUS, INTERRUPTED, CLOSED_PIPE = 2, 130, 141  # the last two as shells count signals


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        meant = _meant(message, self)
        print(f"jacobians: {message}{meant}; `{self.prog} --help` says what it takes", file=sys.stderr)
        raise SystemExit(USAGE_STATUS)


def _meant(message: str, parser: argparse.ArgumentParser) -> str:
    """'. Did you mean …?' where a word that argparse refuses is near one that it knows."""
    from .errors import meant

    found = re.search(r"invalid choice: '([^']+)'|unrecognized arguments: (--[\w-]+)", message)
    return meant(found[1] or found[2], _words(parser)) if found else ""


def _words(parser: argparse.ArgumentParser) -> list[str]:
    """Every option, and every word that an argument is chosen from, of a parser and of those below it."""
    words: list[str] = []
    for action in parser._actions:
        words += [*action.option_strings, *map(str, action.choices or ())]
        below: Any = getattr(action.choices, "values", tuple)()
        words += [word for one in below for word in _words(one)]
    return words


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, of every command."""
    parser = _Parser(prog="jacobians", description="Know that a hand-written backward pass is right.")
    parser.add_argument("--version", action="version", version=f"jacobians {__version__}")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in commands().items():
        one = choices.add_parser(name, help=command.HELP, description=command.HELP)
        command.arguments(one)
        one.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ∞ gets a question mark
    args = build_parser().parse_args(argv)
    from .errors import JacobiansError

    try:
        return args.run(args)
    except JacobiansError as error:
        print(f"jacobians: {error}", file=sys.stderr)
        return USAGE_STATUS
    except KeyboardInterrupt:
        print("jacobians: interrupted", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:  # what the code on trial raises does not come here
        if error.filename is not None:  # a file that is not standard output
            print(f"jacobians: {str(error.filename)!r} could not be used ({error.strerror})", file=sys.stderr)
            return USAGE_STATUS
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more is said, at exit neither
        if isinstance(error, BrokenPipeError):  # whoever read it has closed it
            return CLOSED_PIPE
        print(f"jacobians: the output could not be written ({error.strerror})", file=sys.stderr)
        return USAGE_STATUS


if __name__ == "__main__":
    sys.exit(main())
