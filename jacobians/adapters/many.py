"""Code of a layer with any number of arguments (x0, x1, …), whose forward can name none of them."""

from __future__ import annotations

from typing import Any

from ..layer import Layer
from ..point import Point


class Many:
    """To be put before the class of an adapter's code: forward is called as it is, whatever its signature."""

    layer: type[Layer]
    settings: Any  # the names of those that the code takes
    forward: Any
    _forward: Any

    def __init__(self, *args: Any):
        super().__init__(*args)
        self.forward = self._forward

    def takes(self, point: Point) -> bool:
        """Whether every setting of the point can be told to the code."""
        others = {k: v for k, v in point.map.settings.items() if k not in (*self.settings, "n")}
        return all(v == getattr(self.layer, k) for k, v in others.items())
