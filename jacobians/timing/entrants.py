"""Which peers may enter: those that have the layer, and whose gradients have just passed the check of this package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..layer import Layer
from ..verify.at_point import check_point
from ..verify.results import Verdict
from ..verify.trial import trial_points
from .peers import NoPeer, Peer, load


def entrants(
    peers: Sequence[str], name: str, layer: type[Layer], dtype: str, note: Callable[[str], None]
) -> Iterator[tuple[str, Peer]]:
    """Each peer that may be timed, by its name.

    Args:
        peers: the names of those who want to.
        name, layer: of the layer and its class.
        dtype: what they are asked in.
        note: told who may not, and why.
    """
    for peer in peers:
        try:
            one = load(peer, name, layer)
        except NoPeer as error:
            note(f"{peer} is not timed: {error}")
            continue
        if why := _refused(one, layer, dtype):
            note(f"{peer} is not timed for {name} in {dtype}: {why}")
        else:
            yield peer, one


def _refused(peer: Any, layer: type[Layer], dtype: str) -> str:
    """Why this code may not enter: at the layer's first point, a small batch, it is not right."""
    point = list(trial_points(layer, 0, peer.settings))[0 if layer.interacts else 1]
    report = check_point(peer, point, dtype, singly=True)
    if report is None:
        return "it has no setting that the layer's first point needs"
    if report.verdict is Verdict.PASS:
        return ""
    wrong = report.failures[0]
    return f"{wrong.argument} is {wrong.verdict}, {wrong.text}"
