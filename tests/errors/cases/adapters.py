"""Code that is named and not there, notebooks that are none, layers of a person's own."""

import ctypes
import importlib
from pathlib import Path

import numpy as np

from jacobians import check_function
from jacobians.adapters import matching, wrap
from jacobians.adapters.local import Local
from jacobians.adapters.native import Native
from jacobians.adapters.source import read_source, source_text
from jacobians.layers import find

ARGUMENTS = {"x": np.linspace(0.5, 2, 6).reshape(2, 3)}
FORWARD, BACKWARD = "void f(const T *x, T *y, int64_t n)", "void b(const T *g, T *dx, int64_t n)"


class Fast:
    @staticmethod
    def forward(x):
        return 2 * x, None

    @staticmethod
    def backward(g, saved):
        return {"x": 2 * g}


def loose(forward=lambda x: 2 * x, arguments=ARGUMENTS, **more):
    """A layer of a person's own, checked against code that doubles."""
    return lambda at: check_function(forward, Fast, arguments, **more)


def native(forward=FORWARD, backward=BACKWARD, shapes=None, library=None):
    """C functions so described."""
    here = library or ctypes.CDLL(None)
    return lambda at: Native(here, forward, backward, shapes or {"x": "n", "y": "n"})


def cells(*sources):
    return lambda at: source_text(at.notebook(*sources).encode(), "hw.ipynb")


def no_notebook(text):
    return lambda at: source_text(text.encode(), "hw.ipynb")


def unreadable(at):
    path = at.file("x = 1")
    at.failing(Path, "read_bytes", PermissionError(13, "Permission denied"))
    read_source(path)


def spec(text, module=""):
    """Check what ADAPTER:FILE:OBJECT names, one file being there."""

    def typed(at):
        at.file(module, "mine_of_the_errors.py")
        at.patch.syspath_prepend(str(at.folder))
        return at.typed("check", text, "--layer", "relu")

    return typed


def without_its_library(at):
    def missing(name):
        raise ModuleNotFoundError("No module named 'jax'", name="jax")

    at.patch.setattr(importlib, "import_module", missing)
    wrap.get("jax")


def broken_install(at):
    at.failing(importlib, "import_module", OSError("libtorch_cpu.so: cannot open shared object file"))
    wrap.get("torch")


def call_of_torch(at):
    import torch

    class Odd(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, g):
            return g

    from jacobians.adapters.torch import adapt

    adapt(Odd, find("linear"))


def to_torch(target, device="cpu"):
    def adapted(at):
        from jacobians.adapters.torch import adapt

        adapt(target, find("relu"), device)

    return adapted


def to_jax(at):
    from jacobians.adapters.jax import adapt

    adapt(3, find("relu"))


def class_to_jax(at):
    from jacobians.adapters.jax import adapt

    adapt(Fast, find("relu"))


