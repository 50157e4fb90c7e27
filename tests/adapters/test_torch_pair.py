"""A pair of tensor functions: what it adds to, its forward mode, and what it writes into, on a device, too."""

import numpy as np
import pytest

from jacobians.errors import BadFile
from jacobians.layers import find
from jacobians.verify.check import check
from jacobians.verify.door import parameters
from jacobians.verify.results import Verdict

from ..verify.trials import at_points, broken

torch = pytest.importorskip("torch")

from jacobians.adapters import tensors, torch_pair  # noqa: E402
from jacobians.adapters.torch import adapt, load  # noqa: E402

RELU = at_points("relu")


class Relu:
    """ReLU with all that a pair may have."""

    @staticmethod
    def forward(x):
        return x.clamp(min=0), x >= 0

    @staticmethod
    def backward(g, mask, into=None):
        if into is None:
            return {"x": g * mask}
        return into["x"].add_(g * mask)

    @staticmethod
    def jvp(tangents, x):
        return tangents["x"] * (x >= 0)


class Overwrites(Relu):
    @staticmethod
    def backward(g, mask, into=None):
        return {"x": g * mask} if into is None else into["x"].copy_(g * mask)


class NegatedJvp(Relu):
    @staticmethod
    def jvp(tangents, x):
        return -Relu.jvp(tangents, x)


class WritesG(Relu):
    @staticmethod
    def backward(g, mask):
        return {"x": g.mul_(mask).clone()}


class WritesX(Relu):
    @staticmethod
    def forward(x):
        mask = x >= 0
        return x.mul_(mask).clone(), mask


class WritesTangent(Relu):
    @staticmethod
    def jvp(tangents, x):
        return tangents["x"].mul_(x >= 0).clone()


@pytest.fixture(params=["cpu", "another"])
def tried(request, monkeypatch):
    """The report on a pair here, or where every tensor is a copy and only what is fetched is seen, as on a GPU."""
    copies = request.param == "another"

    def report(pair):
        fast = adapt(pair, RELU)
        if copies:
            fast.device = request.param
            monkeypatch.setattr(torch_pair, "to_tensor", lambda v, device: tensors.to_tensor(v).clone())
        return check(fast, RELU, ("float32",), lengths=())

    return report


def test_a_right_pair_passes(tried):
    report = tried(Relu)
    assert report.verdict is Verdict.PASS, report.failures
    assert [r.claim for r in report.results] == ["forward", "gradient", "jvp"]


@pytest.mark.parametrize(
    ("pair", "wrong"),
    [
        (Overwrites, {("accumulates", "x")}),
        (WritesG, {("unchanged", "g")}),
        (WritesX, {("unchanged", "x")}),
        (WritesTangent, {("unchanged", "x")}),
    ],
)
def test_what_it_writes_into_is_seen(tried, pair, wrong):
    assert broken(tried(pair)) == wrong


def test_its_forward_mode_is_asked(tried):
    assert [(r.claim, r.diagnosis and r.diagnosis.name) for r in tried(NegatedJvp).failures] == [("jvp", "negated")]


def test_a_pair_is_asked_for_no_more_than_it_has():
    plain = adapt(type("Plain", (), {"forward": Relu.forward, "backward": lambda g, mask: {"x": g * mask}}), RELU)
    assert plain.jvp is None
    assert "into" not in (parameters(plain.backward) or ())


def test_only_what_stands_behind_the_object_is_a_device(tmp_path):
    (tmp_path / "me@corp").mkdir()
    path = tmp_path / "me@corp" / "k.py"
    path.write_text("def F(x):\n    return x.clamp(min=0)\n")
    assert load(f"{path}:F", find("relu")).device == "cpu"
    assert load(f"{path}:F@cpu:0", find("relu")).device == "cpu:0"
    with pytest.raises(BadFile, match="device 'gpu'"):
        load(f"{path}:F@gpu", find("relu"))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_every_other_entry_stays_every_other_entry_on_a_device(dtype):
    dtype = np.dtype(dtype) if dtype != "bfloat16" else np.dtype(pytest.importorskip("ml_dtypes").bfloat16)
    wide = np.zeros((2, 3, 2), dtype)
    assert tensors.to_tensor(wide[..., 0], "meta").stride() == (6, 2)
    assert tensors.to_tensor(wide[0, 1:, 1], "meta").stride() == (2,)
    assert tensors.to_tensor(wide[:0, :, 0], "meta").shape == (0, 3)


def test_what_is_moved_keeps_its_numbers(monkeypatch, rng):
    wide = torch.from_numpy(rng.standard_normal((4, 3, 2)))
    monkeypatch.setattr(torch, "device", lambda name: name)  # so that the CPU is another device than the CPU
    for t in (wide[..., 0], wide[1:, :, 1], wide.permute(2, 0, 1)[:, ::2], wide[0, 0, 0], wide[:0, :, 0]):
        assert torch.equal(tensors.moved(t, "cpu"), t)
        assert tensors.moved(t, "cpu").stride() == t.stride()
