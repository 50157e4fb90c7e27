"""Reading a TOML file strictly: every key known, every value of its type, each error one sentence with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..errors import BadFile, names, nearest

_WORDS = {str: "text in quotes", bool: "true or false", int: "a whole number", float: "a number"}
_WORDS |= {list: "a list", dict: "a table"}


class Fields:
    """One table of a TOML file, read key by key; what is left over at the end is unknown."""

    def __init__(self, table: dict[str, Any], where: str, label: str, text: str):
        """`where`: which table ("question 'affine'"); `label`: the file; `text`: its text, for line numbers."""
        self.table, self.where, self.label, self.text = table, where, label, text
        self.known: list[str] = []

    def take(self, key: str, kind: type, default: Any = None, required: bool = False) -> Any:
        """The value of a key, of this type (a whole number will do for float).

        Raises:
            BadFile: it is missing though required, or of another type.
        """
        self.known.append(key)
        if key not in self.table:
            if required:
                raise self.error(f"has no {key}: write `{key} = …`, {_WORDS[kind]}")
            return default
        value = self.table[key]
        fits = isinstance(value, (int, float) if kind is float else kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            raise self.error(f"has {key} = {_shown(value)}: write {_WORDS[kind]}", key)
        return value

    def choice(self, key: str, choices: Iterable[str], default: str) -> str:
        """The value of a key, one of these words."""
        value, choices = self.take(key, str, default), list(choices)
        if value not in choices:
            raise self.error(f"has {key} = {value!r}: write one of {names(choices)}.{nearest(value, choices)}", key)
        return value

    def texts(self, key: str, default: Iterable[str] = ()) -> tuple[str, ...]:
        """The value of a key, a list of texts."""
        return tuple(self._each(key, self.take(key, list, list(default)), str))

    def numbers(self, key: str, required: bool = False) -> dict[str, float]:
        """The value of a key, a table of numbers."""
        table = self.take(key, dict, {}, required)
        for name, value in table.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
                raise self.error(f"has {key}.{name} = {_shown(value)}: write a number from 0 on", name)
        return {name: float(value) for name, value in table.items()}

    def within(self, key: str, low: float, high: float, default: float) -> float:
        """The value of a key, a number in a range."""
        value = self.take(key, float, default)
        if not low <= value <= high:
            raise self.error(f"has {key} = {value}: write a number from {low} to {high}", key)
        return float(value)

    def end(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self.table:
            if key not in self.known:
                raise self.error(
                    f"has no setting {key!r}: it knows {names(self.known)}.{nearest(key, self.known)}", key
                )

    def error(self, text: str, key: str | None = None) -> BadFile:
        """The sentence about this table, with the line of the key where it can be found."""
        line = self._line(key)
        return BadFile(f"{self.label}{f', line {line}' if line else ''}: {self.where} {text}")

    def _each(self, key: str, values: list[Any], kind: type) -> list[Any]:
        for value in values:
            if not isinstance(value, kind):
                raise self.error(f"has {_shown(value)} in {key}: write {_WORDS[kind]}", key)
        return values

    def _line(self, key: str | None) -> int | None:
        if key is None:
            return None
        written = re.compile(rf'(^|[{{,\s\[."]){re.escape(key)}["\]]?\s*(=|\])')
        found = [(n, line) for n, line in enumerate(self.text.splitlines(), start=1) if written.search(line)]
        found = [f for f in found if str(self.table.get(key, "")) in f[1]] if len(found) > 1 else found
        return found[0][0] if len(found) == 1 else None  # where it may be another one's, no line is better


def read_toml(path: str | Path, what: str) -> tuple[dict[str, Any], str]:
    """A TOML file as (table, text).

    Args:
        what: what the file is, for a sentence: "an assignment".

    Raises:
        BadFile: no such file, not text, not TOML.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise BadFile(f"{path} could not be read ({why}): give the path of {what}, a TOML file") from None
    try:
        text = data.decode("utf-8")
        return tomllib.loads(text), text
    except UnicodeDecodeError:
        raise BadFile(f"{path} is not a text file in UTF-8: give the path of {what}, a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise BadFile(f"{path} is not valid TOML: {error}") from None


def pick(make: Callable[..., Any], fields: Fields, kinds: dict[str, type]) -> Any:
    """`make(**…)` with those of the keys that are there."""
    given = {k: fields.take(k, kind) for k, kind in kinds.items()}
    return make(**{k: v for k, v in given.items() if v is not None})


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
