"""Fortran is called by the prototypes that C would give it: every argument by address, the last index the slowest."""

import shutil
import subprocess
from pathlib import Path

import pytest

from jacobians.adapters.native import Native
from jacobians.verify.check import check
from jacobians.verify.results import Verdict

from ..verify.trials import at_points

SOURCE = Path(__file__).with_name("linear.F90")
LENGTHS = "const int64_t *rows, const int64_t *n, const int64_t *m"
FORWARD = f"void linear_forward_T_(const T *x, const T *W, const T *b, T *y, {LENGTHS})"
BACKWARD = f"void linear_backward_T_(const T *g, const T *x, const T *W, T *dx, T *dW, T *db, {LENGTHS})"
SHAPES = {"x": "*rows n", "W": "m n", "b": "m", "y": "*rows m"}
pytestmark = pytest.mark.skipif(shutil.which("gfortran") is None, reason="no gfortran here: no Fortran was tried")


@pytest.fixture
def built(tmp_path):
    """The shared library of both types with these macros defined."""

    def build(*macros: str) -> Path:
        for name, kind in (("float", "4"), ("double", "8")):
            command = ["gfortran", "-O1", "-fPIC", "-c", f"-DT={name}", f"-DKIND={kind}", *macros, str(SOURCE)]
            subprocess.run([*command, "-o", f"{name}.o"], check=True, capture_output=True, cwd=tmp_path)
        library = tmp_path / "linear.so"
        subprocess.run(["gfortran", "-shared", "float.o", "double.o", "-o", library], check=True, cwd=tmp_path)
        return library

    return build


@pytest.mark.parametrize(
    ("macros", "wrong"),
    [
        ([], set()),
        (["-DW_SHAPE=m, n"], {("gradient", "x")}),
        (["-DDB=g(:, rows)"], {("gradient", "b")}),
        (["-DDB=sum(g, 2) / rows"], {("gradient", "b")}),
    ],
    ids=["right", "W read as C reads it", "the last example's only", "mean for sum"],
)
def test_a_layer_in_fortran(built, macros, wrong):
    report = check(Native(built(*macros), FORWARD, BACKWARD, SHAPES), at_points("linear"), lengths=())
    assert {(r.claim, r.argument) for r in report.failures} == wrong
    assert {r.dtype for r in report.results} == {"float64", "float32"}
    assert wrong or report.verdict is Verdict.PASS
