"""Peers: the same backward by other people's libraries, timed in the same rounds as ours where they are installed.

    torch             PyTorch's own layer (torch_peers/), eager, and its autograd
    torch-compiled    the same under torch.compile
    jax               the twin's forward with jax.numpy in NumPy's place, jax.vjp, jitted
    autograd          the twin's forward with autograd.numpy in NumPy's place: HIPS autograd

Each is imported only when it is asked for. What is timed is backward alone, as it is of the twin: forward has been run,
what it saved is there, g is the library's own array, and the gradients stay so.

On more than one thread a library's idle threads may spin for a while as the next contestant runs: there the others look
slower than they are, by processor time that is not theirs.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from ...errors import JacobiansError, UnknownName, names, nearest
from ...layer import Layer

_HOME = {
    "torch": (".eager", "Eager", "torch"),
    "torch-compiled": (".compiled", "Compiled", "torch"),
    "jax": (".jitted", "Jitted", "jax"),
    "autograd": (".hips", "Hips", "autograd"),
}
_COSTLY = ("torch-compiled",)  # seconds of compiling for every point: only where named
_EXTRAS = ("torch", "jax")  # that this package has an extra of the same name for


class NoPeer(JacobiansError):
    """This library has no such layer, or cannot run its formula."""


class Peer(ABC):
    """One layer of one library, as `forward` and `backward` of arrays for the judge, and as `pull` for the clock."""

    forward: Callable[..., tuple[np.ndarray, Any]]  # with the settings that the library has, by name
    settings: dict[str, Any] = {}  # the library's own choice of the layer's conventions

    def __init__(self, name: str, layer: type[Layer]):
        """Raises NoPeer where the library has no such layer."""
        self.name, self.layer = name, layer

    @abstractmethod
    def native(self, v: np.ndarray) -> Any:
        """An array as the library's own."""

    @abstractmethod
    def pull(self, g: Any, saved: Any) -> dict[str, Any]:
        """The gradients for a native g, computed when this returns."""

    def backward(self, g: np.ndarray, saved: Any) -> dict[str, np.ndarray]:
        """The gradients as arrays."""
        return {a: np.asarray(d) for a, d in self.pull(self.native(g), saved).items()}


def known() -> tuple[str, ...]:
    """Every peer there is."""
    return tuple(_HOME)


def installed() -> tuple[str, ...]:
    """Those that are installed and cheap to start."""
    return tuple(name for name, home in _HOME.items() if name not in _COSTLY and find_spec(home[2]) is not None)


def load(peer: str, name: str, layer: type[Layer]) -> Peer:
    """A peer of one layer.

    Args:
        peer: one of `known()`.
        name, layer: of the layer and its class.

    Raises:
        NoPeer: the library has no such layer.
        UnknownName: no such peer, or its library is not installed.
    """
    examine(peer)
    module, kind, _ = _HOME[peer]
    return getattr(importlib.import_module(module, __name__), kind)(name, layer)


def examine(peer: str) -> None:
    """Refuse a peer that is not known, or not installed, without importing it.

    Raises:
        UnknownName: that.
    """
    if peer not in _HOME:
        raise UnknownName(f"no peer is called {peer!r}: write some of {names(_HOME)}.{nearest(peer, _HOME)}")
    library = _HOME[peer][2]
    if find_spec(library) is None:
        how = f"'.[{library}]'" if library in _EXTRAS else library
        raise UnknownName(f"the peer {peer} needs {library}, which is not installed: pip install {how}")
