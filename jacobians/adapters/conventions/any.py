"""A part for any layer, of a convention that says how every layer is written: a class named after the layer.

    layer = "any with parameters"            any layer with θ; or "any without parameters"; or "any of one number":
                                             the same h for each entry, so that data of any shape go in as one column
    forward = "self = {layer}({theta}, lr)\\nout = self.forward({data})"
    backward = "dx, {dtheta} = self.backward(dout)"

{layer} is the layer's name, {data} its arguments, {theta} its parameters, {dtheta} their gradients. In `names`,
`layout` and `updated`, `data` speaks of every argument, `ddata` of the gradient of the first, `theta` and `dtheta` of
each parameter and its gradient.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...errors import BadFile, names, nearest
from ...layer import Layer
from ...layers import find, layer_names
from ...pointwise import Pointwise
from ..place import Place
from .convention import ANY, Convention, Part, examine


def expanded(convention: Convention, place: Place, only: str | None) -> list[Part]:
    """The parts of a convention; those for any layer, once for each layer that the code has a class of.

    Raises:
        UnknownName: `only` is no part and no layer.
        BadFile: the code has no class named after a layer.
    """
    general = [p for p in convention.parts.values() if p.layer in ANY]
    if not general:
        return convention.chosen(only)
    if only:
        find(only)
    classes = {n.lower().replace("_", ""): n for n, f in place.found().items() if f.kind == "class"}
    wanted = [only] if only else layer_names()
    made = [p for n in wanted if n.replace("_", "") in classes if (p := part_for(general, n)) is not None]
    if not made:
        mend = f"name a class {only!r}" if only else "name a class after a layer (`jacobians layers` lists them)"
        near = nearest(only, classes.values()) if only else ""
        said = f"defines the classes {names(classes.values())}, none of them a layer to check"
        raise BadFile(f"{place.label} {said}: {mend}.{near}")
    return made


def part_for(general: list[Part], name: str) -> Part | None:
    """The part for one layer; None where the convention has no form for it."""
    layer = find(name)
    kinds = ["any of one number"] if issubclass(layer, Pointwise) else []
    kinds.append("any with parameters" if layer.theta else "any without parameters")
    fitting = [p for kind in kinds for p in general if p.layer == kind]
    return None if layer.interacts or not fitting else _filled(fitting[0], name, layer)


def _filled(part: Part, name: str, layer: type[Layer]) -> Part:
    theta, args = layer.theta, layer().args
    data = [a for a in args if a not in theta]
    called = {data[0]: part.names["data"]} if "data" in part.names else {}
    own: dict[str, Any] = {k: v for k, v in part.names.items() if k in ("out", "dout")} | called
    if "ddata" in part.names:
        own[f"d{data[0]}"] = part.names["ddata"]
    words = {
        "layer": name.replace("_", ""),
        "data": ", ".join(str(called.get(a, a)) for a in data),
        "theta": ", ".join(theta),
        "dtheta": ", ".join(part.gradient.format(a) for a in theta),
    }
    layout: dict[str, Any] = {k: v for k, v in part.layout.items() if k not in ("data", "ddata", "theta", "dtheta")}
    gradient = str(own.get(f"d{data[0]}", part.gradient.format(called.get(data[0], data[0]))))
    pairs = [*((str(called.get(a, a)), "data") for a in data), (gradient, "ddata"), *((a, "theta") for a in theta)]
    pairs += [(part.gradient.format(a), "dtheta") for a in theta]
    layout |= {spoken: part.layout[key] for spoken, key in pairs if key in part.layout}
    made = replace(
        part,
        name=name,
        where=f"{part.where}, {name}",
        layer=name,
        for_any=True,
        names=own,
        layout=layout,
        **{key: getattr(part, key).format(**words) for key in ("forward", "backward", "update")},
        updated={a: part.updated["theta"].format(a) for a in theta} if "theta" in part.updated else {},
    )
    examine(made)
    return made
