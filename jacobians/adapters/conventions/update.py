"""The step down that a class of a course takes: afterwards every parameter is θ − lr ∂J/∂θ, of the shape it had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...verify.door import Broken
from . import lines
from .words import Array, Values

if TYPE_CHECKING:
    from .layer import ConventionLayer

RATE = 0.25  # lr: a power of two, so that the step makes one rounding


def examine_update(fast: ConventionLayer, one: Values, g: Array, settings: Values) -> None:
    """Forward, backward and update on an object of its own, since update may write into its θ.

    Raises:
        Broken: update raised, or left something else than θ − lr ∂J/∂θ.
    """
    part, words = fast.part, fast.words
    run = fast.run({a: np.array(v) for a, v in one.items()}, settings)
    before = {a: np.array(run.known[part.course(a)[0]]) for a in part.updated}
    fast.run_backward(run, np.array(g))
    down: dict[str, Array] = {}
    for a in part.updated:
        name, gradient = part.course(a)[0], part.gradients(a)[0]
        here = words.here(run.known[gradient], gradient, np.shape(one[a]), a, run.sizes, name)
        down[a] = words.there(np.array(here), name, run.sizes)
    turned = {a for a in part.updated if part.gradients(a)[0] in part.layout}
    try:
        fast.steps(run.known).run(part.steps["update"], "update")
    except Broken as error:
        mend = "; θ is a column and ∂J/∂θ a row: transpose it" if turned else ""
        raise Broken("update", f"{error.text}{mend}") from None
    for a, where in part.updated.items():
        new, old = np.asarray(fast.steps(run.known).value(lines.expression(where))), before[a]
        want = old - old.dtype.type(RATE) * down[a]
        spacing = 2 * np.spacing(np.abs(old) + np.abs(want))  # one product by a power of two, one subtraction
        if new.shape != old.shape or not (np.abs(new - want) <= spacing).all():
            name = part.course(a)[0]
            step = f"(∂J/∂{name})ᵀ" if a in turned else f"∂J/∂{name}"
            raise Broken("update", f"update does not leave {name} − lr·{step} in {where}", a)
