"""PyTorch under torch.compile: its own layer, forward and backward compiled for each shape and type."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...adapters.tensors import torch
from ...adapters.torch_call import every_shape_compiled
from .eager import Eager


class Compiled(Eager):
    """As Eager, of the compiled function."""

    def made(self, function: Any) -> Any:
        return torch.compile(function, dynamic=False)

    def _forward(self, **given: Any) -> tuple[np.ndarray, Any]:
        with every_shape_compiled(self.function):
            return super()._forward(**given)
