"""The twin's forward with another library's numpy in NumPy's place, as those who use that library write it."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from types import ModuleType

from . import NoPeer

_NAMES = ("np", "special")  # what the twins call numpy and scipy.special


@cache
def twin_in(library: str, name: str) -> ModuleType:
    """reference/NAME.py, executed afresh with `library.numpy` as np and `library.scipy.special` as special.

    Args:
        library: "jax" or "autograd".
        name: of a layer.

    Raises:
        NoPeer: the layer has no twin.
    """
    spec = importlib.util.find_spec(f"reference.{name}")
    if spec is None or spec.loader is None:
        raise NoPeer(f"{name} has no twin in reference/")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for ours, theirs in zip(_NAMES, (f"{library}.numpy", f"{library}.scipy.special"), strict=True):
        if hasattr(module, ours):
            setattr(module, ours, importlib.import_module(theirs))
    return module
