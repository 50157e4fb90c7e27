"""The one door by which code on trial enters: our own twins, a user's file, a homework, whatever an adapter wraps.

    forward(**values, **settings) -> (y, saved)
    backward(g, saved)            -> {argument: gradient}
    backward(g, saved, into)         adds the gradients to the arrays in the dict `into`: only where the code has it
    jvp(tangents, **values, **settings) -> tangent of y         only where the code has a forward mode (forward_mode.py)

Arrays are batched. Whatever goes wrong behind the door (an exception, a wrong type, shape or dtype, a NaN, a missing
gradient, a written-to input) comes out as a `Broken`: the claim it breaks and one sentence, never a traceback of ours.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..errors import BadFile, names
from ..kinds import is_dict, is_listed, is_tuple
from .formats import Format
from .guard import guarded
from .host import fetched

_REUSED = 1 << 25  # bytes: a larger array's memory comes from the system each time, as zeros


class Fast(Protocol):
    """Fast code: a module or any object with these two functions."""

    def forward(self, **values: Any) -> tuple[Any, Any]: ...
    def backward(self, g: Any, saved: Any) -> dict[str, Any]: ...


class Broken(Exception):
    """The code on trial broke a claim before any number could be judged."""

    def __init__(self, claim: str, text: str, argument: str = "y"):
        super().__init__(text)
        self.claim, self.text, self.argument = claim, text, argument


@dataclass(frozen=True)
class Answer:
    """What the code gave for one g: y and each gradient, in float64 (the values are those it gave).

    `faults` are the broken contracts that left other numbers fit to be judged.
    """

    y: np.ndarray
    gradients: dict[str, np.ndarray]
    faults: list[Broken]


class Door:
    """Calls one implementation and distrusts it."""

    def __init__(self, fast: Any, format: Format, wanted: dict[str, bool]):
        """`wanted`: the arguments that have a gradient; True where leaving it out is a fault."""
        self.fast, self.format, self.wanted = fast, format, wanted

    def ask(
        self,
        values: dict[str, np.ndarray],
        settings: dict[str, Any],
        g: np.ndarray,
        y_shape: tuple[int, ...],
        layout: Callable[[np.ndarray], np.ndarray] = lambda v: v,
        g_as_it_is: bool = False,
    ) -> Answer:
        """Forward and backward once, on fresh arrays of the format.

        Args:
            g: upstream gradient in float64, numbers of the format. The code is given a copy: it may write into that.
            layout: how the values lie in memory: the same numbers in another array.
            g_as_it_is: give the code this very g, an array of the format in some layout, and no copy of it.

        Raises:
            Broken: see the module.
        """
        given = {a: layout(v) for a, v in self.given(values).items()}
        y, saved = self.run_forward(given, settings)
        y64 = self._number(y, y_shape, "y", "the y that forward returned")
        upstream = g if g_as_it_is else self.upstream(g, y_shape)
        before = np.array(upstream)
        self._leave_nan_in_free_memory(values)
        out = self.run_backward(upstream, saved)
        faults: list[Broken] = []
        gradients = self._gradients(out, values, faults)
        faults += self._written_to(given, values, upstream, before)
        if not np.array_equal(np.asarray(fetched(y)).astype(np.float64), y64):
            faults.append(Broken("unchanged", "backward wrote into the y that forward had returned: work on a copy"))
        return Answer(y64, gradients, faults)

    def ask_jvp(
        self,
        values: dict[str, np.ndarray],
        settings: dict[str, Any],
        tangents: dict[str, np.ndarray],
        y_shape: tuple[int, ...],
    ) -> np.ndarray:
        """The tangent of y that the code gives for tangents of some arguments, in float64.

        Raises:
            Broken: see the module.
        """
        given, before = self.given(values), self.given(tangents)
        handed = {a: v.copy() for a, v in before.items()}
        shapes = ", ".join(f"the tangent of {a} {list(v.shape)}" for a, v in handed.items())
        out = self._call("jvp", shapes, lambda: self.fast.jvp(handed, **given, **settings))
        tangent = self._number(out, y_shape, "y", "the tangent that jvp returned")
        for a, v in before.items():
            if not np.array_equal(handed[a], v):
                raise Broken("unchanged", f"jvp wrote into the tangent of {a}: work on a copy", a)
        return tangent

    def _leave_nan_in_free_memory(self, values: dict[str, np.ndarray]) -> None:
        """So that an entry which np.empty is trusted to hold as 0, or as last time, is none of both."""
        for v in values.values():  # eight at once: that many NumPy keeps of a size
            if v.nbytes <= _REUSED:
                _ = [np.full(v.shape, np.nan, self.format.dtype) for _ in range(8)]

    def given(self, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Fresh copies of the values, floating-point ones in the format."""
        return {a: self._given(v) for a, v in values.items()}

    def _given(self, v: np.ndarray) -> np.ndarray:
        v = np.asarray(v)
        return v.astype(self.format.dtype) if v.dtype.kind == "f" else v.copy()

    def upstream(self, g: np.ndarray, y_shape: tuple[int, ...]) -> np.ndarray:
        """g in the format and in the shape of y."""
        return np.asarray(g, np.float64).reshape(y_shape).astype(self.format.dtype)

    def run_forward(self, given: dict[str, np.ndarray], settings: dict[str, Any]) -> tuple[Any, Any]:
        """(y, saved), whatever they are."""
        shapes = ", ".join(f"{a} {list(v.shape)}" for a, v in given.items())
        out = self._call("forward", shapes, lambda: self.fast.forward(**given, **settings))
        if not is_tuple(out) or len(out) != 2:
            text = f"forward returned {_kind(out)}: return the pair (y, saved), saved being what backward wants"
            raise Broken("forward", text)
        return out[0], out[1]

    def run_backward(self, g: np.ndarray, saved: Any, into: dict[str, np.ndarray] | None = None) -> dict[str, Any]:
        """The dict of gradients, whatever they are; `into`: what it is to be added to."""
        more = {} if into is None else {"into": into}
        out = self._call("backward", f"g {list(g.shape)}", lambda: self.fast.backward(g, saved, **more))
        if into is not None:
            return out
        if not is_dict(out):
            want = ", ".join(f"{a!r}: …" for a in self.wanted)
            raise Broken("backward", f"backward returned {_kind(out)}: return the dict {{{want}}}")
        return out

    def _gradients(
        self, out: dict[str, Any], values: dict[str, np.ndarray], faults: list[Broken]
    ) -> dict[str, np.ndarray]:
        """Those gradients that are fit to be judged; what is wrong with the others goes to `faults`."""
        if stray := [str(a) for a in out if a not in self.wanted]:
            text = (
                f"backward returned a gradient for {names(stray)}: return those of {names(self.wanted)}, by these names"
            )
            faults.append(Broken("stray", text, stray[0]))
        gradients: dict[str, np.ndarray] = {}
        for a, needed in self.wanted.items():
            if out.get(a) is None:
                if needed:
                    held = names(str(k) for k, v in out.items() if v is not None)
                    text = f"backward returned no gradient for {a} (it returned {held}): write {{{a!r}: …}}"
                    faults.append(Broken("missing", text, a))
                continue
            try:
                gradients[a] = self._number(out[a], np.shape(values[a]), a, f"the gradient of {a}")
            except Broken as fault:
                faults.append(fault)
        return gradients

    def _number(self, v: Any, shape: tuple[int, ...], argument: str, what: str) -> np.ndarray:
        """v as float64, once it is an array of the right shape and type with no NaN or infinity."""
        if isinstance(v, Broken):  # an adapter's own sentence about this gradient; the others are still judged
            raise v
        try:
            array = np.asarray(fetched(v))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            text = (
                f"{what} is {_kind(v)}, of which NumPy makes no array ({describe(error, self.fast)}): return an array"
            )
            raise Broken("shape", text, argument) from None
        if array.dtype == object or array.dtype.kind in "USMm":
            held = f" of {array.dtype.name}" if isinstance(v, np.ndarray) else ""
            raise Broken("dtype", f"{what} is {_kind(v)}{held}: return an array of {self.format.name}", argument)
        if np.ma.is_masked(v):
            text = f"{what} has masked entries: return an ordinary array with a number everywhere"
            raise Broken("finite", text, argument)
        if array.shape != shape:
            hint = _shape_hint(array.shape, shape)
            raise Broken("shape", f"{what} has shape {list(array.shape)}, expected {list(shape)}{hint}", argument)
        if array.dtype.newbyteorder("=") != self.format.dtype:
            raise Broken(
                "dtype", f"{what} is {array.dtype.name}, expected {self.format.name} like the inputs", argument
            )
        array = array.astype(np.float64)
        if not np.isfinite(array).all():
            at = np.argwhere(~np.isfinite(array))[0]
            count = int((~np.isfinite(array)).sum())
            raise Broken(
                "finite",
                f"{what} has {count} of {array.size} entries not finite, the first {array[tuple(at)]} at {at.tolist()}",
                argument,
            )
        return array

    def _call(self, function: str, shapes: str, call: Callable[[], Any]) -> Any:
        try:
            with guarded() as replaced, np.errstate(all="ignore"):
                out = call()
        except (Broken, KeyboardInterrupt):
            raise
        except BaseException as error:  # SystemExit, and whatever else is no Exception
            raise Broken("exception", f"{function} raised {describe(error, self.fast)} (given {shapes})") from None
        if replaced:
            text = f"{function} replaced numpy's {names(replaced)}: everyone who uses NumPy then gets another function"
            raise Broken("unchanged", text)
        return out

    def _written_to(
        self, given: dict[str, Any], values: dict[str, Any], upstream: np.ndarray, before: np.ndarray
    ) -> Iterator[Broken]:
        for a, v in given.items():
            if not np.array_equal(v, self._given(values[a]), equal_nan=v.dtype.kind == "f"):
                yield Broken("unchanged", f"the code wrote into its input {a}: work on a copy", a)
        if not np.array_equal(upstream, before):
            text = "backward wrote into the upstream gradient g: work on a copy, other readers need g whole"
            yield Broken("unchanged", text, "g")


