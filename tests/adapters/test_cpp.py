"""C++ is called by C names: templates behind extern "C", whose statistics are double whatever the type on trial."""

import shutil
import subprocess
from pathlib import Path

import pytest

from jacobians.adapters.native import Native
from jacobians.verify.check import check
from jacobians.verify.results import Verdict

from ..verify.trials import at_points, broken

SOURCE = Path(__file__).with_name("rms_norm.cpp")
FORWARD = "void rms_forward_T(T const *x, T const *gamma, T *y, double *rstd, int64_t rows, int64_t n, double eps)"
BACKWARD = """void rms_backward_T(T const *g, T const *x, T const *gamma, double const *rstd, T *dx, T *dgamma,
              int64_t rows, int64_t n)"""
SHAPES = {"x": "*rows n", "gamma": "n", "y": "*rows n", "rstd": "*rows"}
pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="no g++ here: no C++ was tried")


@pytest.fixture
def tried(tmp_path):
    """The report on the library with these macros defined."""

    def build_and_try(*macros: str):
        library = tmp_path / "rms.so"
        subprocess.run(["g++", "-O1", "-shared", "-fPIC", *macros, str(SOURCE), "-o", str(library)], check=True)
        return check(Native(library, FORWARD, BACKWARD, SHAPES), at_points("rms_norm"), lengths=())

    return build_and_try


def test_a_template_passes_in_both_types(tried):
    report = tried()
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.dtype for r in report.results} == {"float64", "float32"}


def test_a_mistake_is_named(tried):
    assert broken(tried("-DN=1")) == {("gradient", "x")}


def test_without_c_names_it_is_said_where_to_look(tried):
    text = tried("-DLINKAGE=").failures[0].text
    assert "the library has no function 'rms_forward_double': in C++ declare it extern \"C\", in Fortran" in text
    assert "rms.so` lists the names that it has" in text
