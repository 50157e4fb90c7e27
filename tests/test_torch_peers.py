"""The fourth leg: PyTorch's own function and its autograd agree with the explicit side, within the derived bounds.

A peer is a file of jacobians/torch_peers under the layer's name.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from jacobians.layers import find, layer_names
from jacobians.point import Point, differentiable
from jacobians.torch_peers import peer as load
from jacobians.torch_peers import peer_names
from jacobians.verify.bound import Judged, bounded_forward, bounded_jacobians
from jacobians.verify.formats import FORMATS
from jacobians.verify.trial import settings_for, trial_points

torch = pytest.importorskip("torch")

FLOAT64 = FORMATS["float64"]
PEERS = peer_names()
# What PyTorch got wrong, and the release that mended it: NaN for a query that sees nothing, a slope that is not that of
# either side at ±3, exp(x) − 1 for expm1.
MENDED = {"attention": 5, "masked_attention": 5, "hardswish": 8, "elu": 8, "celu": 8, "selu": 8}  # 2.5, 2.8
RELEASE = tuple(int(part) for part in torch.__version__.split(".")[:2])
ROWS = 3  # upstream gradients at each point


def asked_at(name: str, peer: Any) -> Iterator[tuple[Point, dict[str, Any]]]:
    """The layer's points that the peer has settings for, and those settings."""
    cls = find(name)
    for point in trial_points(cls, 0, getattr(peer, "SETTINGS", {})):
        settings = settings_for(peer, point, cls, [])
        if settings is not None:
            yield point, settings


def answers(
    peer: Any, point: Point, settings: dict[str, Any], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """y, some rows of g, and, for each argument that PyTorch differentiates by, the gradient at each of them."""
    given = {a: torch.tensor(np.asarray(v)) for a, v in point.values.items()}
    leaves = {a: given[a].requires_grad_() for a in differentiable(point.map) if a not in without(peer)}
    y = peer.forward(**given, **settings)
    G = rng.standard_normal((ROWS, y.numel()))
    gradients: dict[str, list[np.ndarray]] = {a: [] for a in leaves}
    for g in G:
        upstream = torch.tensor(g.reshape(tuple(y.shape)))
        found = torch.autograd.grad(y, list(leaves.values()), upstream, retain_graph=True)
        for a, d in zip(leaves, found, strict=True):
            gradients[a].append(d.numpy().ravel())
    return y.detach().numpy(), G, {a: np.array(each) for a, each in gradients.items()}


def without(peer: Any) -> tuple[str, ...]:
    return getattr(peer, "NO_GRADIENT", ())


def off(judged: Judged, got: np.ndarray) -> str:
    """'' where every entry is within its bound, else the sentence that says which is not."""
    if got.shape != judged.want.shape:
        return f"PyTorch's is {got.shape}, ours {judged.want.shape}"
    if not (wrong := judged.outside(got)).any():
        return ""
    at = tuple(int(k) for k in np.argwhere(wrong)[0])
    return (
        f"{wrong.sum()} of {wrong.size} entries, the first {list(at)}: PyTorch has {float(got[at])!r}, "
        f"ours is {float(judged.want[at])!r} ± {judged.tolerance[at]:.2g}"
    )


def disagreements(name: str, peer: Any, rng: np.random.Generator) -> tuple[int, list[str]]:
    """How many points were compared, and where PyTorch is further off than the bound allows."""
    points, found = 0, []
    for point, settings in asked_at(name, peer):
        y, G, gradients = answers(peer, point, settings, rng)
        Ls = bounded_jacobians(point, FLOAT64)
        compared = [("y", bounded_forward(point, FLOAT64), y)]
        compared += [(f"∂J/∂{a}", Ls[a].judge(G), got) for a, got in gradients.items()]
        found += [f"{what} at the point {point.name!r}: {text}" for what, *pair in compared if (text := off(*pair))]
        points += 1
    return points, found


def or_older(name: str) -> Any:
    """The name, of a test that must fail where PyTorch is older than its mended one."""
    mended = (2, MENDED.get(name, 0))
    reason = f"PyTorch's own error, mended in {mended[0]}.{mended[1]}"
    return pytest.param(name, marks=pytest.mark.xfail(RELEASE < mended, reason=reason, raises=AssertionError))


@pytest.mark.parametrize("name", [or_older(name) for name in PEERS])
def test_pytorch_agrees(name, rng):
    points, found = disagreements(name, load(name), rng)
    assert points > 0, "there is no point with settings that this peer takes"
    assert found == []


def test_every_peer_is_of_a_layer():
    assert set(PEERS) <= set(layer_names())
    assert len(PEERS) > 50


@pytest.mark.parametrize(
    ("peer", "wanted"),
    [
        (lambda x: torch.relu(x) * (1 + 1e-15), "y at"),
        (lambda x: torch.relu(x) + 1e-15 * (x - x.detach()), "∂J/∂x at"),
        (lambda x: torch.relu(x).mT, "y at"),
        (lambda x: torch.relu(x) * float("nan"), "y at"),
    ],
)
def test_a_wrong_peer_is_seen(peer, wanted, rng):
    points, found = disagreements("relu", SimpleNamespace(forward=peer, SETTINGS={"at_zero": 0.0}), rng)
    assert points
    assert any(text.startswith(wanted) for text in found), found
