"""A submission in the sandbox, as a Place: what can be asked of code without having it here."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...adapters.place import Found, Handle
from ...errors import BadFile
from ...kinds import is_list
from ...verify.door import Broken
from .inside.wire import Malformed
from .limits import Limits, Meter
from .mirror import Gone, Handles, Incoming, Mirror, Outgoing, plain
from .process import Process, Stopped


class Worker:
    """One submission. When its process is stopped, the next call by name has a new one: one slow call costs one mark.

    Attributes:
        label: the file, as a person wrote it.
        meter: seconds of processor time and of waiting, over all calls and processes of the submission.
        last: the same, of the last call alone.
        restarts: how often a new process was needed.
    """

    def __init__(
        self,
        fork: Callable[[], Process],
        limits: Limits,
        source: bytes,
        filename: str,
        given: Mapping[str, Any],
        others: Mapping[str, bytes],
        meter: Meter,
    ):
        self.label, self.meter, self.last = filename, meter, 0.0
        self.restarts = -1
        self._fork, self._limits, self._handles = fork, limits, Handles()
        self._load = {
            "filename": filename,
            "source": _bytes(source),
            "given": {k: _numpy(v) for k, v in given.items()},
            "others": {path: _bytes(text) for path, text in others.items()},
        }
        self._printed, self._closed, self._stops = "", False, Counter[str]()
        self._process: Process | None = None
        try:
            self._start()
        except _Failed as failed:
            self.close()
            raise BadFile(failed.text) from None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def found(self) -> dict[str, Found]:
        """The functions and classes that the submission defines, by name.

        Raises:
            Broken: its process was stopped, or tells nonsense.
        """
        there = self._asked(self.label, "found")
        try:
            return {_name(name): _found(*entry) for name, entry in there.items()}
        except (AttributeError, TypeError, ValueError):
            raise self._broken(f"{self.label} tells nonsense about what it defines") from None

    def call(
        self,
        target: str | Handle,
        *args: Any,
        method: str | None = None,
        keep: bool | tuple[int, ...] = (),
        **keywords: Any,
    ) -> Any:
        """Call a function, a class or a method; see `Place.call`.

        Raises:
            Broken: it raised an exception, passed a limit, ended its process, or sent back what is no value.
        """
        name = method or (target if isinstance(target, str) else target.kind)
        keep = keep if isinstance(keep, bool) else tuple(keep)
        return self._asked(name, "call", target=target, method=method, args=args, keywords=keywords, keep=keep)

    def get(self, target: Handle, attribute: str, keep: bool = False) -> Any:
        """An attribute of an object, or an item of a dict; see `Place.get`."""
        return self._asked(f"reading {attribute}", "get", target=target, attribute=attribute, keep=keep)

    def set(self, target: Handle, attribute: str, value: Any) -> None:
        """Write an attribute of an object, or an item of a dict."""
        self._asked(f"setting {attribute}", "set", target=target, attribute=attribute, value=value)

    def watch(self) -> dict[str, Any]:
        """From now on count what is computed there (inside/watch.py); what was counted since the last time.

        Raises:
            Broken: its process was stopped, or tells nonsense.
        """
        there = self._asked("watching", "watch")
        try:
            counts = {k: int(there[k]) for k in ("products", "others")}
            calls = {_name(k): int(n) for k, n in there["calls"].items()}
            return {**counts, "calls": calls, "types": [_name(t) for t in there["types"]]}
        except (AttributeError, KeyError, TypeError, ValueError):
            raise self._broken(f"{self.label} tells nonsense about what it computes") from None

    def drop(self, *targets: Handle) -> None:
        """Forget objects that are wanted no more."""
        there = [self._handles.there.pop(t.number, None) for t in targets]
        self._mirror.dropped += [number for mirror, number in filter(None, there) if mirror is self._mirror]

    def limit(self, limits: Limits) -> None:
        """From now on its calls may use no more time than these say; what the system itself limits stays as it is."""
        self._limits = limits
        if self._process:
            self._process.limits = limits

    @property
    def spent(self) -> float:
        """What its meter says."""
        return self.meter.seconds

    @property
    def output(self) -> str:
        """What it has printed so far, to standard output and error."""
        if self._process and self._process.alive:
            self._process.drain()
        now = self._process.printed.decode("utf-8", "replace") if self._process else ""
        lines = (self._printed + now)[: self._limits.output].split("\n")
        return "\n".join(plain(line, self._limits.output) for line in lines)

    @property
    def closed(self) -> bool:
        """Whether `close` was called: it answers no more."""
        return self._closed

    @property
    def alive(self) -> bool:
        """Whether it has a process now."""
        return self._process is not None and self._process.alive

    def close(self) -> None:
        """End its process and all that it started."""
        self._closed = True
        if self._process:
            self._process.end()

    def _start(self) -> None:
        self._examine_total(self.label)
        if self._process:
            self._printed += self._process.printed.decode("utf-8", "replace")
        self._process, self._mirror = self._fork(), Mirror()
        self._handles.there.clear()  # what they name is gone
        self.restarts += 1
        self._exchange(self.label, "load", self._load)

    def _asked(self, name: str, do: str, **arguments: Any) -> Any:
        assert self._process
        try:
            if self._closed:
                raise _Failed(f"{name}: this submission's worker was closed")
            self._examine_total(name)
            if self._stops[name] >= self._limits.stops:
                raise _Failed(f"{name} had to be stopped {self._stops[name]} times in a row and is called no more")
            if not self._process.alive and do in ("call", "found") and not isinstance(arguments.get("target"), Handle):
                self._start()
            return self._exchange(name, do, arguments)
        except _Failed as failed:
            raise self._broken(failed.text) from None

    def _examine_total(self, name: str) -> None:
        if self.spent > self._limits.total:
            if self._process:
                self._process.end()
            raise _Failed(f"{name} comes too late: this submission has used its {self._limits.total:g} s in all")

    def _exchange(self, name: str, do: str, arguments: dict[str, Any]) -> Any:
        """One question and its answer.

        Raises:
            _Failed: with the sentence.
        """
        process, mirror = self._process, self._mirror
        assert process
        before, nonce = process.spent, secrets.token_hex(8)
        try:
            header, body = process.ask(self._frame(nonce, name, do, arguments), nonce)
        except Gone:
            raise _Failed(f"{name}: the object is gone with the process that held it, which was stopped") from None
        except Malformed as error:
            raise _Failed(f"{name}: {error}") from None
        except Stopped as stopped:
            self._stops[name] += 1
            raise _Failed(f"{name} {stopped}") from None
        finally:
            self.last = process.spent - before
            self.meter.seconds += self.last
        self._stops[name] = 0
        try:
            return self._read(header, Incoming(body, mirror, self._handles))
        except Malformed as error:
            raise _Failed(f"{name} sent {plain(error)}, and was stopped{process.end()}") from None

    def _frame(self, nonce: str, name: str, do: str, arguments: dict[str, Any]) -> bytes:
        out = Outgoing(self._mirror, self._handles)
        nodes = {k: out.node(v) for k, v in arguments.items()}
        forget, drop = self._mirror.forget()
        return out.frame({"nonce": nonce, "do": do, "name": name, "forget": forget, "drop": drop, "arguments": nodes})

    def _read(self, header: dict[str, Any], reader: Incoming) -> Any:
        value = None if "error" in header else reader.value(header.get("value"))
        changed = header.get("changed", [])
        for node in changed if is_list(changed) else [None]:
            reader.value({"array": node})
        reader.end()
        if "error" in header:
            raise _Failed(plain(header["error"]))
        return value

    def _broken(self, text: str) -> Broken:
        return Broken("exception", text)


class _Failed(Exception):
    """A question without an answer, and the sentence that says so."""

    def __init__(self, text: str):
        super().__init__(text)
        self.text = text


def _bytes(text: bytes) -> np.ndarray:
    return np.frombuffer(text, np.uint8)


def _numpy(value: Any) -> Any:
    """A function of NumPy's goes by its name."""
    if value is np:
        return ("numpy", "")
    name = getattr(value, "__name__", None)
    return ("numpy", name) if name and getattr(np, name, None) is value else value


def _name(name: Any) -> str:
    return plain(name, 200)


def _found(kind: Any, parameters: Any, methods: Any) -> Found:
    if kind not in ("function", "class"):
        raise ValueError(kind)
    return Found(kind, _parameters(parameters), {_name(m): _parameters(p) for m, p in methods.items()})


def _parameters(names: Any) -> tuple[str, ...] | None:
    return None if names is None else tuple(_name(n) for n in names)
