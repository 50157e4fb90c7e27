"""A mistake that people make, as the Jacobian their code then multiplies by.

A layer lists its own in `mistakes`, beside its maths: what the wrong code computes is g · L_wrong, exactly, so that the
verdict can compare the code's answer with it and name the mistake (verify/diagnosis.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from .matrix import Matrix


@dataclass(frozen=True)
class Mistake:
    """A wrong formula for one Jacobian of one layer.

    Attributes:
        name: a stable identifier, words joined by hyphens: "missing-mean".
        text: one sentence, completing "the gradient of x is wrong: …": "the term − mean(dx̂) is missing".
        L: the matrix that the wrong code multiplies g by, of the shape of the right L.
    """

    name: str
    text: str
    L: Matrix
