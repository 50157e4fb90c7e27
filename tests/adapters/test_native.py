"""C code is called by its prototypes, and what it does to memory is seen; each planted mistake is named."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from jacobians.adapters.guarded_array import Guarded
from jacobians.adapters.native import Native
from jacobians.adapters.prototype import Parameter, prototype
from jacobians.errors import BadFile
from jacobians.verify.check import check
from jacobians.verify.door import Broken
from jacobians.verify.results import Verdict

from ..verify.trials import at_points

SOURCE = Path(__file__).with_name("rms_norm.c")
FORWARD = "void rms_forward_T(const T *x, const T *gamma, T *y, T *rstd, int64_t rows, int64_t n, double eps);"
BACKWARD = """void rms_backward_T(const T *g, const T *x, const T *restrict gamma, const T *rstd, T *dx, T *dgamma,
              const int64_t *rows, int64_t n)"""  # rows by pointer, as Fortran has it
SHAPES = {"x": "*rows n", "gamma": "n", "y": "*rows n", "rstd": "*rows"}
LAYER = at_points("rms_norm", "typical", "rows of one")
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc here: no C code was tried")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The shared library with these macros defined."""

    def build(*macros: str) -> Path:
        path = tmp_path_factory.getbasetemp() / ("rms" + "".join(c if c.isalnum() else "_" for c in "".join(macros)))
        if not path.exists():
            command = ["gcc", "-O1", "-shared", "-fPIC", *macros, str(SOURCE), "-o", str(path), "-lm"]
            subprocess.run(command, check=True, capture_output=True)
        return path

    return build


def tried(library, accumulates=(), **prototypes):
    fast = Native(
        library, prototypes.get("forward", FORWARD), prototypes.get("backward", BACKWARD), SHAPES, accumulates
    )
    return check(fast, LAYER, ("float64", "float32"), lengths=())


def claims(report):
    return {(r.claim, r.argument) for r in report.failures}


@needs_gcc
def test_right_code_passes_in_both_types(built):
    report = tried(built())
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.dtype for r in report.results} == {"float64", "float32"}
    assert {r.argument for r in report.results} == {"y", "x", "gamma"}


@needs_gcc
@pytest.mark.parametrize(
    ("macro", "claim"),
    [
        ("-DROWS=(count-1)", ("unwritten", "x")),
        ("-DZERO=0", ("adds", "gamma")),
        ("-DPAST=1", ("bounds", "x")),
        ("-DADD==", ("gradient", "gamma")),
        ("-DN=1", ("gradient", "x")),
    ],
    ids=["last row dropped", "not zeroed", "past the end", "= for +=", "no mean"],
)
def test_a_mistake_is_named(built, macro, claim):
    assert claim in claims(tried(built(macro)))


@needs_gcc
def test_what_accumulates_must_add(built):
    assert tried(built("-DZERO=0"), ["dgamma"]).verdict is Verdict.PASS
    assert claims(tried(built(), ["dgamma"])) == {("overwrites", "gamma")}


@needs_gcc
def test_another_type_and_a_missing_function_are_said(built):
    only = FORWARD.replace("T *", "float *").replace("_T", "_float")
    texts = [r.text for r in tried(built(), forward=only).failures if r.dtype == "float64"]
    assert "rms_forward_float writes y as float32, and was asked in float64: give --dtype float32" in texts[0]
    only = FORWARD.replace("const T *x", "const float *x")
    texts = [r.text for r in tried(built(), forward=only).failures if r.dtype == "float64"]
    assert "rms_forward_T takes x as float32, and was asked in float64: give --dtype float32" in texts[0]
    report = tried(built(), forward=FORWARD.replace("forward", "fwd"))
    assert "the library has no function 'rms_fwd_double'" in report.failures[0].text


