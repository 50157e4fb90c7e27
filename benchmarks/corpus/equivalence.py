"""Is a mutant a mutant? Two implementations are the same function if fresh questions do not part them."""

from __future__ import annotations

from typing import Any

import numpy as np

from jacobians.layer import Layer
from jacobians.verify.bound import bounded_jacobians
from jacobians.verify.door import Broken, Door, parameters
from jacobians.verify.formats import get_format
from jacobians.verify.trial import trial_points

FRESH_SEED = 90_001


def equivalent(one: Any, other: Any, layer: type[Layer]) -> bool:
    """Whether both give the same gradients, but for rounding in float64, at points that no check of seed 0 asks."""
    format = get_format("float64")
    for point in trial_points(layer, FRESH_SEED, {}):
        bounded = bounded_jacobians(point, format)
        taken = parameters(one.forward)
        settings = {k: v for k, v in point.map.settings.items() if taken is None or k in taken}
        shape = np.shape(point.forward())
        g = np.random.default_rng([FRESH_SEED, 1]).standard_normal(shape)
        try:
            a, b = (
                Door(fast, format, dict.fromkeys(bounded, False)).ask(point.values, settings, g, shape).gradients
                for fast in (one, other)
            )
        except Broken:
            return False
        for name, J in bounded.items():
            if (name in a) != (name in b):
                return False
            judged = J.judge(g.reshape(1, -1))
            off = judged.want + (a[name] - b[name]).reshape(1, -1) / 2 if name in a else judged.want
            if judged.outside(off).any():
                return False
    return True
