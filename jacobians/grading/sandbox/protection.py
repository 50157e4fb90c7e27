"""What the sandbox protects from, and how well: found out by trying, never by asking which features are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...errors import JacobiansError

Level = Literal["full", "user", "basic"]
LEVELS: tuple[Level, ...] = ("basic", "user", "full")


@dataclass(frozen=True)
class Protection:
    """One thing that a submission might try.

    Attributes:
        name: what is protected: "network", "files", …
        active: whether the attempt, really made by a worker at the start, failed as it should.
        detail: what was tried and what came of it.
    """

    name: str
    active: bool
    detail: str


class TooOpen(JacobiansError):
    """The sandbox that was required cannot be had here."""


def level(protections: list[Protection]) -> Level:
    """full: everything, a user of its own included; user: everything but that; basic: less."""
    missing = {p.name for p in protections if not p.active}
    return "full" if not missing else "user" if missing == {"own user"} else "basic"


def demand(protections: list[Protection], require: Level | None) -> None:
    """Fail closed.

    Raises:
        TooOpen: the level is below the one required, with what is missing.
    """
    if require is not None and require not in LEVELS:
        raise TooOpen(f"there is no level {require!r} of the sandbox: require 'full', 'user' or 'basic'")
    got = level(protections)
    if require is not None and LEVELS.index(got) < LEVELS.index(require):
        missing = "; ".join(f"{p.name}: {p.detail}" for p in protections if not p.active)
        raise TooOpen(f"the sandbox here is {got!r}, {require!r} was required ({missing})")
