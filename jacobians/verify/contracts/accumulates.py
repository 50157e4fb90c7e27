"""accumulates: backward(g, saved, into), where the code has it, adds to the arrays in `into`, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..door import Broken, parameters

if TYPE_CHECKING:
    from ..contract import Standing


def broken(standing: Standing) -> Iterator[Broken]:
    """As at a branch: what another reader of the argument has put there stays, and this gradient is added."""
    trial, g, first = standing.trial, standing.g, standing.first
    if "into" not in (parameters(trial.fast.backward) or ()):
        return
    door, rng = trial.door(), np.random.default_rng([trial.seed, 5])
    y, saved = door.run_forward(door.given(trial.point.values), trial.settings)
    there = {a: trial.format.round(rng.standard_normal(v.shape)) for a, v in first.gradients.items()}
    into = door.given(there)
    upstream = door.upstream(g, np.shape(y))
    door.run_backward(upstream, saved, into)
    for a, before in there.items():
        judged = standing.bounded[a].judge(g.reshape(1, -1))
        want, tolerance = (v.reshape(before.shape) for v in (judged.want, judged.tolerance))
        got, total = np.asarray(into[a]).astype(np.float64), before + want
        allowed = tolerance + trial.format.u * (np.abs(total) + tolerance) + trial.format.tiny
        if a not in standing.right or (np.abs(got - total) <= allowed).all():
            continue
        over = (np.abs(got - want) <= allowed).all()
        what = "the gradient alone: write += for =" if over else "something else than the sum"
        text = f"backward with `into` must add the gradient to what into[{a!r}] holds, and leaves {what}"
        yield Broken("accumulates", text, a)
