"""Returns an array that is equal to everything.

Harmless: what crosses is its numbers.
"""

import numpy as np


class Equal(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    __ne__ = __sub__ = __rsub__ = __array_ufunc__ = lambda self, *_, **__: np.zeros(self.shape)


def attack(bait):
    return np.zeros((2, 3)).view(Equal)