def examine(fast: Any, args: tuple[str, ...], label: str) -> None:
    """Refuse an object that has no forward and backward for these arguments.

    Raises:
        BadFile: with what is there and what to write.
    """
    for function, example in (("forward", f"forward({', '.join(args)})"), ("backward", "backward(g, saved)")):
        if not callable(_held(fast, function)):
            there = [n for n in dir(fast) if not n.startswith("_") and callable(_held(fast, n))]
            raise BadFile(f"{label} has no function {function!r} (it has {names(there[:8])}): write `def {example}`")
    accepted = parameters(fast.forward)
    missing = [a for a in args if accepted is not None and a not in accepted]
    if missing:
        raise BadFile(
            f"forward of {label} takes {names(accepted or ())}, but is called with "
            f"{', '.join(f'{a}=' for a in args)} by "
            f"name: write `def forward({', '.join(args)})`"
        )


def _held(fast: Any, name: str) -> Any:
    try:
        return getattr(fast, name, None)
    except Exception:  # a __getattr__ of its own
        return None


def parameters(function: Any) -> tuple[str, ...] | None:
    """The names a function takes; None when it takes any (`**values`) or will not tell."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return None if any(p.kind is p.VAR_KEYWORD for p in found) else tuple(p.name for p in found)


def taking(args: tuple[str, ...], function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with a signature that names these arguments: for an adapter whose own says only `**values`."""

    def named(**values: Any) -> Any:
        return function(**values)

    kind = inspect.Parameter.KEYWORD_ONLY
    named.__signature__ = inspect.Signature([inspect.Parameter(a, kind) for a in args])  # type: ignore[attr-defined]
    return named


