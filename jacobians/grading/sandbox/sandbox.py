"""The sandbox: where students' code runs, in processes that know nothing and can do nothing but compute."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from typing import Any

from .clock import LINUX
from .limits import Limits, Meter
from .probe import BRIEF, SOURCE, Probe
from .process import Process
from .protection import Level, Protection, demand, level
from .worker import Worker
from .zygote import NoSandbox, Zygote


class Sandbox:
    """A clean interpreter that forks a worker for each submission. Many may be open at once, here and elsewhere.

    Attributes:
        limits: what one submission may use.
        protections: what was tried at the start, and what came of it.
        level: "full", "user" or "basic"; see `protection.level`.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        require: Level | None = None,
        allow: tuple[str, ...] = ("numpy",),
        without: tuple[str, ...] = (),
    ):
        """Start it and try every protection.

        Args:
            require: the level below which no submission may run.
            allow: packages that submissions may import, besides Python's own.
            without: layers left out, to see what each is good for: "user", "landlock", "seccomp", or a resource limit.

        Raises:
            NoSandbox: it cannot be had here.
            TooOpen: its level is below `require`.
            UnknownName: a package allowed is not there, or is one of ours.
        """
        self.limits = limits or Limits()
        self._zygote = Zygote(self.limits, tuple(allow), tuple(without))
        self._workers: list[Worker] = []
        try:
            self.protections = self._probe()
            self.level = level(self.protections)
            demand(self.protections, require)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(
        self,
        source: bytes,
        filename: str,
        given: Mapping[str, Any] | None = None,
        others: Mapping[str, bytes] | None = None,
        meter: Meter | None = None,
    ) -> Worker:
        """Run a submission in a fresh worker.

        Args:
            source: the text of a Python file.
            filename: what a person calls it; nothing is read from there.
            given: names that it may use without importing them: values, or functions of NumPy's.
            others: files that came with it, by path ("mytorch/linear.py"), which it may import.
            meter: what the submission has used in other workers; what it uses in this one is added.

        Raises:
            BadFile: it is no Python, raised an exception, or passed a limit while it was loaded.
        """
        return self._open(self.limits, source, filename, given, others, meter)

    def _open(
        self,
        limits: Limits,
        source: bytes,
        filename: str,
        given: Mapping[str, Any] | None = None,
        others: Mapping[str, bytes] | None = None,
        meter: Meter | None = None,
    ) -> Worker:
        def fork() -> Process:
            return Process(self._zygote, limits)

        self._workers = [w for w in self._workers if not w.closed]
        worker = Worker(fork, limits, source, filename, given or {}, others or {}, meter or Meter())
        self._workers.append(worker)
        return worker

    def _probe(self) -> list[Protection]:
        brief = dataclasses.replace(self.limits, cpu=BRIEF, idle=BRIEF, wall=10 if LINUX else 10 * BRIEF)

        def briefly() -> Worker:
            worker = self._open(self.limits, SOURCE, "attempts.py")
            worker.limit(brief)  # from here on: on a busy machine loading takes longer than this
            return worker

        with self._open(self.limits, SOURCE, "attempts.py") as worker:
            return list(Probe(worker, self.limits.memory, self.limits.processes, briefly).run())

    def close(self) -> None:
        """End every worker and all that they started; leave no file."""
        for worker in self._workers:
            with contextlib.suppress(NoSandbox):
                worker.close()
        self._zygote.close()
