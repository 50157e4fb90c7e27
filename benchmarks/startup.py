"""Starting up: `jacobians --version` and `import jacobians`, beside Python itself and beside NumPy and SciPy.

    python -m benchmarks.startup [--json OUT]

Each is a fresh process, in interleaved rounds. `from jacobians import check` loads all that a check needs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator

from jacobians.timing.clock import race

from .rows import Row, carry_out, parser

ASKED = {
    "python": ["-c", "pass"],
    "jacobians --version": ["-m", "jacobians", "--version"],
    "import jacobians": ["-c", "import jacobians"],
    "import numpy, scipy.sparse": ["-c", "import numpy, scipy.sparse"],
    "from jacobians import check, Graph": ["-c", "from jacobians import check, Graph"],
}


def started(words: list[str]) -> None:
    """Run this Python once."""
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)


def every(args: argparse.Namespace) -> Iterator[Row]:
    """One row for each of ASKED: its ratio to Python's own start."""
    calls = {name: lambda words=words: started(words) for name, words in ASKED.items()}
    found = race(calls, args.seconds)
    for name, timed in found.items():
        ratio = timed.median / found["python"].median
        yield Row("startup", name, "a fresh process", "", 1, timed.median, None, "python -c pass", ratio)


def main(argv: list[str] | None = None) -> int:
    return carry_out(every, parser("startup", __doc__ or "", seconds=20), argv)


if __name__ == "__main__":
    sys.exit(main())
