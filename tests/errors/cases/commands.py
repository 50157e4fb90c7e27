"""What is typed: words that are none, files that cannot be written, packages that are not installed."""

import builtins
from pathlib import Path
from types import SimpleNamespace

from jacobians.layers import find
from jacobians.timing.bench import Sweep, bench
from jacobians.timing.peers import elsewhere
from jacobians.timing.plot import draw

NO_SPACE = OSError(28, "No space left on device")


def check(*words):
    return lambda at: at.typed("check", *words)


def relu(*words):
    return check("--layer", "relu", *words)


def linear(at, *words):
    return check("--layer", "linear", "--at", at, *words)


def full(*words):
    """Type a command where there is no space left for the file that it is to write."""

    def typed(at):
        at.failing(Path, "write_text", NO_SPACE)
        return at.typed(*words, after=True)

    return typed


def without(package, *words):
    def typed(at):
        at.without(package)
        return at.typed(*words)

    return typed


def docs_nowhere(at):
    def pdoc(*args, **kwargs):
        raise NO_SPACE

    at.standing_in("pdoc", pdoc=pdoc)
    at.standing_in("pdoc.render", configure=lambda **kwargs: None)
    return at.typed("docs", "--out", "api")


def new_in_a_full_folder(at):
    at.failing(builtins, "open", OSError(28, "No space left on device", "odd.py"))
    return at.typed("new", "layer", "odd")


def new_twice(at):
    at.file("", "odd.py")
    return at.typed("new", "layer", "odd")


def bench_of_what_is_wrong(at):
    import reference.relu

    at.patch.setattr(reference.relu, "backward", lambda g, saved: {"x": 2 * g})
    list(bench("relu", Sweep((2,), (1,), ["float64"], (1,), 0.01), lambda text: None))


def plot_that_cannot_be_drawn(at):
    import jacobians.timing.plot

    def savefig(path):
        raise ValueError("Format 'xyz' is not supported")

    figure = SimpleNamespace(add_subplot=lambda *where: None, savefig=savefig)
    at.standing_in("matplotlib.figure", Figure=lambda **kwargs: figure)
    at.patch.setattr(jacobians.timing.plot, "_times", lambda axes, rows: None)
    at.patch.setattr(jacobians.timing.plot, "_roofline", lambda axes, rows: None)
    draw([SimpleNamespace(layer="relu", batch=1, dtype="float64", threads=1)], "a.xyz")  # type: ignore[list-item]


def peer_that_torch_has_not(at):
    from jacobians.timing.peers.eager import Eager

    Eager("shift", find("shift"))


def plot_without_matplotlib(at):
    at.without("matplotlib.figure")
    draw([], "a.png")


