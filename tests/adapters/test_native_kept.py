"""What C code keeps for backward has a type of its own, and a loss has no axes."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from jacobians.adapters.guarded_array import Guarded
from jacobians.adapters.native import Native
from jacobians.verify.check import check
from jacobians.verify.door import Broken
from jacobians.verify.results import Verdict

from ..verify.trials import at_points, broken

SOURCE = Path(__file__).with_name("relu_kept.c")
FORWARD = "void relu_forward_T(const T *x, T *y, KEPT *mask, int64_t n)"
BACKWARD = "void relu_backward_T(const T *g, const KEPT *mask, T *dx, int64_t n)"
SHAPES = dict.fromkeys(("x", "y", "mask"), "*n")
RELU, LOSS = at_points("relu"), at_points("mean_squared_error")
KINDS = ["bool", "uint8_t", "int8_t", "int32_t", "int64_t", "uint64_t", "float", "double"]
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc here: no C code was tried")


@pytest.fixture
def built(tmp_path):
    """The shared library with these macros defined."""

    def build(*macros: str) -> Path:
        path = tmp_path / f"kept{len(list(tmp_path.iterdir()))}.so"  # one loaded before is not read again
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", *macros, str(SOURCE), "-o", str(path)], check=True)
        return path

    return build


def kept(library, kind, backward=None):
    described = Native(library, FORWARD.replace("KEPT", kind), BACKWARD.replace("KEPT", backward or kind), SHAPES)
    return check(described, RELU, ("float64", "float32"), lengths=())


@needs_gcc
@pytest.mark.parametrize("kind", KINDS)
def test_what_forward_keeps_has_a_type_of_its_own(built, kind):
    report = kept(built(f"-DKEPT={kind}"), kind)
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.dtype for r in report.results} == {"float64", "float32"}


@needs_gcc
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_is_guarded(built, kind):
    assert broken(kept(built(f"-DKEPT={kind}", "-DPAST=1"), kind)) == {("bounds", "mask")}
    said = broken(kept(built(f"-DKEPT={kind}", "-DLAST=n-1"), kind))
    assert (said == {("unwritten", "mask")}) is (kind not in ("bool", "uint8_t", "int8_t"))


@needs_gcc
def test_what_is_kept_is_read_as_it_was_written(built):
    [said, *_] = kept(built("-DKEPT=int32_t"), "int32_t", "int64_t").failures
    assert "backward_T takes mask as int64, and forward wrote it as int32: declare it alike in both" in said.text


@needs_gcc
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("T *y", "writes y as int32, and was asked in float64: its type must be T, or that of a format"),
        ("const T *x", "takes x as int32, and was asked in float64: its type must be T, or that of a format"),
    ],
)
def test_what_is_judged_is_of_a_format(built, what, said):
    forward = FORWARD.replace("KEPT", "int64_t").replace(what, what.replace("T", "int32_t"))
    native = Native(built(), forward, BACKWARD.replace("KEPT", "int64_t"), SHAPES)
    assert said in check(native, RELU, ("float64",), lengths=()).failures[0].text


@needs_gcc
def test_a_loss_has_no_axes(built):
    forward = "void mse_forward_T(T const *yhat, T const *target, T *y, int64_t n)"
    backward = "void mse_backward_T(T const *g, T const *yhat, T const *target, T *dyhat, int64_t n)"
    fast = Native(built(), forward, backward, {"yhat": "*n", "target": "*n", "y": ""})
    report = check(fast, LOSS, lengths=())
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.argument for r in report.results} == {"y", "yhat"}


@pytest.mark.parametrize(("dtype", "told"), [("bool", False), ("int8", False), ("int32", True), ("uint64", True)])
def test_of_one_byte_every_number_may_be_meant(dtype, told):
    guarded = Guarded((2, 3), np.dtype(dtype))
    guarded.array[0] = 1
    if told:
        with pytest.raises(Broken, match="f never wrote 3 of the 6 entries of mask"):
            guarded.examine("f", "mask")
    else:
        guarded.examine("f", "mask")
    guarded.bits[64 + 6] = 0
    with pytest.raises(Broken, match="wrote outside of mask: at entry 6, where the last is 5"):
        guarded.examine("f", "mask")
