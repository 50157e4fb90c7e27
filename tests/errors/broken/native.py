"""C functions that write where they should not, or are described as what they are not."""

import shutil
import subprocess

import pytest

from jacobians.adapters.native import Native

# A rectifier, and backward with one mistake each. The last keeps a mask for backward.
SOURCE = """
#include <stdint.h>
#define EACH for (int64_t i = 0; i < n; i++)
#define BACKWARD(name) void name##_double(const double *g, const double *x, double *dx, int64_t n)
void f_double(const double *x, double *y, int64_t n) { EACH y[i] = x[i] > 0 ? x[i] : 0; }
BACKWARD(b) { EACH dx[i] = x[i] >= 0 ? g[i] : 0; }
BACKWARD(adds) { EACH dx[i] += x[i] >= 0 ? g[i] : 0; }
BACKWARD(left) { EACH if (x[i] >= 0) dx[i] = g[i]; }
BACKWARD(behind) { b_double(g, x, dx, n); dx[n] = 0; }
BACKWARD(before) { b_double(g, x, dx, n); dx[-1] = 0; }
void kept_double(const double *x, double *y, int32_t *mask, int64_t n) { f_double(x, y, n); EACH mask[i] = x[i] >= 0; }
"""
FORWARD, BACKWARD = "void f_T(const T *x, T *y, int64_t n)", "void b_T(const T *g, const T *x, T *dx, int64_t n)"
KEPT = "void kept_T(const T *x, T *y, int32_t *mask, int64_t n)"
SHAPES = {"x": "*n", "y": "*n"}


def native(forward=FORWARD, backward=BACKWARD, layer="relu", dtype="float64", accumulates=(), **shapes):
    """The report on functions of the source so described."""

    def report(at):
        if shutil.which("gcc") is None:
            pytest.skip("no gcc here: no C code was tried")
        library = at.folder / "mine.so"
        command = ["gcc", "-shared", "-fPIC", "-x", "c", at.file(SOURCE, "mine.c"), "-o", str(library)]
        subprocess.run(command, check=True)
        return at.reported(Native(library, forward, backward, SHAPES | shapes, accumulates), layer, (dtype,))

    return report


def backward(name):
    return native(backward=BACKWARD.replace("b_T", f"{name}_T"))


CASES = {
    "adapters/guarded_array.py": {
        "behind_double wrote outside of dx: at entry 30, where the last is 29": backward("behind"),
        "before_double wrote outside of dx: at 1 before the first entry": backward("before"),
        "entries of dx, the first at [0, 0, 1]: it arrives uninitialised, write every entry": backward("left"),
        "adds_double adds to what is in dx when it arrives, at entry [0, 0, ": backward("adds"),
    },
    "adapters/native.py": {
        "the gradient of x is declared to accumulate, and what was there before is gone: write += for =": native(
            accumulates=["dx"]
        ),
        "the library has no function 'g_double': in C++ declare it extern": native(FORWARD.replace("f_T", "g_T")),
        "b_T takes mask as int64, and forward wrote it as int32: declare it alike in both": native(
            KEPT, BACKWARD.replace("const T *x", "const int64_t *mask"), mask="*n"
        ),
        "b_T takes 'k', which nothing here is called: there are x, y, g and n": native(
            backward=BACKWARD.replace("int64_t n", "int64_t k")
        ),
        "f_T takes by as float16 by value: write double": native(
            FORWARD.replace("int64_t n", "T by"), layer="scale", dtype="float16"
        ),
        "the axis 'k' of mask is one of no argument, and its length unknown: name it as theirs": native(KEPT, mask="k"),
        "f_T writes y as float32, and was asked in float64: give --dtype float32": native(
            FORWARD.replace("T *y", "float *y")
        ),
        "f_T takes x as int32, and was asked in float64: its type must be T, or that of a format": native(
            FORWARD.replace("const T *x", "const int32_t *x")
        ),
    },
}
