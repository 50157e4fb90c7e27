"""One worker process, as the parent sees it: a socket, a pipe, and a watch on what it uses.

It is never believed. Whatever it writes is read into a buffer with a cap; whatever it does not do ends at a limit.
"""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import time
import weakref
from typing import Any

from . import clock
from .inside.wire import HEAD, HEADER, Malformed, header_of
from .limits import Limits
from .zygote import Zygote

TICK = 0.02  # seconds between two looks at its clock


class Stopped(Exception):
    """The process is no more; says why: 'used more than 10 s of processor time and was stopped'."""


class Process:
    """A worker, from its fork to its end."""

    def __init__(self, zygote: Zygote, limits: Limits):
        self.zygote, self.limits = zygote, limits
        self.socket, theirs = socket.socketpair()
        self.output, their_output = socket.socketpair()
        self._hang_up = weakref.finalize(self, _hang_up, self.socket, self.output)
        with theirs, their_output:
            try:
                self.pid, self.uid = zygote.open(theirs, their_output, limits)
            except BaseException:
                self._hang_up()
                raise
        self.socket.setblocking(False)
        self.output.setblocking(False)
        self.printed, self.received = bytearray(), bytearray()
        self.poll = select.poll()
        self.poll.register(self.socket)
        self.poll.register(self.output, select.POLLIN)
        self.spent, self.alive = 0.0, True

    def ask(self, frame: bytes, nonce: str) -> tuple[dict[str, Any], bytearray]:
        """Send a request and wait for the answer to it.

        Args:
            nonce: what the request holds, and an answer to it must.

        Raises:
            Stopped: a limit was passed, it ended, or what came back is no answer; the process is gone.
        """
        if not self.alive:
            raise Stopped("is gone: its process was stopped before")
        watch = _Watch(self.pid, self.limits)
        try:
            self._send(frame, watch)
            header, body = self._receive(watch)
            if header.get("nonce") != nonce:
                raise Malformed("an answer to another question")
            watch.look(force=True)
        except Malformed as error:
            raise Stopped(f"sent {error}, and was stopped{self.end()}") from None
        except Stopped as stopped:
            self.end()
            raise stopped from None
        except (BrokenPipeError, ConnectionResetError):
            raise Stopped(f"ended its process{self.end()}") from None
        except BaseException:  # Ctrl-C: nothing is left behind
            self.end()
            raise
        finally:
            self.spent += watch.spent
        return header, body

    def _send(self, frame: bytes, watch: _Watch) -> None:
        left = memoryview(frame)
        while left:
            with contextlib.suppress(BlockingIOError):
                left = left[self.socket.send(left) :]
                continue
            self._wait(select.POLLOUT, watch)

    def _receive(self, watch: _Watch) -> tuple[dict[str, Any], bytearray]:
        header, body = HEAD.unpack(self._read(HEAD.size, watch))
        if header > HEADER or body > self.limits.reply:
            raise Malformed(f"an answer of {header + body:,} bytes (the limit is {self.limits.reply:,})")
        return header_of(self._read(header, watch)), self._read(body, watch)

    def _read(self, size: int, watch: _Watch) -> bytearray:
        while len(self.received) < size:
            self._wait(select.POLLIN, watch)
            with contextlib.suppress(BlockingIOError):
                more = self.socket.recv(1 << 18)
                if not more:
                    raise BrokenPipeError
                self.received += more
        got, self.received = self.received[:size], self.received[size:]
        return got

    def _wait(self, event: int, watch: _Watch) -> None:
        """Until the socket is ready, or the next look at the clock; what it prints meanwhile is taken."""
        self.poll.modify(self.socket, event)
        if any(ready == self.output.fileno() for ready, _ in self.poll.poll(TICK * 1000)):
            self.drain()
        watch.look()

    def drain(self) -> None:
        """Take what it has printed so far; what is above the limit is thrown away."""
        with contextlib.suppress(BlockingIOError, ConnectionResetError):
            for _ in range(64):
                more = self.output.recv(1 << 16)
                if not more:
                    return
                self.printed += more[: max(0, self.limits.output - len(self.printed))]

    def end(self) -> str:
        """End it and all that it started. How it had ended, for a sentence."""
        if not self.alive:
            return ""
        self.alive = False
        self.drain()
        try:
            status, by_us = self.zygote.close_worker(self.pid)
        finally:
            self._hang_up()
        if by_us:
            return ""
        if status == -signal.SIGKILL:
            return " (the system killed it: the machine has no memory left)"
        return f" (it crashed: {signal.Signals(-status).name})" if status < 0 else f" (exit status {status})"


def _hang_up(*sockets: socket.socket) -> None:
    for end in sockets:
        end.close()


class _Watch:
    """The clocks of one call."""

    def __init__(self, pid: int, limits: Limits):
        self.pid, self.limits = pid, limits
        self.begun, self.cpu_before = time.monotonic(), clock.cpu_seconds(pid) or 0.0
        self.last, self.cpu_last, self.idle = self.begun, self.cpu_before, 0.0

    @property
    def spent(self) -> float:
        """Seconds of processor time and of waiting; on the clock, where the system does not tell them apart."""
        if not clock.LINUX:
            return self.last - self.begun
        return self.cpu_last - self.cpu_before + self.idle

    def look(self, force: bool = False) -> None:
        """Refuse what has used more than it may.

        Args:
            force: look now, the answer being there: that it waits for the next question is no fault.

        Raises:
            Stopped: with which limit.
        """
        now = time.monotonic()
        if now - self.last < TICK / 2 and not force:
            return
        used = clock.cpu_seconds(self.pid)
        if used is not None:
            if not force and used - self.cpu_last < 0.1 * (now - self.last) and clock.asleep(self.pid):
                self.idle += min(now - self.last, 2 * TICK)  # longer: it was this process that had to wait
            self.cpu_last = used
        self.last = now
        if self.cpu_last - self.cpu_before > self.limits.cpu:
            raise Stopped(f"used more than {self.limits.cpu:g} s of processor time and was stopped")
        if self.idle > self.limits.idle:
            raise Stopped(f"waited for more than {self.limits.idle:g} s without computing and was stopped")
        if now - self.begun > self.limits.wall:
            raise Stopped(f"took more than {self.limits.wall:g} s and was stopped")
