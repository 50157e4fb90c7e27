"""Which known mistake explains a gradient that is seen in pieces, and where its wrong entries lie."""

from __future__ import annotations

import numpy as np

from .diagnosis import Asked, Named, catalogue, explains, factor, measured_factor
from .results import Diagnosis


class Suspects:
    """The mistakes that explain every piece seen so far.

    Only mistakes that change each entry for itself are known here: no more than a piece is there at a time.
    """

    def __init__(self) -> None:
        self.left: list[Named] | None = None
        self.transposed = True
        self.wrong = self.seen = 0
        self.lowest: np.ndarray | None = None  # of the wrong entries' indices
        self.highest: np.ndarray | None = None

    def see(self, asked: Asked, places: tuple[np.ndarray, ...], across: np.ndarray | None) -> None:
        """Look at a piece: its entries in a row.

        Args:
            places: along each axis of the argument, the index of each entry.
            across: what the code gave for the transpose of the argument there; None where that has another shape.
        """
        self.transposed &= across is not None and bool((np.abs(across - asked.want) <= asked.tolerance).all())
        off = (np.abs(asked.got - asked.want) > asked.tolerance).ravel()
        self.seen += off.size
        if off.any():
            self.wrong += int(off.sum())
            at = np.array([np.broadcast_to(p, off.shape)[off] for p in places]).reshape(len(places), -1)
            self.lowest = at.min(axis=1) if self.lowest is None else np.minimum(self.lowest, at.min(axis=1))
            self.highest = at.max(axis=1) if self.highest is None else np.maximum(self.highest, at.max(axis=1))
        with np.errstate(over="ignore", invalid="ignore"):
            if self.left is None:
                measured = [(name, text, factor(float(name[7:]))) for name, text in measured_factor([asked])]
                self.left = [*catalogue(), *measured]
            self.left = [known for known in self.left if explains(known[2], [asked])]

    def diagnosis(self) -> Diagnosis | None:
        """The first of them; else, where that says something, which entries are wrong."""
        if self.transposed:
            return next(Diagnosis(name, text) for name, text, _ in catalogue() if name == "transposed")
        if self.left:
            return Diagnosis(*self.left[0][:2])
        if self.lowest is None or self.highest is None:
            return None
        ends = list(zip(self.lowest.tolist(), self.highest.tolist(), strict=True))
        where = [f"{a} along axis {k}" if a == b else f"{a} to {b} along axis {k}" for k, (a, b) in enumerate(ends)]
        text = f"{self.wrong:,} of {self.seen:,} answers are wrong"
        return Diagnosis("some-entries", f"{text}: {', '.join(where)}" if where else text)
