"""The worker's loop: a request comes in, an answer goes out, until the socket closes."""

from __future__ import annotations

import ast
import contextlib
import os
import sys
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np

from .kinds import is_listed
from .objects import In, Objects, Out
from .submission import Failed, Submission
from .watch import Watch, unwatched, watched
from .wire import HEAD, Malformed, header_of
from .words import NotThere, kind_of, nearest, piece, undefined

CHANNEL = 3


class Worker:
    """One submission and what can be asked of it."""

    def __init__(self) -> None:
        self.objects = Objects()
        self.submission: Submission | None = None
        self.watch: Watch | None = None

    def answer(self, header: dict[str, Any], body: bytes) -> bytes:
        """The frame that answers a request."""
        self.objects.forget(header["forget"], header["drop"])
        reader, out = In(body, self.objects), Out(self.objects)
        reply: dict[str, Any] = {"nonce": header["nonce"]}
        arguments = {k: reader.value(v) for k, v in header["arguments"].items()}
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reply["value"] = getattr(self, f"do_{header['do']}")(out, **arguments)
        except (Failed, NotThere) as error:
            reply["error"] = str(error)
        except Malformed as error:
            reply["error"] = f"{header['name']}: {error}"
        except BaseException as error:  # SystemExit, and whatever else is no Exception
            reply["error"] = f"{header['name']} raised {self._submission.describe(error)}"
        _flush()
        if "error" in reply:
            out.body.clear()  # of a value that was only half written
        try:
            reply["changed"] = [out.node(array)["array"] for array in self.objects.changed()]
            return out.frame(reply)
        except Exception as error:  # too much structure, or an array that was turned into something else
            text = f"{header['name']} gave what cannot be sent: {error}"
            return Out(self.objects).frame({"nonce": header["nonce"], "error": text})

    def do_load(self, out: Out, filename: str, source: Any, given: dict[str, Any], others: dict[str, Any]) -> None:
        modules = {k: _numpy(v[1]) for k, v in given.items() if is_listed(v) and v[:1] == ("numpy",)}
        files = {path: text.tobytes() for path, text in others.items()}
        self.submission = Submission(filename, source.tobytes(), {**given, **modules}, files)

    def do_found(self, out: Out) -> Any:
        return out.node(self._submission.found())

    def do_call(self, out: Out, target: Any, method: str | None, args: Any, keywords: Any, keep: Any) -> Any:
        function = self._target(target) if isinstance(target, str) else target
        function = function if method is None else piece(function, method)
        name = method or str(target)
        if not callable(function):
            raise NotThere(f"{name} is no function: it is {kind_of(function)}")
        try:
            result = self._called(function, args, keywords)
        except BaseException as error:  # SystemExit, and whatever else is no Exception
            name = "__init__" if isinstance(function, type) else name
            hint = undefined(function) if isinstance(error, NameError) else ""
            raise Failed(f"{name} raised {self._submission.describe(error)}{hint}") from None
        return self._outside(out, result, keep)

    def _called(self, function: Any, args: Any, keywords: Any) -> Any:
        if self.watch is None:
            return function(*args, **keywords)
        args, keywords = watched(args), watched(keywords)
        with self.watch:
            return function(*args, **keywords)

    def do_watch(self, out: Out) -> Any:
        """From now on count what is computed; what was counted since the last time."""
        self.watch = self.watch or Watch(self._submission.files, vars(self._submission.module))
        return out.node(self.watch.seen())

    def _outside(self, out: Out, result: Any, keep: Any) -> Any:
        if keep is True:
            return self.objects.keep(result)
        result = result if self.watch is None else unwatched(result)
        if keep and is_listed(result):
            nodes = [self.objects.keep(v) if i in keep else out.node(v) for i, v in enumerate(result)]
            return nodes if isinstance(result, list) else {"tuple": nodes}
        return out.node(result)

    def do_get(self, out: Out, target: Any, attribute: str, keep: bool) -> Any:
        value = piece(target, attribute)
        return self.objects.keep(value) if keep else out.node(unwatched(value))

    def do_set(self, out: Out, target: Any, attribute: str, value: Any) -> None:
        value = value if self.watch is None else watched(value)
        if attribute.startswith("["):
            target[ast.literal_eval(attribute)[0]] = value
        else:
            setattr(target, attribute, value)

    @property
    def _submission(self) -> Submission:
        assert self.submission is not None
        return self.submission

    def _target(self, name: str) -> Any:
        first, *rest = name.split(".")
        here = vars(self._submission.module)
        if name == SimpleNamespace.__name__:  # an object of nobody's, with attributes
            return SimpleNamespace
        if first not in here:
            known = [n for n in here if not n.startswith("_")]
            raise NotThere(
                f"{self._submission.filename} defines no {first!r}: define or import it.{nearest(first, known)}"
            )
        found = here[first]
        for part in rest:
            found = piece(found, part)
        return found


def _numpy(name: str) -> Any:
    return np if not name else getattr(np, name)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):  # what the student put there, or closed
            stream.flush()


def serve() -> None:
    """Answer until the parent hangs up."""
    worker = Worker()
    while True:
        header, body = HEAD.unpack(_read(HEAD.size))
        rest = _read(header + body)
        _write(worker.answer(header_of(rest[:header]), rest[header:]))


def _read(size: int) -> bytes:
    got = bytearray()
    while len(got) < size:
        more = os.read(CHANNEL, min(size - len(got), 1 << 20))
        if not more:
            os._exit(0)
        got += more
    return bytes(got)


def _write(frame: bytes) -> None:
    left = memoryview(frame)
    while left:
        left = left[os.write(CHANNEL, left) :]
