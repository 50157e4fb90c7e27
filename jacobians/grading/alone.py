"""Forward without a backward: what is judged where a student's backward is not there, or raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..layer import Layer


class ForwardAlone:
    """Code on trial of which only forward is called."""

    def __init__(self, fast: Any):
        self.forward: Callable[..., tuple[Any, Any]] = fast.forward

    def backward(self, g: Any, saved: Any) -> dict[str, Any]:
        """No gradient at all."""
        return {}


def without_gradients(layer: type[Layer]) -> type[Layer]:
    """The layer, asked for none of its gradients."""
    body = {"__module__": layer.__module__, "__doc__": layer.__doc__, "optional": layer().args}
    return type(layer.__name__, (layer,), body)
