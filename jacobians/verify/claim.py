"""Claim: the numbers of one argument in one format, gathered over all points and probes into one verdict."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..point import Point
from .bound import BoundedJacobian, Judged, bounded_jacobians
from .diagnosis import Asked
from .formats import Format
from .own import Own
from .probes import Probe
from .reproduce import example
from .selftest import SelfTest

if TYPE_CHECKING:
    from .examine import Trial

Array = np.ndarray
FORWARD = ""  # stands among the arguments for forward itself; no argument has this name
_MOST = 1e300  # a ratio to a bound of 0 is infinite; JSON has no infinity


@dataclass(frozen=True)
class Questions:
    """What was asked at one point: k probes, and what is known of the argument they are about."""

    trial: Trial
    probes: list[Probe]
    G: Array  # k arrays in the shape of y
    batched: bool  # whether y and the arguments that are not shared have a leading axis of examples
    batch: int | None = None  # how many examples, where the argument is shared between them
    bounded: BoundedJacobian | None = None
    asks: str = "g"  # what the probes are: upstream gradients, or tangents v

    def describe(self, at: tuple[int, ...]) -> str:
        """Where entry at[1:] of the answer to probe at[0] was; y does not depend on the probe."""
        g = f", {self.asks}: {self.probes[at[0]].name}" if self.bounded else ""
        return f"entry {list(self.place(at[1:]))} at the point {self.trial.point.name!r}{g}"

    def place(self, entry: tuple[int, ...]) -> tuple[int, ...]:
        """The index of an entry in the whole argument; another where what was compared is a piece of it (large.py)."""
        return entry

    @property
    def exact(self) -> bool:
        """Whether a tolerance of 0 comes of all numbers being whole."""
        return self.bounded is None or self.bounded.exact


class Claim:
    """y agrees with forward, or the gradient of an argument with g · L. A loss may have an argument y, too."""

    def __init__(self, argument: str, reading: Format, kind: str = "gradient"):
        """`argument`: FORWARD for the claim about forward; `kind`: "jvp" for one about L^a · v."""
        self.forward = argument == FORWARD
        self.kind = "forward" if self.forward else kind
        self.argument, self.reading = "y" if self.forward else argument, reading
        self.trial: Trial | None = None  # the first point's
        self.worst_at: tuple[Questions, int] | None = None  # the point and the probe of the worst entry
        self.mildest_at: tuple[Questions, int] | None = None  # those of the point that is least wrong
        self.ratio, self.mildest = 0.0, np.inf
        self.smallest, self.example = np.inf, None
        self.where: str | None = None
        self.text = ""
        self.asked: list[Asked] = []
        self.compared = 0  # how many entries were compared
        self.entries = 0  # how many entries of L were exposed singly
        self.detectable: float | None = None
        self.open_gates = 0
        self.only_from_output = 0  # entries that only the looser bound explains
        self.selftest = SelfTest()

    def see(self, judged: Judged, got: np.ndarray, asked: Questions) -> np.ndarray:
        """Compare the answers to k questions with the truth; `got` is k arrays in the shape of the argument.

        Returns:
            the tolerance of each entry that decided.
        """
        want, tolerance = judged.want.reshape(got.shape), judged.tolerance.reshape(got.shape)
        lead = 1 if asked.batch is not None or not asked.batched else 2
        error = np.abs(got - want)
        if (error > tolerance).any() and judged.looser is not None:
            looser = judged.looser.reshape(got.shape)
            self.only_from_output += int(((error > tolerance) & (error <= looser)).sum())
            tolerance = np.maximum(tolerance, looser)
        self.selftest.see(want, tolerance, lead)  # by what decides: where the looser bound does, it lets more through
        self.compared += error.size
        self.trial = self.trial or asked.trial
        self._worst(error, tolerance, want, got, asked)
        self._smallest(error, tolerance, want, asked)
        if asked.bounded is not None:
            format = asked.bounded.format
            self.open_gates += asked.bounded.open_gates
            u, jvp = max(format.u_inside, format.u_sum), self.kind == "jvp"
            own = Own(asked.trial.point, self.argument, asked.G, u, want.shape[1:], jvp)
            judge = partial(_judge, asked.bounded, asked.trial.point, self.argument, jvp)
            self.asked.append(Asked(asked.G, want, got, tolerance, asked.batch, format.u, lead, own, judge))
            self._expose(want, tolerance, asked, asked.bounded)
        return tolerance

    def _worst(self, error: Array, tolerance: Array, want: Array, got: Array, asked: Questions) -> None:
        outside = np.where(error == 0, 0.0, _MOST)
        with np.errstate(over="ignore"):
            ratio = np.divide(error, tolerance, out=outside, where=(tolerance > 0) & np.isfinite(tolerance))
        ratio = np.where(np.isinf(tolerance), 0.0, np.minimum(ratio, _MOST))
        if ratio.size and 1 < ratio.max() < self.mildest:
            self.mildest = float(ratio.max())
            self.mildest_at = (asked, int(np.unravel_index(int(ratio.argmax()), ratio.shape)[0]))
        if ratio.size and (self.where is None or ratio.max() > self.ratio):
            at = tuple(int(k) for k in np.unravel_index(int(ratio.argmax()), ratio.shape))
            self.ratio, self.where, self.worst_at = float(ratio[at]), asked.describe(at), (asked, at[0])
            named = {"forward": "forward", "gradient": f"g·L^{self.argument}", "jvp": f"L^{self.argument}·v"}
            what = named[self.kind]
            exactly = f"must be equal, {'all numbers being whole' if asked.exact else 'there being nothing to round'}"
            allowed = f"may differ by {tolerance[at]:.2g}" if tolerance[at] else exactly
            self.text = (
                f"the code gives {got[at] + 0:.9g}, {what} is {want[at] + 0:.9g}: they {allowed}, and differ by "
                f"{error[at]:.2g}"
            )

    def _smallest(self, error: Array, tolerance: Array, want: Array, asked: Questions) -> None:
        """Keep the smallest failing point, and the code that reproduces its worst entry."""
        size = sum(np.size(v) for v in asked.trial.point.values.values())
        excess = error - tolerance
        if size < self.smallest and (excess > 0).any():
            k = int((excess > 0).reshape(len(excess), -1).any(axis=1).argmax())  # the first probe that shows it
            entry = [int(i) for i in np.unravel_index(int(excess[k].argmax()), excess[k].shape)]
            self.smallest = size
            wanted = float(want[(k, *entry)])
            self.example = example(asked.trial, asked.G[k], self.argument, self.kind, asked.place(tuple(entry)), wanted)

    def _expose(self, want: Array, tolerance: Array, asked: Questions, bounded: BoundedJacobian) -> None:
        """Count the entries that these probes expose singly, and the smallest error they would have shown in each.

        Right code may be off by the tolerance one way, so that an error δ shows where |g L| δ is more than twice that.
        """
        self.entries += sum(len(p.rows) for p in asked.probes) * bounded.L.shape[1]
        single = [k for k, p in enumerate(asked.probes) if p.rows.size]
        want, tolerance = np.abs(want[single]), tolerance[single]
        if want.any():
            relative = 2 * float((tolerance[want > 0] / want[want > 0]).max())
            # where all numbers are whole any error shows: what other points show says more
            self.detectable = min((d for d in (self.detectable, relative) if d), default=0.0)

    @property
    def inside(self) -> bool:
        """Whether something was compared, and all of it is within its bound."""
        return bool(self.compared) and self.ratio <= 1


def _judge(known: BoundedJacobian, point: Point, argument: str, jvp: bool, G: Array, format: Format | None) -> Judged:
    """The truth for other upstream gradients (or tangents), with the bound of the format on trial or of another."""
    bounded = known if format is None else bounded_jacobians(point, format)[argument]
    if jvp and format is not None:
        bounded = bounded.transposed
    return bounded.judge(G.reshape(len(G), -1))
