"""A place where somebody's code lives and is called: this process, or a sandbox that holds no secret.

A convention (how a course writes its layers) is carried out as a few such calls, and does not know where the code is.
Arrays, numbers, text, None, and tuples, lists and dicts of them cross the border by value; whatever else the code
returns stays where it is, and a Handle comes back in its stead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Handle:
    """An object that stays in its place.

    Attributes:
        number: its name there.
        kind: what it is, for a sentence: "an object of class Linear", "an ndarray of complex128", "a generator".
    """

    number: int
    kind: str


@dataclass(frozen=True)
class Found:
    """A function or a class that the code defines at its top level.

    Attributes:
        kind: "function" or "class".
        parameters: the names that the function, or the class's constructor, takes (without self); None: it takes any.
        methods: of a class, the same for each of its methods (static ones and operators, "__add__", included).
    """

    kind: str
    parameters: tuple[str, ...] | None
    methods: dict[str, tuple[str, ...] | None] = field(default_factory=dict)


class Place(Protocol):
    """What can be done with code, wherever it lives. Each raises `verify.door.Broken` with one sentence."""

    label: str  # the file, as a person wrote it

    def found(self) -> dict[str, Found]:
        """The functions and classes that the code defines, by name (what it imported is not among them)."""
        ...

    def call(
        self,
        target: str | Handle,
        *args: Any,
        method: str | None = None,
        keep: bool | tuple[int, ...] = (),
        **keywords: Any,
    ) -> Any:
        """Call a function or class by its name ("Linear", "Linear.forward"), or a method of an object.

        "SimpleNamespace" is there, whether the code defines it or not: an object with attributes.

        Args:
            keep: True: the result stays there and a Handle comes back; (1,): so does item 1 of the tuple returned.
            args, keywords: values, or Handles of this place. What the call writes into an array given to it shows in
                that array afterwards, as if the code had been called here.
        """
        ...

    def get(self, target: Handle, attribute: str, keep: bool = False) -> Any:
        """An attribute of an object ("dW"), or an item of a dict that was kept ("['W1']")."""
        ...

    def set(self, target: Handle, attribute: str, value: Any) -> None:
        """Write an attribute of an object, or an item of a dict."""
        ...

    def drop(self, *targets: Handle) -> None:
        """Forget objects that are wanted no more."""
        ...
