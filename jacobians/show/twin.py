"""Fast code at a small point: its own gradients, beside g · L, and what rounding may do to each."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..batch import batch_of
from ..errors import BadFile, names
from ..layer import Layer
from ..layers import name_of
from ..matrix import Array
from ..point import Point, differentiable
from ..verify.bound import Bounds
from ..verify.door import Broken, examine
from ..verify.examine import Trial
from ..verify.formats import get_format
from ..verify.load import load_file
from ..verify.trial import settings_for


@dataclass(frozen=True)
class Agreement:
    """The gradient of one argument, twice.

    Attributes:
        got: what the fast code gave, in the shape of the argument.
        want: g · L.
        allowed: how far rounding may take each entry of a right answer.
    """

    got: np.ndarray
    want: np.ndarray
    allowed: np.ndarray

    @property
    def wrong(self) -> np.ndarray:
        """Which entries are further off than rounding can take them."""
        return ~(np.abs(self.got - self.want) <= self.allowed)


def find_twin(layer: type[Layer], file: str | None = None) -> ModuleType | None:
    """The code to look at: reference/NAME.py, or a file with forward and backward; None where there is no twin.

    Raises:
        BadFile: the file cannot be used.
    """
    if file is not None:
        module = load_file(file)
        examine(module, layer().args, file)
        return module
    name = f"reference.{name_of(layer)}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def compare(fast: Any, layer: type[Layer], point: Point, g: Array) -> dict[str, Agreement]:
    """Ask fast code for every gradient at a point, in float64, one example a batch.

    Raises:
        BadFile: the code raised, returned something else than numbers of the right shape, or cannot have the settings
            of this point.
    """
    float64 = get_format("float64")
    at = point if layer.interacts else batch_of([point])
    settings = settings_for(fast, at, layer, notes := [])
    label = Path(getattr(fast, "__file__", None) or repr(fast)).name
    if settings is None:
        raise BadFile(f"{label}: {notes[0]}")
    trial = Trial(fast, layer, at, float64, settings, 0)
    try:
        answer = trial.ask(g, np.shape(at.forward()))
    except Broken as fault:
        raise BadFile(f"{label}: {fault.text}") from None
    wanted = [a for a in differentiable(point.map) if a not in layer.optional]
    if missing := [fault.text for fault in answer.faults if fault.argument in wanted]:
        raise BadFile(f"{label}: {names(dict.fromkeys(missing))}")
    bounded = Bounds(at, float64).jacobians()
    found: dict[str, Agreement] = {}
    for a, got in answer.gradients.items():
        judged, shape = bounded[a].judge(np.reshape(g, (1, -1))), np.shape(point.values[a])
        allowed = judged.tolerance if judged.looser is None else np.maximum(judged.tolerance, judged.looser)
        found[a] = Agreement(got.reshape(shape), judged.want.reshape(shape), allowed.reshape(shape))
    return found


def source_of(module: ModuleType) -> str:
    """'reference/linear.py': where a person finds it."""
    path = Path(module.__file__ or "")
    return "/".join(path.parts[-2:]) if path.parent.name in ("reference", "layers") else path.name