@pytest.mark.parametrize(
    ("forward", "shapes", "said"),
    [
        ("rms_forward", SHAPES, "is no C prototype"),
        (FORWARD.replace("const T *x", "quad *x"), SHAPES, "'quad *x' is no parameter"),
        (FORWARD.replace("*y", "*out"), SHAPES | {"out": "n"}, "one of its outputs must be called y"),
        (FORWARD, {"x": "*rows n", "gama": "n", "y": "n", "rstd": "n"}, "Did you mean 'gama'?"),
    ],
)
def test_a_description_that_cannot_be_read(forward, shapes, said):
    with pytest.raises(BadFile) as caught:
        Native(np.ctypeslib.ctypes.CDLL(None), forward, BACKWARD, shapes)
    assert said in str(caught.value)


def test_a_library_that_is_not_there():
    with pytest.raises(BadFile, match=r"the library .*none\.so' could not be loaded"):
        Native("none.so", FORWARD, BACKWARD, SHAPES)


def test_a_prototype_is_read():
    name, parameters = prototype("extern void f(const float *restrict x, double y[], unsigned int n, long long k)")
    assert name == "f"
    assert [(p.name, p.type, p.pointer, p.const) for p in parameters] == [
        ("x", "float32", True, True),
        ("y", "float64", True, False),
        ("n", "int32", False, False),
        ("k", "int64", False, False),
    ]


@pytest.mark.parametrize("text", ["const T *x", "T const *x", "T const*x", "T const *restrict x", "const T x[]"])
def test_what_is_const_on_either_side_of_its_type_is_read(text):
    assert prototype(f"void f({text}, T *const y)")[1] == [
        Parameter("x", "T", True, True),
        Parameter("y", "T", True, False),
    ]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_a_guarded_array_tells_what_was_done_to_it(dtype, rng):
    dtype = np.dtype(dtype) if dtype != "bfloat16" else np.dtype(pytest.importorskip("ml_dtypes").bfloat16)
    said = {}
    for what in ("all", "left", "added", "before", "behind"):
        guarded = Guarded((2, 3), dtype)
        if what == "added":
            with np.errstate(invalid="ignore"):
                guarded.array += dtype.type(1)
        guarded.array[: 1 if what in ("left", "added") else 2] = rng.standard_normal(3)
        if what in ("before", "behind"):
            guarded.bits[63 if what == "before" else 64 + 6] = 0
        try:
            guarded.examine("f", "dx")
        except Broken as fault:
            said[what] = (fault.claim, fault.argument)
    if dtype.name == "bfloat16":  # ml_dtypes makes every NaN the same one, which C does not
        said.setdefault("added", ("adds", "x"))
    assert said == {
        "left": ("unwritten", "x"), "added": ("adds", "x"), "before": ("bounds", "x"), "behind": ("bounds", "x")
    }  # fmt: skip


def test_numba_needs_no_adapter():
    numba = pytest.importorskip("numba", reason="no numba here: no Numba code was tried")

    class Compiled:
        forward = staticmethod(numba.njit(lambda x: (np.maximum(x, 0), x)))

        @staticmethod
        def backward(g, x):
            return {"x": gate(np.ascontiguousarray(g), np.ascontiguousarray(x))}

    @numba.njit
    def gate(g, x):
        d = np.empty_like(g)
        for k in range(g.size):
            d.flat[k] = g.flat[k] if x.flat[k] >= 0 else 0
        return d

    layer = at_points("relu")
    assert check(Compiled, layer, ("float32",), lengths=()).verdict is Verdict.PASS


def test_cffi_needs_no_adapter():
    cffi = pytest.importorskip("cffi", reason="no cffi here: nothing was called through it")
    ffi = cffi.FFI()
    ffi.cdef("double fabs(double);")
    libm = ffi.dlopen(None)

    class Absolute:
        @staticmethod
        def forward(x):
            return np.array([libm.fabs(v) for v in x.ravel()], x.dtype).reshape(x.shape), np.sign(x)

        @staticmethod
        def backward(g, sign):
            return {"x": g * sign}

    layer = at_points("abs")
    assert check(Absolute, layer, ("float64",), lengths=()).verdict is Verdict.PASS
