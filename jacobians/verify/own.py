"""A layer's own mistakes as wrong answers: what code with one of them would give for the probes of a point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from ..batch import Batch
from ..matrix import blocks, stack
from ..mistake import Mistake
from ..point import Point

WrongAnswer = tuple[str, np.ndarray]  # the mistake's sentence, and its answers to k probes


class Own(Mapping[str, WrongAnswer]):
    """{name of a mistake: its sentence and wrong answers}, computed when first asked: most code needs no diagnosis."""

    def __init__(self, point: Point, argument: str, G: np.ndarray):
        """`G`: k upstream gradients, arrays in the shape of y."""
        self.point, self.argument, self.G = point, argument, G

    @cached_property
    def _answers(self) -> dict[str, WrongAnswer]:
        shape = (len(self.G), *np.shape(self.point.values[self.argument]))
        flat = self.G.reshape(len(self.G), -1)
        found = wrong_jacobians(self.point, self.argument)
        return {m.name: (m.text, np.asarray(flat @ m.L).reshape(shape)) for m in found}

    def __getitem__(self, name: str) -> WrongAnswer:
        return self._answers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def wrong_jacobians(point: Point, a: str) -> list[Mistake]:
    """The layer's own mistakes in L^a at this point, in float64; a batch has its examples', stacked or block by block."""
    map: Any = point.map
    if not isinstance(map, Batch):
        return list(map.mistakes(a, **point.values)) if hasattr(map, "mistakes") else []
    examples = map.examples(point.values)
    each = [wrong_jacobians(Point(map.map, one), a) for one in examples]
    join = stack if a in map.shared else blocks
    return [replace(same[0], L=join(*(m.L for m in same))) for same in zip(*each, strict=True)]
