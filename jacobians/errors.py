"""The errors a person can meet, each one sentence: what arrived, what was expected, what to write."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class JacobiansError(Exception):
    """Base of every error this package raises on purpose. The command line prints it and exits with 2."""


class LayerDefinitionError(JacobiansError, TypeError):
    """A layer class that cannot work: raised at class definition, with the mend."""


class ArgumentError(JacobiansError, TypeError):
    """Values that do not fit the arguments of a map."""


class UnknownName(JacobiansError, LookupError):
    """A name that nothing here answers to."""


class TooLarge(JacobiansError, MemoryError):
    """A matrix refused before it is allocated, with its shape, its size, and what to ask for instead."""


class BadFile(JacobiansError):
    """A file of the user's that cannot be used at all."""


def names(items: Iterable[str]) -> str:
    """'x, W and b', for a sentence; 'none' when there are none."""
    listed = list(items)
    if not listed:
        return "none"
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def not_python(error: SyntaxError) -> str:
    """'is not valid Python: line 3, `def f(:`: invalid syntax', for a sentence."""
    line = (error.text or "").strip()[:80]
    where = f" line {error.lineno}, `{line}`:" if error.lineno else ""
    return f"is not valid Python:{where} {error.msg}"


def nearest(name: str, known: Iterable[str]) -> str:
    """' Did you mean …?' when a known name is near, else an empty string."""
    known = list(known)
    close = [k for k in known if k.lower() == name.lower()] or difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def meant(name: str, known: Iterable[str]) -> str:
    """The same after a sentence without its full stop: '. Did you mean …?', or an empty string."""
    said = nearest(name, known)
    return f".{said}" if said else ""
