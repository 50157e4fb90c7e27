"""One point, one format: every probe is put to the code, its numbers go to the claims, broken contracts come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..batch import Batch
from ..layer import Layer
from ..matrix import values_of
from ..point import Point
from .bound import Bounds, Judged
from .claim import FORWARD, Claim, Questions
from .contract import Standing, contract
from .door import Answer, Broken, Door
from .formats import Format
from .forward_mode import examine_jvp, gives_jvp
from .probes import probes, within_reach


@dataclass(frozen=True)
class Trial:
    """Code on trial at one point, whose values are numbers of the format."""

    fast: Any
    layer: type[Layer]
    point: Point
    format: Format
    settings: dict[str, Any]
    seed: int
    thorough: bool = True  # whether to try every contract here, too
    singly: bool = True  # whether to expose every entry of L singly; at a long point that would be many questions
    only: tuple[str, ...] | None = None  # of the probes, these alone
    twice: bool = True  # whether the same question is put again, and any contract tried
    contracts: tuple[str, ...] | None = None  # of contracts/, these alone; what does not cross a border is not asked

    def door(self, format: Format | None = None) -> Door:
        """The door to the code, in this format or another."""
        wanted = {a: a not in self.layer.optional for a in self.point.map.args if a not in self.point.map.constant}
        return Door(self.fast, format or self.format, wanted)

    def ask(self, g: np.ndarray, shape: tuple[int, ...], format: Format | None = None) -> Answer:
        """Forward and backward for one g."""
        return self.door(format).ask(self.point.values, self.settings, g, shape)

    def answer(self, kind: str, argument: str, question: np.ndarray, format: Format) -> np.ndarray | None:
        """y ("forward"), the "gradient" of an argument for a g, or its "jvp" for a tangent; None where none comes."""
        try:
            if kind == "jvp":
                shape = np.shape(self.point.forward())
                return self.door(format).ask_jvp(self.point.values, self.settings, {argument: question}, shape)
            answer = self.ask(question, question.shape, format)
        except Broken:
            return None
        return answer.y if kind == "forward" else answer.gradients.get(argument)


def examine_point(trial: Trial, claims: dict[str, list[Claim]], notes: list[str]) -> list[Broken]:
    """Put every probe to the code at one point.

    Args:
        claims: for FORWARD and each argument, one claim for each reading of the format; the numbers are added to them.
        notes: what is worth knowing and no fault is added here.

    Raises:
        Broken: where the code gave nothing that could be judged.
    """
    point, format = trial.point, trial.format
    readings = format.readings()
    bounds = [Bounds(point, reading) for reading in readings]
    forward = [each.forward() for each in bounds]
    want = forward[0].want
    if not format.reaches(want):
        return []  # nothing can be asked here
    bounded = [each.jacobians() for each in bounds]
    Ls = [b.L for b in bounded[0].values()]
    if not all(format.reaches(values_of(L)) for L in Ls):
        return []
    rng = np.random.default_rng([trial.seed, 1])
    asked = [p for p in probes(Ls, rng, None if trial.singly else 0) if trial.only is None or p.name in trial.only]
    exposed = sum(p.rows.size for p in asked)
    if 0 < exposed < want.size:
        notes.append(f"at the point {point.name!r} {exposed:,} of {want.size:,} rows of L are exposed singly, no more")
    G = format.round(within_reach(np.stack([p.g for p in asked]), Ls, format.huge))
    answers = [trial.ask(g, want.shape) for g in G]
    shared = point.map.shared if isinstance(point.map, Batch) else ()
    questions = Questions(trial, asked, G.reshape(len(G), *want.shape), isinstance(point.map, Batch))
    ys = np.stack([one.y for one in answers])
    for claim, judged in zip(claims[FORWARD], forward, strict=True):
        claim.see(_repeated(judged, len(G)), ys, questions)
    for a in bounded[0]:
        if all(a in one.gradients for one in answers):
            got = np.stack([one.gradients[a] for one in answers])
            for claim, jacobians in zip(claims[a], bounded, strict=True):
                about = replace(questions, batch=want.shape[0] if a in shared else None, bounded=jacobians[a])
                claim.see(jacobians[a].judge(G), got, about)
        elif any(a in one.gradients for one in answers) and a in trial.layer.optional:
            text = f"backward returned a gradient for {a} for some g only: return it for every g, or for none"
            answers[0].faults.append(Broken("missing", text, a))
    faults = [fault for one in answers for fault in one.faults]
    if gives_jvp(trial.fast):
        faults += examine_jvp(trial, bounded, questions, claims)
    return faults or contract(Standing(trial, questions.G[0], answers[0], bounded[-1], notes))


def _repeated(judged: Judged, k: int) -> Judged:
    """The same truth for each of k probes: forward does not depend on g."""

    def each(part: np.ndarray | None) -> Any:
        return None if part is None else np.broadcast_to(part, (k, *np.shape(part)))

    return Judged(each(judged.want), each(judged.tolerance), lambda: each(judged.looser))
