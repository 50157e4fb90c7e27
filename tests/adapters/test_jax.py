"""JAX code of every kind is judged by its own vjp, in float64 too; each planted mistake is named."""

import numpy as np
import pytest

from jacobians.errors import BadFile
from jacobians.layers import find
from jacobians.verify.check import check
from jacobians.verify.formats import get_format
from jacobians.verify.results import Verdict

from ..verify.trials import at_points, broken

jax = pytest.importorskip("jax")

from jacobians.adapters.jax import adapt, load  # noqa: E402

from . import jax_code as code  # noqa: E402

RELU = at_points("relu")


def tried(target, layer=RELU, formats=("float32",)):
    return check(adapt(target, layer), layer, formats, lengths=())


@pytest.mark.parametrize(
    "target", [code.right, jax.jit(code.right), code.pallas], ids=["custom_vjp", "jitted", "Pallas, interpreted"]
)
def test_right_code_of_each_kind_passes(target):
    report = tried(target)
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.claim for r in report.results} == {"forward", "gradient"}


@pytest.mark.parametrize("target", [code.forward_rule, jax.jit(code.forward_rule)])
def test_a_custom_jvp_is_asked_for_its_tangents_too(target):
    report = tried(target)
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.claim for r in report.results} == {"forward", "gradient", "jvp"}


def test_a_wrong_custom_jvp_is_named_in_both_modes():
    report = tried(code.not_linear)
    assert {(r.claim, r.diagnosis.name) for r in report.failures if r.diagnosis} == {
        ("gradient", "negated"),
        ("jvp", "negated"),
    }


def test_float64_is_float64_and_the_setting_is_left_as_it_was():
    layer = at_points("rms_norm")
    report = tried(code.rms_norm, layer, ("float64",))
    assert report.verdict is Verdict.PASS, report.failures
    assert not jax.config.jax_enable_x64


@pytest.mark.parametrize("format", ["float64", "float32", "float16", "bfloat16"])
def test_every_format_crosses(format):
    dtype = get_format(format).dtype
    fast = adapt(code.rms_norm, find("rms_norm"))
    y, saved = fast.forward(x=np.ones((2, 3), dtype), gamma=np.ones(3, dtype), eps=0.5)
    assert {v.dtype for v in (y, *fast.backward(np.ones_like(y), saved).values())} == {dtype}


@pytest.mark.parametrize(("target", "claim"), [(code.twice, {"gradient"}), (code.looks, {"jit", "vmap"})])
def test_a_mistake_is_named(target, claim):
    report = tried(target)
    assert {c for c, _ in broken(report)} == claim, report.failures


def test_what_cannot_be_used_is_said_in_a_sentence():
    for spec, said in (
        ("jax.numpy", "is a module"),
        ("jax:NoSuch", "has no 'NoSuch'"),
        ("jax:Array", "is a class: name a function"),
    ):
        with pytest.raises(BadFile) as caught:
            load(spec, find("relu"))
        assert said in str(caught.value)
    assert any("return y alone" in r.text for r in tried(lambda x: (x, x)).failures)
