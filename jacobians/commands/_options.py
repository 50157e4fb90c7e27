"""Options that several commands have."""

from __future__ import annotations

import math
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Generator
from contextlib import contextmanager

from .check import seed

LARGEST = 1000  # of --size: arguments of some layers then have a few million entries
_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def add_seed(parser: ArgumentParser) -> None:
    """--seed N: the same numbers again, or others."""
    parser.add_argument("--seed", type=seed, metavar="N", default=0, help="of the numbers (default: %(default)s)")


def add_size(parser: ArgumentParser, largest: int = LARGEST) -> None:
    """--size N: of the point."""

    def size(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= largest:
            raise ArgumentTypeError(f"{text!r} is no size to look at: write a whole number from 1 to {largest}")
        return int(text)

    said = f"about how long axes are, 1 to {largest} (default: %(default)s)"
    parser.add_argument("--size", type=size, metavar="N", default=2, help=said)


def add_memory(parser: ArgumentParser, said: str = "refuse a matrix that takes more, e.g. 500MB") -> None:
    """--memory SIZE: no single matrix is made that takes more."""
    parser.add_argument("--memory", type=memory, metavar="SIZE", help=said)


def memory(text: str) -> int:
    """Bytes, from '500MB', '2 GB', '1e9' or '4096'."""
    found = re.fullmatch(r"(\d+(?:\.\d*)?(?:e\d+)?) *([kMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    unit = found[2].upper().replace("K", "k") if found else ""
    amount = float(found[1]) * _UNITS[unit] if found else 0.0
    if not 0 < amount < math.inf:
        raise ArgumentTypeError(f"{text!r} is no amount of memory: write one such as 500MB or 2GB")
    return int(amount)


def out(text: str) -> str:
    """The path of a file to write: an empty one, which a shell makes of a variable that is not set, is none."""
    if not text.strip():
        raise ArgumentTypeError(f"{text!r} is no file: write the path of one")
    return text


@contextmanager
def within_memory(most: int | None = None) -> Generator[None]:
    """Within this block no single matrix takes more than so many bytes (None: what is free decides).

    A large one is announced on standard error before it is made.
    """
    from ..memory import limit, telling

    with telling(lambda text: print(f"jacobians: {text}", file=sys.stderr, flush=True)):
        if most is None:
            yield
        else:
            with limit(most):
                yield
