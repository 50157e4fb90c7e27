"""A course's convention that cannot be read, and code that is not in it."""

import ast

import numpy as np

from jacobians.adapters.conventions.convention import read
from jacobians.adapters.conventions.graph import composed
from jacobians.adapters.conventions.steps import Steps
from jacobians.adapters.conventions.truth import truth

AFFINE = {
    "layer": "linear",
    "names": {"W": "w"},
    "layout": {"w": "m d -> d m"},
    "forward": "out, cache = affine_forward(x, w, b)",
    "backward": "dx, dw, db = affine_backward(dout, cache)",
}


def part(**changed):
    """A convention of one part, in which this is otherwise."""
    said = {k: v for k, v in {**AFFINE, **changed}.items() if v is not None}
    return lambda at: read({"parts": {"affine": said}}, "mine")


def layout(pattern):
    return part(layout={"w": pattern})


def point(**shapes):
    """The points of a part that asks for this one."""

    def drawn(at):
        made = part(points=[shapes])(at).parts["affine"]
        return list(truth(made).points(np.random.default_rng(0), 5))

    return drawn


def graph(text):
    return lambda at: composed(text, "it", "mine, part it")


def given(text, *words):
    """Check a file that holds this."""

    def typed(at):
        at.file(text)
        return at.typed("check", "mine.py", "--convention", *words)

    return typed


def bad_toml(at):
    at.file("[parts.f", "bad.toml")
    return given("", "bad.toml")(at)


def step(line, known):
    """One line of a convention, carried out."""
    return lambda at: Steps(None, known, set(), {}).value(ast.parse(line, mode="eval").body)  # type: ignore[arg-type]


CASES = {
    "adapters/conventions/any.py": {
        "mine.py defines the classes Net, none of them a layer to check: name a class after a layer": given(
            "class Net:\n    def forward(self, x): return x\n    def backward(self, g): return g\n", "chapter"
        )
    },
    "adapters/conventions/axes.py": {
        "the layout 'o i > i o' has no arrow: write our axes -> theirs": layout("o i > i o"),
        "the layout 'o i -> i p' must name the same axes on both sides, each once": layout("o i -> i p"),
        "the layout 'o 2 -> 2 o' has '2': an axis is a name, 1, ... or two names in parentheses": layout("o 2 -> 2 o"),
        "the layout '(o i -> o i' has a parenthesis that nothing closes": layout("(o i -> o i"),
    },
    "adapters/conventions/convention.py": {
        "there is no convention file 'ours.toml': give the path of a TOML file": given("", "ours.toml"),
        "no convention is called 'cs231m': write one of": given("", "cs231m"),
        "bad.toml is not valid TOML: ": bad_toml,
        "convention mine has no parts: write [parts.NAME] with layer, forward and backward": lambda at: read(
            {}, "mine"
        ),
        "convention mine, part f is 3: write a table, [parts.f]": lambda at: read({"parts": {"f": 3}}, "mine"),
        'convention mine, part affine has no layer: write layer = "…"': part(layer=None),
        "has the key 'lay_out', which means nothing. Did you mean 'layout'?": part(lay_out={}),
        "part affine: layout is 'o i -> i o'; write a table, {…}": part(layout="o i -> i o"),
        "part affine: no layer is called 'liner'. Did you mean 'linear'?": part(layer="liner"),
        "part affine: hold has 'at_zero'; linear has none": part(hold={"at_zero": 0.0}),
        "part affine names 'V'; linear has x, W and b, and out": part(names={"V": "w"}),
        "part affine: each is 'one'; write batch, example or entry": part(each="one"),
        "part affine: layout speaks of 'W'; here are b, db, dout, dw, dx, out, w and x": part(
            layout={"W": "o i -> i o"}
        ),
        "part affine: the layout 'o i' has no arrow": layout("o i"),
        "no line of forward assigns 'out', what the course calls the output": part(forward="y, cache = f(x, w, b)"),
        "part affine: no line assigns a gradient; assign dx, dw and db": part(backward="p, q = f(dout, cache)"),
        "the lines read 'cach', which is nothing here. Did you mean 'cache'?": part(backward="dx = f(dout, cach)"),
    },
    "adapters/conventions/find.py": {
        "mine.py defines f; convention cs231n looks for": given("def f(x): return x\n", "cs231n"),
    },
    "adapters/conventions/graph.py": {
        "mine, part it: graph: out: Linear() takes x, W and b": graph("out = linear(x)"),
        "graph: `out = relu(` is not Python": graph("out = relu("),
        "graph: `linear(x, W, b)` should be name = layer(name, …, setting=value)": graph("linear(x, W, b)"),
        "graph: no layer is called 'liner'": graph("out = liner(x)"),
    },
    "adapters/conventions/lines.py": {
        "part affine: forward: `out, cache = f(x` is not Python": part(forward="out, cache = f(x"),
        "`lambda: x` is more than a call, an assignment, an attribute or an item": part(forward="out = f(lambda: x)"),
    },
    "adapters/conventions/part.py": {
        "convention cs231n has no 'afine': it has": given("def f(x): return x\n", "cs231n", "--layer", "afine"),
    },
    "adapters/conventions/steps.py": {
        "`[k for k in x]` cannot stand in the lines of a convention": step("[k for k in x]", {"x": 1}),
        "the lines of the convention read 'y', but have only x": step("y", {"x": 1}),
    },
    "adapters/conventions/truth.py": {
        "point 1 has no shape for b: write b = […], of one example": point(x=[3], W=[2, 3]),
        "point 1 has 'stride': linear has neither an argument nor a setting of that name": point(
            x=[3], W=[2, 3], b=[2], stride=2
        ),
        "point 1: b is {'shape': [2]}; write [3, 2], {shape = [3], below = 2} or": point(
            x=[3], W=[2, 3], b={"shape": [2]}
        ),
        "Linear() has no answer for arguments of these shapes": point(x=[4], W=[2, 3], b=[2]),
    },
}
