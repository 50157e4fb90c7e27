"""The checker tests itself in every run: built-in wrong answers go through the same verdict as the code's.

A claim whose probes let one of them through may not say PASS (it becomes INCONCLUSIVE), unless the wrong answer equals
the right one at every probe (the transpose of a symmetric gradient is no mistake).
"""

from __future__ import annotations

import numpy as np


def _wrong_answers(want: np.ndarray, lead: int) -> dict[str, np.ndarray]:
    """The wrong answers to k probes; `lead` axes of want are probes and batch, the others one example's or θ's own."""
    dropped = want.copy()
    dropped.reshape(len(want), -1)[:, -1:] = 0.0
    wrong = {"0": 0 * want, "×2": 2 * want, "×−1": -want, "×1.01": 1.01 * want, "last entry dropped": dropped}
    if want.ndim >= lead + 2 and want.shape[-1] == want.shape[-2]:
        wrong["transposed"] = np.swapaxes(want, -1, -2)
    return wrong


class SelfTest:
    """Collects, over all probes of one claim, which wrong answers have been caught."""

    def __init__(self) -> None:
        self.caught: set[str] = set()
        self.different: set[str] = set()

    def see(self, want: np.ndarray, tolerance: np.ndarray, lead: int) -> None:
        """Put every wrong answer to k probes through the verdict."""
        for name, wrong in _wrong_answers(want, lead).items():
            off = np.abs(wrong - want)
            if off.any():
                self.different.add(name)
            if (off > tolerance).any():
                self.caught.add(name)

    @property
    def let_through(self) -> list[str]:
        """The wrong answers that no probe would have refused."""
        return sorted(self.different - self.caught)
