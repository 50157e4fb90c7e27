"""A place that is asked to forget many objects at once: a call for each would cost a third of the time."""

from __future__ import annotations

from typing import Any

from ..adapters.place import Found, Handle, Place
from ..verify.door import Broken

MANY = 64  # objects that may wait to be forgotten


class Thrifty:
    """The same place (see adapters/place.py), `drop` put off.

    Attributes:
        trouble: what the place itself failed with. It is no fault of the code there, and must not cost marks.
    """

    def __init__(self, place: Place):
        self.trouble: Exception | None = None
        self.place, self.label, self.waiting = place, place.label, list[Handle]()

    def found(self) -> dict[str, Found]:
        """What the code defines."""
        return self.place.found()

    def call(self, target: str | Handle, *args: Any, **said: Any) -> Any:
        """Call something; what waits to be forgotten is forgotten before, and not while it runs."""
        if len(self.waiting) >= MANY:
            gone, self.waiting = self.waiting, []
            self.place.drop(*gone)
        try:
            return self.place.call(target, *args, **said)
        except Broken:
            raise
        except Exception as error:
            self.trouble = error
            raise

    def get(self, target: Handle, attribute: str, keep: bool = False) -> Any:
        """An attribute."""
        return self.place.get(target, attribute, keep)

    def set(self, target: Handle, attribute: str, value: Any) -> None:
        """Write an attribute."""
        self.place.set(target, attribute, value)

    def drop(self, *targets: Handle) -> None:
        """Forget these, some time."""
        self.waiting += targets
