"""Code that an adapter calls: where a person has named it ADAPTER:SPEC, a reproduction begins by loading it again."""

from __future__ import annotations

from typing import Any, ClassVar

from ..layer import Layer
from ..layers import name_of
from ..verify.forward_mode import gives_jvp


class Reproducible:
    """What the classes of an adapter's code share."""

    adapter: ClassVar[str]
    spec = ""  # as the person wrote it
    layer: type[Layer]
    forward: Any

    def preamble(self) -> list[str]:
        """Code that makes the functions on trial again; none where no SPEC names them."""
        made = [
            f"from jacobians.adapters.{self.adapter} import load",
            "from jacobians.layers import find",
            f'fast = load("{self.spec}", find("{name_of(self.layer)}"))',
            "forward, backward = fast.forward, fast.backward",
        ]
        return (made + ["jvp = fast.jvp"] * gives_jvp(self)) if self.spec else []