CASES = {
    "api_pages.py": {
        "the API reference is written by pdoc: pip install '.[docs]'": without("pdoc", "docs", "--out", "api"),
        "--out api: cannot be written to (No space left on device)": docs_nowhere,
    },
    "benching.py": {
        "--json none/b.json: there is no folder 'none' to write it in": lambda at: at.typed(
            "bench", "--json", "none/b.json"
        ),
        "--dtype float16: float16 is not timed; write float64 and float32": lambda at: at.typed(
            "bench", "--dtype", "float16"
        ),
        "--dtype : none is not timed": lambda at: at.typed("bench", "--dtype", ""),
        "--sizes names none: write whole numbers such as 8,16,32": lambda at: at.typed("bench", "--sizes", ","),
        "nothing was measured, as every point was left out: write smaller --sizes, or allow more": lambda at: at.typed(
            "bench", "relu", "--sizes", "1000", "--memory", "20kB", "--threads", "1", "--peers", "none", after=True
        ),
    },
    "blockwise.py": {
        "the smallest block of rows that L can be cut into, of 1 of the 256 entries of y, takes": linear(
            "x=64x8,W=4x8,b=4", "--memory", "1kB"
        )
    },
    "checking.py": {
        "--at gives the sizes of one layer's arguments: write --layer NAME too": check("--at", "x=64x8"),
        "--convention says how a FILE is written: give the file too": check("--convention", "cs231n"),
        "mine.py: which layer is it? Write --layer NAME": check("mine.py"),
        "--setting at_one=1: ReLU has the settings at_zero; write NAME=VALUE": relu("--setting", "at_one=1"),
        "'half' is no number, tuple or quoted string": relu("--setting", "at_zero=half"),
        "--json none/a.json: there is no folder 'none' to write it in": relu("--json", "none/a.json"),
        "--json .: that is a folder; give the path of a file": relu("--json", "."),
        "conv2d at --memory: a sparse Jacobian of 36 × 168 takes": check("--layer", "conv2d", "--memory", "1kB"),
        "a.json: could not be written (No space left on device)": full(
            "check", "--layer", "shift", "--dtype", "float32", "--json", "a.json"
        ),
    },
    "checking_large.py": {
        "--at x=64x8,W=4x9,b=4: the layer cannot take arguments of these sizes (": linear("x=64x8,W=4x9,b=4"),
    },
    "commands/_options.py": {
        "argument --html: '' is no file: write the path of one": check("--html="),
        "argument --json: '' is no file: write the path of one": check("--json="),
        "argument --plot: '' is no file: write": lambda at: at.typed("show", "relu", "--plot", ""),
        "argument --out: '' is no file: write": lambda at: at.typed("grade", "mine.py", "--out", ""),
        "'0' is no size to look at: write a whole number from 1 to": lambda at: at.typed("show", "relu", "--size", "0"),
        "'much' is no amount of memory: write one such as 500MB or 2GB": check("--memory", "much"),
        "'1e400' is no amount of memory: write": check("--memory", "1e400"),
        "'1e308TB' is no amount of memory: write": check("--memory", "1e308TB"),
    },
    "commands/check.py": {
        "'-1' is no seed: write a whole number from 0 on": check("--seed=-1"),
        "'a' are no lengths: write whole numbers such as 17,33,65": check("--lengths", "a"),
    },
    "completing.py": {
        "completion needs the package shtab: pip install": without("shtab", "completion", "bash"),
    },
    "new_layer.py": {
        "'import' cannot be the name of a layer: it is a word of Python; write 'import_layer'": (
            lambda at: at.typed("new", "layer", "import")
        ),
        "'MyGelu' cannot be the name of a layer: write small letters, digits and _, such as 'my_gelu'": (
            lambda at: at.typed("new", "layer", "MyGelu")
        ),
        "there is a layer 'leaky_relu' already: choose another name": lambda at: at.typed("new", "layer", "leakyrelu"),
        "there is no folder 'none' to write odd.py in: make it first": lambda at: at.typed(
            "new", "layer", "odd", "--into", "none"
        ),
        "odd.py is there already, and nothing is overwritten: choose another name": new_twice,
        "odd.py: could not be written (No space left on device)": new_in_a_full_folder,
    },
    "sized.py": {
        "--at x=64x: 'x=64x' is no size: write one such as x=64x4096, for each argument": linear("x=64x"),
        "--at x=6,x=7: two sizes for x: write one": linear("x=6,x=7"),
        "--at gives arguments of 80 TB, and there is room for": linear("x=1000000000x10000,W=4x10000,b=4"),
        "--at gives a y of 8 TB, and there is room for": linear("x=100000x1,W=10000000x1,b=1"),
        "--at gives no size for b: Linear takes x, W and b": linear("x=64x8,W=4x8"),
        "--at gives a size for w: Linear takes x, W and b. Did you mean 'W'?": linear("x=64x8,w=4x8,b=4"),
        "--at x=: its first size is the number of examples: write x=64": linear("x=,W=4x8,b=4"),
    },
    "timing/bench.py": {"relu in float64 is FAIL, and code that is not right is not timed": bench_of_what_is_wrong},
    "timing/machine.py": {
        "timing pins threads with threadpoolctl: pip install '.[bench]'": without(
            "threadpoolctl", "bench", "relu", "--sizes", "2", "--seconds", "0.01"
        ),
    },
    "timing/peers/__init__.py": {
        "no peer is called 'torhc': write some of torch, torch-compiled, jax and autograd. Did you mean 'torch'?": (
            lambda at: at.typed("bench", "relu", "--peers", "torhc")
        ),
        "the peer torch needs torch, which is not installed: pip install '.[torch]'": without(
            "torch", "bench", "relu", "--peers", "torch"
        ),
        "the peer autograd needs autograd, which is not installed: pip install autograd": without(
            "autograd", "bench", "relu", "--peers", "autograd"
        ),
    },
    "timing/peers/eager.py": {"PyTorch has no shift of its own": peer_that_torch_has_not},
    "timing/peers/elsewhere.py": {"none has no twin in reference/": lambda at: elsewhere.twin_in("jax", "none")},
    "timing/plot.py": {
        "a plot needs matplotlib: pip install '.[plot]'": plot_without_matplotlib,
        "--plot a.xyz: could not be drawn there (Format 'xyz' is not supported)": plot_that_cannot_be_drawn,
    },
}
