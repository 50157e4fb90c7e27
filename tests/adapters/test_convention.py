"""A convention's file: what each says is read, and what cannot be is refused in one sentence."""

import re

import pytest

from jacobians.adapters.conventions.convention import ANY, convention_names, load, read
from jacobians.adapters.conventions.truth import truth
from jacobians.errors import BadFile, UnknownName

AFFINE = {
    "layer": "linear",
    "names": {"W": "w"},
    "layout": {"w": "m d -> d m"},
    "forward": "out, cache = affine_forward(x, w, b)",
    "backward": "dx, dw, db = affine_backward(dout, cache)",
}


def a_convention(**changed):
    part = {k: v for k, v in {**AFFINE, **changed}.items() if v is not None}
    return read({"description": "…", "parts": {"affine": part}}, "mine")


@pytest.mark.parametrize("name", convention_names())
def test_each_is_read_described_and_has_points_to_ask_at(name, rng):
    convention = load(name)
    assert convention.description
    for part in convention.parts.values():
        if part.layer not in ANY:
            points = list(truth(part).points(rng, 5))
            assert points, part.where
            assert all(set(p.values) == set(part.args) for p in points)


def test_points_of_labels_and_of_probabilities(rng):
    points = [{"p": {"shape": [5, 3], "probabilities": True}, "labels": {"shape": [5], "below": 3}}]
    keys = {"graph": "l = log(p)\nout = nll(l, labels)", "forward": "out = f(p, labels)", "backward": "dp = b()"}
    part = read({"parts": {"it": {**keys, "points": points}}}, "mine").parts["it"]
    for point in truth(part).points(rng, 5):
        p, labels = point.values["p"], point.values["labels"]
        assert (p > 0).all()
        assert abs(p.sum(axis=1) - 1).max() < 1e-15
        assert ((labels >= 0) & (labels < 3)).all()


def test_a_point_that_says_neither_labels_nor_probabilities(rng):
    keys = {"layer": "relu", "forward": "out = f(x)", "backward": "dx = b(dout)", "points": [{"x": {"shape": [3]}}]}
    part = read({"parts": {"relu": keys}}, "mine").parts["relu"]
    with pytest.raises(BadFile, match=r"point 1: x is \{'shape': \[3\]\}; write \[3, 2\], "):
        list(truth(part).points(rng, 5))


def test_names_and_layouts():
    part = a_convention().parts["affine"]
    assert part.course("W") == ("w",)
    assert part.gradients("W") == ("dw",)
    assert part.gradients("out") == ("dout",)
    assert part.patterns("dw", "w") == ("m d -> d m",)
    assert part.wanted == ("affine_forward", "affine_backward")
    assert part.given_gradients == ("x", "W", "b")


def test_what_stands_at_the_top_is_for_all_parts():
    table = {"gradient": "dLd{}", "names": {"x": "A", "out": "Z"}, "keeps_dtype": True}
    own = {"layer": "relu", "forward": "Z = f(A)", "backward": "dLdA = g(dLdZ)"}
    other = {"layer": "mean_squared_error", "forward": "Z = h(yhat, target)", "backward": "dLdyhat = i()"}
    parts = read({**table, "parts": {"relu": own, "mse": other}}, "mine").parts
    assert parts["relu"].gradients("x") == ("dLdA",)
    assert parts["mse"].gradients("yhat") == ("dLdyhat",)
    assert parts["mse"].keeps_dtype


def test_settings_that_the_course_does_not_have_are_held(rng):
    conv = load("cs231n").parts["conv"]
    for point in truth(conv).points(rng, 5):
        assert (point.map.dilation, point.map.groups, point.map.flip) == (1, 1, False)
    assert {p.map.stride for p in truth(conv).points(rng, 5)} >= {1, 2}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"layer": "liner"}, "no layer is called 'liner'. Did you mean 'linear'?"),
        ({"layer": None}, 'part affine has no layer: write layer = "…"'),
        ({"forward": None}, 'has no forward: write forward = "…"'),
        ({"lay_out": {}}, "has the key 'lay_out', which means nothing. Did you mean 'layout'?"),
        ({"layout": "o i -> i o"}, "layout is 'o i -> i o'; write a table, {…}"),
        ({"points": {}}, "points is {}; write a list, […]"),
        ({"layout": {"W": "o i -> i o"}}, "layout speaks of 'W'; here are b, db, dout, dw, dx, out, w and x"),
        ({"layout": {"w": "o i > i o"}}, "has no arrow"),
        ({"names": {"V": "w"}}, "names 'V'; linear has x, W and b, and out"),
        ({"hold": {"at_zero": 0.0}}, "hold has 'at_zero'; linear has none"),
        ({"each": "one"}, "each is 'one'; write batch, example or entry"),
        ({"forward": "y, cache = f(x, w, b)"}, "no line of forward assigns 'out', what the course calls the output"),
        ({"backward": "p, q = f(dout, cache)"}, "no line assigns a gradient; assign dx, dw and db"),
        ({"backward": "dx = f(dout, cach)"}, "the lines read 'cach', which is nothing here. Did you mean 'cache'?"),
        ({"forward": "out, cache = f(x"}, "is not Python"),
        ({"layer": None, "graph": "out = liner(x)"}, "graph: no layer is called 'liner'"),
        ({"layer": None, "graph": "out = linear(x)"}, "graph: out: Linear() takes x, W and b"),
    ],
)
def test_what_cannot_be(changed, said):
    with pytest.raises((BadFile, UnknownName)) as caught:
        a_convention(**changed)
    assert said in str(caught.value)
    assert "convention mine" in str(caught.value)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([{"x": [3], "W": [2, 3]}], "point 1 has no shape for b: write b = […], of one example"),
        ([{"x": [3], "W": [2, 3], "b": [2], "stride": 2}], "point 1 has 'stride': linear has neither"),
        ([{"x": [4], "W": [2, 3], "b": [2]}], "has no answer for arguments of these shapes"),
    ],
)
def test_points_that_cannot_be(points, said, rng):
    part = a_convention(points=points).parts["affine"]
    with pytest.raises(BadFile, match=re.escape(said)):
        list(truth(part).points(rng, 5))


def test_no_parts():
    with pytest.raises(BadFile, match="convention mine has no parts"):
        read({"description": "…"}, "mine")
    with pytest.raises(BadFile, match="has the key 'part', which means nothing"):
        read({"part": {}, "parts": {"affine": AFFINE}}, "mine")


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text('[parts.f]\nlayer = "relu"\nforward = "out = f(x)"\nbackward = "dx = b(dout, x)"\n')
    assert load(str(path)).parts["f"].wanted == ("f", "b")
    path.with_name("bad.toml").write_text("[parts.f")
    with pytest.raises(BadFile, match=r"bad.toml is not valid TOML"):
        load(str(tmp_path / "bad.toml"))
    with pytest.raises(BadFile, match="there is no convention file"):
        load(str(tmp_path / "none.toml"))
