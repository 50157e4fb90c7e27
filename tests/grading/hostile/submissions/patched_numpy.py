"""Replaces NumPy's functions, so that every comparison says yes.

Harmless: the judge's NumPy is in another process, and so is the next submission's.
"""

import numpy as np


def attack(bait):
    yes = lambda *_, **__: True  # noqa: E731
    for module in (np, np.testing, np.linalg):
        for name in ("allclose", "array_equal", "isfinite", "assert_allclose", "norm", "matmul", "dot"):
            if hasattr(module, name):
                setattr(module, name, yes)
    return np.allclose(1, 2)
