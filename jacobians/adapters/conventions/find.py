"""Which parts of a convention are in a file: found by the names that the convention's lines call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...errors import BadFile, names, nearest
from ...verify.door import Broken
from ..place import Found, Place
from .any import expanded
from .layer import ConventionLayer
from .part import Convention, Part
from .truth import truth


def found_in(
    place: Place, convention: Convention, only: str | None = None, file_name: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The parts of a convention that some code has, by name, each as forward and backward for `verify.door`.

    Args:
        place: where the code is.
        only: the name of a part, or of a layer.
        file_name: what the code calls functions and classes, where it is not what the convention calls them.

    Raises:
        UnknownName: `only` is neither.
        BadFile: the code has none of them; with what it has, and what was looked for.
    """
    there = place.found()
    parts = expanded(convention, place, only)
    own = {part.name: {w: _file_name(w, part, there, file_name or {}) for w in part.wanted} for part in parts}
    complete = [part for part in parts if all(own[part.name].values())]
    made: dict[str, Any] = {part.name: _made(part, place, own[part.name]) for part in complete}
    seen = [set(part.wanted) for part in complete]
    for part in parts:
        hits = {w for w, name in own[part.name].items() if name}
        if part not in complete and hits and not any(hits <= others for others in seen):
            said = _missing(own[part.name], parts, there)
            made[part.name] = Incomplete(part, said, _forward_alone(part, place, file_name or {}, said))
            seen.append(hits)
    if not made:
        raise BadFile(_nothing(place, convention, parts, there))
    return {part.name: made[part.name] for part in parts if part.name in made}


class Incomplete:
    """A part of which the file has only some: it fails, with what is missing.

    Attributes:
        alone: the part's forward, where the file has that.
    """

    def __init__(self, part: Part, text: str, alone: ConventionLayer | None = None):
        self.part, self.layer, self.text, self.alone = part, truth(part), text, alone

    def forward(self, **values: Any) -> Any:
        """Always Broken."""
        raise Broken("missing", self.text)

    def backward(self, g: Any, saved: Any) -> Any:
        """Never asked, since there is no answer of forward."""
        raise NotImplementedError


def _forward_alone(part: Part, place: Place, given: Mapping[str, str], missing: str) -> ConventionLayer | None:
    """The lines of forward without the others; None where the file lacks what they call, or they give gradients too."""
    alone = replace(part, backward="", update="", updated={}, needs=[], forward_only=True)
    own = {w: _file_name(w, alone, place.found(), given) for w in alone.wanted}
    if part.forward_only or alone.given_gradients or not all(own.values()):
        return None
    made = _made(alone, place, own)
    made.missing = missing
    return made


def _made(part: Part, place: Place, own: dict[str, str | None]) -> ConventionLayer:
    roots = {w.partition(".")[0]: str(name).partition(".")[0] for w, name in own.items()}
    return ConventionLayer(part, place, {w: name for w, name in roots.items() if w != name})


def _file_name(wanted: str, part: Part, there: Mapping[str, Found], given: Mapping[str, str]) -> str | None:
    """What the file calls "affine_forward" or "Value.tanh"; None where it has no such thing."""
    root, dot, method = wanted.partition(".")
    name = given.get(root, root)
    if name not in there and part.loose_names:
        name = next((n for n in there if loose(n) == loose(name)), name)
    if name not in there or (method and method not in there[name].methods):
        return None
    return f"{name}{dot}{method}"


def loose(name: str) -> str:
    """A name without what people write differently."""
    return name.lower().replace("_", "")


def _missing(own: dict[str, str | None], parts: list[Part], there: Mapping[str, Found]) -> str:
    missing, have = ([w for w, name in own.items() if bool(name) is known] for known in (False, True))
    expected = {w for part in parts for w in part.wanted}  # what has its right name is not meant for another
    free = [n for n in (*there, *(f"{n}.{m}" for n, f in there.items() for m in f.methods)) if n not in expected]
    near = nearest(missing[0], free).replace(" Did", ": did")
    return f"the file has {names(have)}, but no {names(missing)}{near}"


def _nothing(place: Place, convention: Convention, parts: list[Part], there: Mapping[str, Found]) -> str:
    wanted = list(dict.fromkeys(w for part in parts for w in part.wanted))
    near = next((said for w in wanted if (said := nearest(w, there))), "")
    shown = names(wanted[:8]) + (f" and {len(wanted) - 8} more" if len(wanted) > 8 else "")
    has = f"defines {names(list(there)[:12])}" if there else "defines no function and no class"
    return f"{place.label} {has}; convention {convention.name} looks for {shown}.{near}"
