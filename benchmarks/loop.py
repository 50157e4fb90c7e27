"""A plain one-thread C loop for g · L, compiled here and now: what a literal product costs at least.

for each row i, for each entry k of it:  out[column k] += g[i] · L[k]
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from jacobians.errors import BadFile

_FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")
_SOURCE = r"""
#define LOOPS(T, name) \
void sparse_##name(int m, int n, const T *restrict g, const T *restrict L, const int *restrict column, \
        const int *restrict start, T *restrict out) { \
    for (int j = 0; j < n; j++) out[j] = 0; \
    for (int i = 0; i < m; i++) \
        for (int k = start[i]; k < start[i + 1]; k++) out[column[k]] += g[i] * L[k]; \
} \
void dense_##name(int m, int n, const T *restrict g, const T *restrict L, T *restrict out) { \
    for (int j = 0; j < n; j++) out[j] = 0; \
    for (int i = 0; i < m; i++) \
        for (int j = 0; j < n; j++) out[j] += g[i] * L[(long)i * n + j]; \
}
LOOPS(double, float64)
LOOPS(float, float32)
"""


@cache
def compiler() -> str:
    """The compiler's own words about its version, and the flags.

    Raises:
        BadFile: there is no C compiler.
    """
    if shutil.which("cc") is None:
        raise BadFile("the plain loop is compiled by `cc`, and there is none: install a C compiler")
    said = subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout
    return f"{said.splitlines()[0]}, {' '.join(_FLAGS[:2])}"


@cache
def _library() -> Any:
    compiler()
    folder = tempfile.mkdtemp(prefix="jacobians-loop-")
    source, library = Path(folder, "loop.c"), Path(folder, "loop.so")
    source.write_text(_SOURCE, encoding="utf-8")
    subprocess.run(["cc", *_FLAGS, "-o", str(library), str(source)], check=True)
    loaded = ctypes.CDLL(str(library))
    shutil.rmtree(folder)
    return loaded


def loop(g: np.ndarray, L: Any) -> tuple[Callable[[], Any], np.ndarray]:
    """A call of the loop for this g and L, float64 or float32, and the array that it writes g · L to.

    Args:
        g: a row, contiguous, of L's type.
        L: contiguous, or a csr_array with int32 indices.
    """
    out = np.empty(L.shape[1], L.dtype)
    held = (g, L.data, L.indices, L.indptr, out) if sparse.issparse(L) else (g, L, out)
    if not all(a.flags.c_contiguous for a in held) or (sparse.issparse(L) and L.indptr.dtype != np.int32):
        raise ValueError("the loop takes contiguous arrays, and int32 indices")
    function = getattr(_library(), f"{'sparse' if sparse.issparse(L) else 'dense'}_{L.dtype.name}")
    arguments = (L.shape[0], L.shape[1], *(ctypes.c_void_p(a.ctypes.data) for a in held))

    def call() -> Any:
        function(*arguments)
        return held  # the arrays live as long as the call

    return call, out
