"""Explicit full Jacobians: ours against everyone who computes them, where installed, in interleaved rounds.

    python -m benchmarks.full_jacobian [--json OUT] [--only WORDS] [--dtype LIST] [--threads N …] [--memory SIZE]
                                       [--seconds S] [--small]

Every rival's Jacobian is first compared with ours, entry for entry; a wrong one is not timed, nor one that would take
more memory than it may. The floor is what any code must do: fill the arrays of our L once and wrap them. `bytes` is the
peak of memory during a call, or the size of what it returns where that is more. Setting up (compiling, finding
patterns, colouring) is not timed, and told.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy import sparse

from jacobians.commands._options import memory
from jacobians.memory import amount, available
from jacobians.timing.clock import Timed, race
from jacobians.timing.machine import threads

from .agree import wrong
from .build import fill
from .jacobian_cases import Case, cases
from .jacobian_rivals import RIVALS, Rival
from .peak import resident_peak
from .rows import Row, carry_out, parser

FLOOR = "filling the arrays"


def entrants(case: Case, L: Any, most: int) -> Iterator[tuple[str, Rival | str]]:
    """Every rival that is installed: ready to be timed, or why it is not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # asdex says of a dense L that it is dense
        yield from _entrants(case, L, most)


def _entrants(case: Case, L: Any, most: int) -> Iterator[tuple[str, Rival | str]]:
    for name, entry in RIVALS.items():
        if find_spec(entry.library) is None:
            continue
        if (size := entry.bytes(L)) > most:
            yield name, f"it takes about {amount(size)}, and --memory is {amount(most)}"
            continue
        try:
            rival = entry.make(case, L)
            said = wrong(rival.matrix(rival.call()), L)
        except Exception as error:  # each library has its own
            first = (str(error).strip() or "no words").splitlines()[0]
            yield name, f"{type(error).__name__}: {first[:100]}"
            continue
        yield name, f"not right: {said}" if said else rival


def measure(case: Case, dtype: str, n: int, args: argparse.Namespace) -> Iterator[Row]:
    """The rows of one case."""
    ours = partial(case.point.L, case.a)
    L = ours()
    found = dict(entrants(case, L, args.memory))
    ready = {name: one for name, one in found.items() if isinstance(one, Rival)}
    times = race({"ours": ours, FLOOR: fill(L)} | {name: one.call for name, one in ready.items()}, args.seconds)
    row = partial(_row, case, dtype, n, times)
    kind = "sparse" if sparse.issparse(L) else "dense"
    yield row(FLOOR, fill(L), L, {})
    yield row("ours", ours, L, {"kind": kind})
    for name, one in found.items():
        if isinstance(one, Rival):
            yield row(name, one.call, np.empty(L.shape, dtype) if one.dense else L, {"setup_seconds": one.setup})
        else:
            yield Row("full_jacobian", name, case.name, dtype, n, None, None, FLOOR, None, {"why": one})


def _row(
    case: Case, dtype: str, n: int, times: dict[str, Timed], name: str, call: Any, like: Any, more: dict[str, Any]
) -> Row:
    timed = times[name]
    parts = (like,) if isinstance(like, np.ndarray) else (like.data, like.indices, like.indptr)
    said = more | {"spread": timed.spread, "rounds": timed.rounds, "over_ours": timed.median / times["ours"].median}
    size = max(resident_peak(call) or 0, sum(part.nbytes for part in parts))
    return Row(
        "full_jacobian", name, case.name, dtype, n, timed.median, size, FLOOR, timed.median / times[FLOOR].median, said
    )


def every(args: argparse.Namespace) -> Iterator[Row]:
    """The rows of all cases."""
    for library in ("torch", "jax"):
        if find_spec(library):
            __import__(library)  # so that `threads` knows of them
    for n in args.threads:
        with threads(n):
            for dtype in args.dtype.split(","):
                for case in cases(dtype, args.small):
                    if not args.only or any(word in case.name for word in args.only.split(",")):
                        yield from measure(case, dtype, n, args)


def main(argv: list[str] | None = None) -> int:
    made = parser("full_jacobian", __doc__ or "", seconds=3.0)
    made.add_argument("--only", metavar="WORDS", help="cases with one of these words in their names")
    made.add_argument("--dtype", default="float64", help="comma-separated (default: %(default)s)")
    made.add_argument("--threads", type=int, nargs="+", default=[1], metavar="N")
    made.add_argument("--memory", type=memory, default=min(4 << 30, available() // 2), metavar="SIZE",
                      help="that a rival may take (default: 4GB, or half of what is free)")  # fmt: skip
    made.add_argument("--small", action="store_true", help="sizes that take no time, to try it")
    return carry_out(every, made, argv)


if __name__ == "__main__":
    sys.exit(main())