def describe(error: BaseException, fast: Any = None) -> str:
    """'ValueError: … at line 7, `y = W @ x`': the exception and where in the user's file it arose."""
    try:
        message = " ".join(str(error).split())
    except Exception:  # an exception that cannot even say what it is
        message = ""
    said = f"{type(error).__name__}: {message}" if message else type(error).__name__
    ours = __file__.rpartition("jacobians")[0] + "jacobians"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(ours)]
    own = getattr(fast, "__file__", None)
    frames = [f for f in frames if own and f.filename == own] or frames
    if frames and frames[-1].line:
        said += f", at line {frames[-1].lineno}, `{frames[-1].line.strip()}`"
    return said


def _kind(x: Any) -> str:
    """'a tuple of 3', 'an ndarray', 'None': what arrived, for a sentence."""
    if x is None:
        return "None"
    if is_listed(x):
        return f"a {type(x).__name__} of {len(x)}"
    return f"a value of type {type(x).__name__}"


def _shape_hint(got: tuple[int, ...], want: tuple[int, ...]) -> str:
    if got == want[::-1]:
        return ": it is transposed"
    if len(got) == len(want) + 1 and got[1:] == want:
        return ": the sum over the batch is missing"
    if int(np.prod(got)) == int(np.prod(want)):
        return ": the right number of entries, in another shape"
    return ""
