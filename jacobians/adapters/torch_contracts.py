"""What PyTorch's users rely on besides the gradient being right, each asked of the real code at a thorough point.

needs-input-grad   asked for some arguments only, code gives the same gradients (ctx.needs_input_grad)
accumulate         y.backward adds to the .grad that is there
saved              an input, or y, changed in place between forward and backward: refused by PyTorch, or without effect
double-use         two uses in one graph: their gradients add
no-grad            under torch.no_grad the same y

That backward may run twice, gives the same twice, and reads g in any layout, the door asks of all code (contract.py).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import names
from ..verify.bound import Judged, bounded_forward
from ..verify.door import Broken, describe
from .tensors import Tensor, to_array, to_tensor

torch: Any = importlib.import_module("torch")  # `import torch` here is this folder's, to a type checker

if TYPE_CHECKING:
    from .torch import TorchCode

_FEW = 4  # up to so many arguments, every subset of them; else each alone, and all but one
_REFUSED = "modified by an inplace operation"


def broken(code: TorchCode, trial: Any, g: np.ndarray, judged: dict[str, Judged]) -> list[Broken]:
    """The contracts broken at the point of a trial.

    Args:
        code: the code on trial.
        trial: of the point and its format.
        g: an upstream gradient of the format, in the shape of y.
        judged: the truth for it and its tolerance, for each argument that the code has a right gradient for.
    """
    asked = _Asked(code, trial, g, judged)
    if not asked.arguments:  # no gradient is right: there is nothing that it could be compared with
        return []
    parts = (_subsets, _accumulates, _saved, _twice, _no_grad)
    found: list[Broken] = []
    for part in parts:
        try:
            found += list(part(asked))
        except Broken as fault:
            found.append(fault)
        except Exception as error:
            claim, asking = _CLAIMS[part.__name__]
            found.append(Broken(claim, f"{asking}, the code raised {describe(error, code)}"))
    return found


class _Asked:
    """The question of one point, to be put anew as often as wanted."""

    def __init__(self, code: TorchCode, trial: Any, g: np.ndarray, judged: dict[str, Judged]):
        self.code, self.trial, self.judged = code, trial, judged
        self.g = to_tensor(g, code.device)
        self.arguments = [a for a in code.having_gradient(self.tensors()) if a in judged]

    def tensors(self) -> dict[str, Tensor]:
        given = self.trial.door().given(self.trial.point.values)
        return {a: to_tensor(v, self.code.device) for a, v in given.items()}

    def forward(self, needed: Any = None) -> tuple[Tensor, dict[str, Tensor], dict[str, Tensor]]:
        """y, the arguments that need a gradient, and all."""
        tensors = self.tensors()
        leaves = {a: tensors[a].requires_grad_() for a in (needed or self.arguments)}
        return self.code.y_of(tensors, self.trial.settings), leaves, tensors

    def right(self, a: str, got: Tensor | None, add: float = 0.0, times: float = 1.0) -> bool:
        """Whether this is `times` the gradient of a, and `add` to it, but for the rounding of that sum."""
        if got is None:
            return False
        judged, u = self.judged[a], self.trial.format.u
        error = np.abs(to_array(got).astype(np.float64).reshape(1, -1) - (times * judged.want + add))
        tolerance = judged.tolerance if judged.looser is None else np.maximum(judged.tolerance, judged.looser)
        rounding = 2 * u * (times * np.abs(judged.want) + abs(add)) if add else 0.0
        return bool((error <= times * tolerance * (1 + 2 * u) + rounding).all())


def _subsets(asked: _Asked) -> Iterator[Broken]:
    everything = asked.arguments
    sizes = range(1, len(everything)) if len(everything) <= _FEW else sorted({1, len(everything) - 1})
    for chosen in (c for n in sizes for c in combinations(everything, n)):
        said = f"asked for the gradient of {names(chosen)} only"
        try:
            y, leaves, _ = asked.forward(chosen)
            found = asked.code.gradients(y, leaves, asked.g)
        except Exception as error:
            text = error.text if isinstance(error, Broken) else f"it raised {describe(error, asked.code)}"
            yield Broken("needs-input-grad", f"{said}, {text}", chosen[0])
            return
        for a, d in found.items():
            if not asked.right(a, d):
                what = "gives none" if d is None else "gives another one, which is wrong"
                yield Broken("needs-input-grad", f"{said}, it {what} for {a}: see ctx.needs_input_grad", a)
                return


def _accumulates(asked: _Asked) -> Iterator[Broken]:
    y, leaves, _ = asked.forward()
    before = {a: torch.full_like(t, 3.0) for a, t in leaves.items()}
    for a, t in leaves.items():
        t.grad = before[a].clone()
    y.backward(asked.g)
    for a, t in leaves.items():
        if not asked.right(a, t.grad, add=3.0):
            text = (
                f"y.backward() does not add the gradient of {a} to the {a}.grad that was there: leave .grad to PyTorch"
            )
            yield Broken("accumulate", text, a)


def _saved(asked: _Asked) -> Iterator[Broken]:
    for changed in (*asked.arguments, "y"):
        y, leaves, tensors = asked.forward()
        try:
            with torch.no_grad():
                (y if changed == "y" else tensors[changed]).mul_(2).add_(1)
        except RuntimeError:
            continue  # a view that PyTorch lets nobody write into
        try:
            found = asked.code.gradients(y, leaves, asked.g)
        except RuntimeError as error:
            if _REFUSED not in str(error):
                raise
            continue
        wrong = [a for a, d in found.items() if not asked.right(a, d)]
        if wrong:
            text = (
                f"{changed} changed in place between forward and backward silently changes the gradient of "
                f"{names(wrong)}: keep it with ctx.save_for_backward, not as an attribute"
            )
            yield Broken("saved", text, wrong[0])


def _twice(asked: _Asked) -> Iterator[Broken]:
    tensors = asked.tensors()
    leaves = {a: tensors[a].requires_grad_() for a in asked.arguments}
    ys = [asked.code.y_of(tensors, asked.trial.settings) for _ in range(2)]
    found = torch.autograd.grad(ys, list(leaves.values()), [asked.g, asked.g], allow_unused=True)
    for a, d in zip(leaves, found, strict=True):
        if not asked.right(a, d, times=2.0):
            text = f"used twice in one graph, the gradient of {a} is not the sum of both: keep all in ctx, of each use"
            yield Broken("double-use", text, a)


def _no_grad(asked: _Asked) -> Iterator[Broken]:
    y, _, _ = asked.forward()
    with torch.no_grad():
        quiet = asked.code.y_of(asked.tensors(), asked.trial.settings)
    if torch.equal(quiet, y):
        return
    truth = bounded_forward(asked.trial.point, asked.trial.format.readings()[-1])
    if quiet.shape != y.shape or truth.outside(to_array(quiet).astype(np.float64)).any():
        yield Broken("no-grad", "under torch.no_grad() forward gives another y, and must give the same")


# the claim, and what the code met when it raised
_CLAIMS = {
    "_subsets": ("needs-input-grad", "asked for some gradients only"),
    "_accumulates": ("accumulate", "asked by y.backward(), each .grad holding numbers already"),
    "_saved": ("saved", "asked after a tensor was changed in place between forward and backward"),
    "_twice": ("double-use", "used twice in one graph"),
    "_no_grad": ("no-grad", "asked for y under torch.no_grad()"),
}
