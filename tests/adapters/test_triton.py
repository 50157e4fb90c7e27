"""Triton kernels are judged through the function that launches them: on a GPU, or else in Triton's own interpreter."""

import importlib
import os
from unittest import mock

import pytest

from jacobians.verify.check import check
from jacobians.verify.results import Verdict

from ..verify.trials import at_points, broken

torch = pytest.importorskip("torch")
pytest.importorskip("triton", reason="no Triton here: no kernel was tried")

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


@pytest.fixture(scope="module")
def code():
    with mock.patch.dict(os.environ, {} if DEVICE == "cuda" else {"TRITON_INTERPRET": "1"}):
        yield importlib.import_module(".triton_code", __package__)  # the kernels are read as the module is


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Relu", set()),
        ("DropsTheTail", {("gradient", "x")}),
        ("ReadsGAsContiguous", {("strides", "x")}),
    ],
)
def test_a_kernel_is_judged_through_its_wrapper(code, name, wanted):
    from jacobians.adapters.torch import adapt

    layer = at_points("relu")
    report = check(adapt(getattr(code, name), layer, DEVICE), layer, ("float32",), lengths=(17,))
    assert broken(report) == wanted
    assert wanted or report.verdict is Verdict.PASS


@pytest.mark.skipif(DEVICE != "cuda", reason="no CUDA device here: the kernels ran in Triton's interpreter only")
def test_on_a_gpu_the_kernels_run_there(code):
    assert code.Relu.apply(torch.randn(17, device=DEVICE)).is_cuda
