"""A layer's own mistakes as wrong answers: what code with one of them would give for the probes of a point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from ..batch import Batch
from ..kinds import is_sparse
from ..matrix import blocks, stack
from ..mistake import Mistake
from ..point import Point

_ITSELF = 10  # roundings that code with the mistake may make for an entry of its L
# the mistake's sentence, its answers to k probes, and how far rounding may take each
WrongAnswer = tuple[str, np.ndarray, np.ndarray]


class Own(Mapping[str, WrongAnswer]):
    """{name of a mistake: its sentence and wrong answers}, computed when first asked: most code needs no diagnosis."""

    def __init__(self, point: Point, argument: str, G: np.ndarray, u: float, shape: tuple[int, ...], jvp: bool = False):
        """`G`: k upstream gradients in the shape of y (of jvp: tangents); `shape`: of each answer.

        `u`: unit roundoff of what is computed with.
        """
        self.point, self.argument, self.G, self.u = point, argument, G, u
        self.shape, self.jvp = (len(G), *shape), jvp

    @cached_property
    def _answers(self) -> dict[str, WrongAnswer]:
        flat = self.G.reshape(len(self.G), -1)
        answers: dict[str, WrongAnswer] = {}
        for m in wrong_jacobians(self.point, self.argument):
            L = m.L.T if self.jvp else m.L
            pattern = (L != 0).astype(float)
            terms = (flat != 0).astype(float) @ pattern
            # an entry may be what is left of terms as large as the largest of its row
            row = abs(L).max(axis=1)
            row = row.toarray() if is_sparse(row) else row
            rounding = self.u * (terms + _ITSELF) * ((np.abs(flat) * row.reshape(-1)) @ pattern)
            answers[m.name] = (
                m.text,
                np.asarray(flat @ L).reshape(self.shape),
                np.asarray(rounding).reshape(self.shape),
            )
        return answers

    def __getitem__(self, name: str) -> WrongAnswer:
        return self._answers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def wrong_jacobians(point: Point, a: str) -> list[Mistake]:
    """The layer's own mistakes in L^a at this point, in float64; a batch has its examples' in blocks or stacked."""
    map: Any = point.map
    if not isinstance(map, Batch):
        return [*map.mistakes(a, **point.values), *_conventions(map, a, point)] if hasattr(map, "mistakes") else []
    examples = map.examples(point.values)
    each = [wrong_jacobians(Point(map.map, one), a) for one in examples]
    join = stack if a in map.shared else blocks
    return [replace(same[0], L=join(*(m.L for m in same))) for same in zip(*each, strict=True)]


def _conventions(map: Any, a: str, point: Point) -> Iterator[Mistake]:
    """The layer under its other conventions: a mistake where the one that the code should keep was held fixed."""
    names = list(map.conventions)
    for chosen in product(*map.conventions.values()):
        other = {k: v for k, v in zip(names, chosen, strict=True) if v != getattr(map, k)}
        if other:
            said = ",".join(f"{k}={v:g}" if isinstance(v, float) else f"{k}={v}" for k, v in other.items())
            kept = ", ".join(f"{k} = {getattr(map, k)}" for k in other)
            text = f"it keeps another convention, {said.replace('=', ' = ').replace(',', ', ')}, and should keep {kept}"
            yield Mistake(f"convention:{said}", text, replace(map, **other).L(a, **point.values))
