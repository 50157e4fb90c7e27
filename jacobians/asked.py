"""The layer that a test is of: a name, a class of one's own or an instance of it, or what `function_layer` makes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from .errors import UnknownName, names, nearest

if TYPE_CHECKING:
    from .layer import Layer

    LayerLike = str | type[Layer] | Layer


@dataclass(frozen=True)
class Asked:
    """A layer, what it is called, and the settings that an instance of it holds: those that are not the usual ones."""

    name: str
    layer: type[Layer]
    held: dict[str, Any]

    def claims(self) -> list[str]:
        """What is claimed of it."""
        from .point import differentiable

        return ["forward", *(f"gradient-{a}" for a in differentiable(self.layer(**self.held))), "contract"]

    @property
    def optional(self) -> list[str]:
        """The claims about gradients that code may leave out."""
        return [f"gradient-{a}" for a in self.layer.optional]


def asked(layer: LayerLike, settings: dict[str, Any]) -> Asked:
    """What the layer is.

    Args:
        layer: its name, its class, or an instance.
        settings: held fixed besides.

    Raises:
        UnknownName: no such layer, or setting.
    """
    from .layers import find, name_of

    cls = find(layer) if isinstance(layer, str) else _class(layer)
    held = {} if isinstance(layer, str | type) else layer.changed
    known = [f.name for f in fields(cls)]
    for stray in (s for s in settings if s not in known):
        raise UnknownName(f"{cls.__name__} has no setting {stray!r}: it has {names(known)}.{nearest(stray, known)}")
    return Asked(layer if isinstance(layer, str) else name_of(cls), cls, held | settings)


def _class(layer: Any) -> type[Layer]:
    from .layer import Layer

    cls: Any = layer if isinstance(layer, type) else type(layer)
    if issubclass(cls, Layer) and cls.signature:
        return cls
    said = getattr(layer, "__name__", None) or repr(layer)
    raise UnknownName(
        f'{said} is no layer: write the name of one ("relu"), the class of one or an instance; a function or a Graph '
        "becomes one by jacobians.function_layer(forward, arguments)"
    )
