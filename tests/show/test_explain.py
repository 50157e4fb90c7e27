"""The walk through a backward pass: every layer, with the right numbers; wrong code is told apart."""

import re

import numpy as np
import pytest

from jacobians.errors import BadFile
from jacobians.layers import find, find_all
from jacobians.point import differentiable
from jacobians.show.explain import explain
from jacobians.show.formulas import formulas
from jacobians.show.small import small_point, upstream
from jacobians.show.twin import compare, find_twin

LINEAR = """
def forward(x, W, b):
    return x @ W.T + b, (x, W)

def backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}
"""


@pytest.fixture
def mine(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def walk(name: str, file: str | None = None) -> tuple[str, bool]:
    layer = find(name)
    point = small_point(layer)
    return explain(layer, point, upstream(point), file)


@pytest.mark.parametrize("name", find_all())
def test_every_layer_is_walked_through(name):
    said, equal = walk(name)
    assert equal, said
    layer = find(name)
    for a in differentiable(small_point(layer).map):
        assert f"g · L^{a} = g^{a}" in said
    assert layer.equation() in said
    assert f"reference/{name}.py" in said
    steps = [int(k) for k in re.findall(r"^(\d+)\. ", said, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert max(map(len, said.splitlines())) < 150


def test_the_formulas_are_those_of_both_files():
    said, _ = walk("linear")
    assert "L^W[i, jk]     = ∂y[i]/∂W[j, k]  = x[k] if i = j, else 0    L^W = I ⊗ xᵀ        (3)" in said
    assert "∂J/∂W = gᵀ x            the outer products of all examples, summed             (2)" in said


def test_every_numbered_line_is_a_formula_and_no_other_is():
    import reference.linear

    assert [line[-3:] for line in formulas(reference.linear)] == ["(1)", "(2)", "(3)"]


def test_the_sum_behind_an_entry_is_right():
    """Read back from the text and added up."""
    for name in ("linear", "layer_norm", "softmax", "matmul", "bilinear"):
        said, _ = walk(name)
        sums = re.findall(r"for one entry: ∂J/∂\w+(?:\[.*?\])? = (.*) = (\S+)$", said, re.MULTILINE)
        assert sums, name
        for terms, total in sums:
            factors = [[float(f.strip("() ")) for f in term.split(" · ")] for term in terms.split(" + ")]
            assert sum(a * b for a, b in factors) == pytest.approx(float(total), abs=2e-2), name


def test_the_efficient_gradients_are_shown():
    point = small_point(find("linear"))
    g = upstream(point)
    said, _ = walk("linear")
    shown = said.partition("The efficient way")[2]
    assert "∂J/∂W [3 × 2]" in shown
    numbers = {float(n) for n in re.findall(r"-?\d+\.\d+", shown)}
    assert set(np.outer(g, point.values["x"]).round(3).ravel()) <= {round(n, 3) for n in numbers}


def test_multiplications_by_zero_are_counted():
    said, _ = walk("linear")
    assert re.search(r"^  W +0 +\S+ +6 of 18, no zeros$", said, re.MULTILINE)


def test_right_code_of_a_persons(mine):
    path = mine(LINEAR)
    said, equal = walk("linear", path)
    assert equal
    assert "mine.py" in said
    assert f"`jacobians check {path} --layer linear` asks for every entry, and for batches" in said


def test_wrong_code_of_a_persons(mine):
    said, equal = walk("linear", mine(LINEAR.replace("g.T @ x", "g.T @ x + 1e-9")))
    assert not equal
    assert re.search(r"^  W .*they differ$", said, re.MULTILINE)
    assert not re.search(r"^  [xb] .*they differ$", said, re.MULTILINE)
    assert re.search(r"∂J/∂W\[\d, \d\]: the code gives \S+, g · L\^W is \S+; 6 of 6 entries differ", said)


def test_what_is_wrong_is_every_entry_beyond_its_bound_and_no_other(mine):
    layer = find("linear")
    point = small_point(layer)
    g = upstream(point)
    fast = find_twin(layer, mine(LINEAR.replace("return {", "g = g.copy(); g[0, 1] += 1e-12; return {")))
    agreements = compare(fast, layer, point, g)
    assert agreements["W"].wrong.tolist() == [[False, False], [True, True], [False, False]]
    assert agreements["b"].wrong.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LINEAR.replace('"W": g.T @ x, ', ""), "no gradient for W"),
        (LINEAR.replace("g.T @ x", "x.T @ g"), "it is transposed"),
        (LINEAR.replace("g @ W", "g @ nothing"), "NameError"),
        (LINEAR.replace("def backward", "def backwards"), "has no function 'backward'"),
        (LINEAR.replace("x @ W.T + b", "x @ W"), "raised ValueError"),
    ],
)
def test_code_that_cannot_be_compared(text, reason, mine):
    with pytest.raises(BadFile, match=reason):
        walk("linear", mine(text))


def test_a_layer_without_a_twin(monkeypatch):
    monkeypatch.setattr("jacobians.show.twin.importlib.util.find_spec", lambda name: None)
    said, equal = walk("linear")
    assert equal
    assert "there is no reference/linear.py to compare with" in said