CASES = {
    "adapters/jax.py": {
        "int is a value of type int: name a function of JAX arrays that returns y": to_jax,
        "Fast is a class: name a function of JAX arrays that returns y": class_to_jax,
    },
    "adapters/local.py": {
        "hw.ipynb could not be loaded: it raised ImportError: cannot import name": lambda at: Local(
            Path(at.file(at.notebook("from math import none"), "hw.ipynb"))
        ),
    },
    "adapters/loose.py": {
        "L of x has the shape [6, 5]: it must have a row for each of the 6 entries of y and a column": loose(
            L={"x": lambda x: np.ones((6, 5))}
        ),
        "forward raised ValueError: no": loose(lambda x: int("no")),
        "forward gives numbers of int64 at the arguments: y must be an array of finite float64": loose(
            lambda x: np.arange(6)
        ),
        "L of x, entry [0, 0]: ": loose(L={"x": lambda x: 3 * np.eye(6)}),
        "arguments['x'] is an array of complex128: give real numbers": loose(arguments={"x": np.ones(2) * 1j}),
        "arguments['x'] has entries that are not finite": loose(arguments={"x": np.array([1.0, np.nan])}),
        "arguments is empty: give an example of each": loose(lambda: 0, {}),
        "forward takes x, and arguments has z: give each by its name": loose(arguments={"z": np.ones(2)}),
        "theta names 'w'; the arguments are x": loose(theta=("w",)),
    },
    "adapters/matching.py": {
        "f takes p, and the layer has the arguments x and gamma: name its parameters like them": lambda at: (
            matching.in_call(lambda p: 0, ("x", "gamma"), (), "f")
        ),
    },
    "adapters/native.py": {
        "f writes out: one of its outputs must be called y": native(
            FORWARD.replace("*y", "*out"), shapes={"x": "n", "out": "n"}
        ),
        "y has no shape: write shapes={'y': …}": native(shapes={"x": "n"}),
        "none.so' could not be loaded: ": lambda at: Native("none.so", FORWARD, BACKWARD, {}),
    },
    "adapters/prototype.py": {
        "'f' is no C prototype: write void f(const T *x, T *y, int64_t n)": native("f"),
        "'quad *x' is no parameter that can be passed: write TYPE *NAME": native("void f(quad *x, T *y)"),
    },
    "adapters/source.py": {
        "none.py: there is no such file; give the path of a Python file or a notebook": (
            lambda at: read_source(at.folder / "none.py")
        ),
        "mine.py could not be read (Permission denied)": unreadable,
        "'hw.txt' is a .txt file: give a Python file or a notebook (.py, .ipynb)": lambda at: source_text(
            b"", "hw.txt"
        ),
        "hw.ipynb has 33 MiB: at most 32 are read; clear its outputs": lambda at: source_text(
            b" " * (33 << 20), "hw.ipynb"
        ),
        "hw.ipynb has 1,200,000 characters of code: nobody writes more than 1,000,000": cells("x = 1\n" * 200_000),
        "hw.py is not a text file in UTF-8: give a Python file or a notebook": lambda at: source_text(b"\xff", "hw.py"),
        "hw.ipynb: cell 1 is not valid Python: line 1, `def f(:`": cells("def f(:\n    pass"),
        "hw.ipynb: cell 1 is not valid Python: it holds what is no character, or is nested too deeply": cells(
            "-" * 100_000 + "1"
        ),
        "hw.ipynb is not a notebook: it is not JSON; save it again as .ipynb": no_notebook("{"),
        "hw.ipynb is a notebook of format 3: save it in format 4": no_notebook('{"worksheets": [{"cells": []}]}'),
        "hw.ipynb is not a notebook: it has no list of cells": no_notebook("[]"),
    },
    "adapters/torch.py": {
        "torch:int is a value of type int: name an autograd.Function, an nn.Module": to_torch(3),
        "torch: no tensor can be put on the device 'gpu': ": to_torch(abs, "gpu"),
    },
    "adapters/torch_call.py": {
        "forward takes x, and the layer has the arguments x, W and b": call_of_torch,
    },
    "adapters/wrap.py": {
        "<lambda> is a function: say whose arrays it takes, adapter": lambda at: wrap.fast_of(
            lambda x: x, find("relu")
        ),
        "no adapter is called 'trch': write one of": spec("trch:m:f"),
        "jax: needs the package jax, which is not installed: pip install jax": without_its_library,
        "torch: its library could not be imported: mend the installation until `import torch` works": broken_install,
        "native: names no code: write native:package.module:OBJECT or native:file.py:OBJECT": spec("native:"),
        "mine_of_the_errors.py has no 'Dubble'. Did you mean 'Double'?": spec(
            "native:mine_of_the_errors.py:Dubble", "class Double: pass\n"
        ),
        "no module is called 'none_at_all', here or among the installed ones": spec("native:none_at_all:f"),
        "mine_of_the_errors could not be imported: it raised ModuleNotFoundError: No module named 'none": spec(
            "native:mine_of_the_errors:f", "import none_at_all\n"
        ),
        "mine_of_the_errors could not be imported: it raised SystemExit": spec(
            "native:mine_of_the_errors:f", "raise SystemExit\n"
        ),
    },
}
