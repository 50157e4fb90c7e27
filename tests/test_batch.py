"""Batches: block-diagonal L^x, stacked L^θ, and the sum over the batch that nobody writes."""

from collections.abc import Iterator

import numpy as np
import pytest
from scipy import sparse

from jacobians import batch
from jacobians.batch import Batch, batch_of
from jacobians.elements import Elements
from jacobians.errors import ArgumentError
from jacobians.graph import Graph
from jacobians.layers import Linear, Sigmoid, find, layer_names
from jacobians.matrix import blocks, stack
from jacobians.point import Map, Point, differentiable
from jacobians.triplets import Triplets
from jacobians.verify.bound import _parts
from jacobians.verify.formats import FORMATS
from jacobians.verify.running import Running

from .claims import agrees, numerical

FLOAT32 = FORMATS["float32"]


@pytest.fixture
def values(rng):
    return {"x": rng.standard_normal((4, 3)), "W": rng.standard_normal((2, 3)), "b": rng.standard_normal(2)}


def test_forward_is_each_example_by_itself(values):
    np.testing.assert_allclose(Batch(Linear()).forward(**values), values["x"] @ values["W"].T + values["b"])


def test_block_diagonal_and_stacked(values):
    point = Point(Batch(Linear()), values)
    assert isinstance(point.map, Map)
    np.testing.assert_array_equal(point.L("x", "dense"), np.kron(np.eye(4), values["W"]))
    each = [np.kron(np.eye(2), x) for x in values["x"]]
    np.testing.assert_array_equal(point.L("W", "dense"), np.vstack(each))
    np.testing.assert_array_equal(point.L("b", "dense"), np.tile(np.eye(2), (4, 1)))
    assert point.L("theta").shape == (8, 8)
    assert type(point.L("x")) is sparse.csr_array
    assert point.L("x").nnz == 4 * 6


def test_the_sum_over_the_batch_is_the_product(values, rng):
    G = rng.standard_normal((4, 2))
    gradients = Point(Batch(Linear()), values).backward(G)
    np.testing.assert_allclose(gradients["x"], G @ values["W"])
    np.testing.assert_allclose(gradients["W"], G.T @ values["x"])
    np.testing.assert_allclose(gradients["b"], G.sum(axis=0))


def test_the_gradient_of_a_mean_is_the_mean_of_the_gradients(values, rng):
    """With g/n upstream, ∂J/∂θ is the mean of what the examples give one by one."""
    G = rng.standard_normal((4, 2))
    together = Point(Batch(Linear()), values).backward(G / 4)
    each = [Point(Linear(), values | {"x": x}).backward(g) for x, g in zip(values["x"], G, strict=True)]
    for a in ("W", "b"):
        np.testing.assert_allclose(together[a], np.mean([one[a] for one in each], axis=0))
    np.testing.assert_allclose(together["x"], [one["x"] / 4 for one in each])


def each_and_together(name: str, rng: np.random.Generator) -> Iterator[tuple[Point, list[Point]]]:
    """Three examples of each of a layer's points, together and one by one, in float64 and with their errors."""
    cls = find(name)
    for same in zip(*(list(cls.points(each, 4)) for each in rng.spawn(3)), strict=True):
        together = batch_of(list(same))
        for kind in (lambda v: v, lambda v: Running(v, 0.0, FLOAT32)):
            values = {a: v if a in cls.constant else kind(v) for a, v in together.values.items()}
            point = Point(together.map, values, together.name)
            yield point, [Point(same[0].map, one) for one in together.map.examples(values)]


@pytest.mark.parametrize("name", [name for name in layer_names() if not find(name).interacts])
def test_every_layer_lifted(name, rng):
    """Each example's own L, along the diagonal or one above the other; sums may come in another order."""
    for point, each in each_and_together(name, rng):
        assert point.name.endswith(", batch of 3")
        _same(point.forward(), np.stack([one.forward() for one in each]))
        for a in differentiable(point.map):
            join = stack if a in point.map.shared else blocks
            _same(point.L(a), join(*(one.L(a) for one in each)))


def _same(got, want):
    """Equal but for the order of sums; stored in the same form, at the same places."""
    parts = [(got, want)]
    if isinstance(want, Elements | Triplets):  # the errors are bounds, and may be added up in any order
        parts = list(zip(_parts(got, FLOAT32), _parts(want, FLOAT32), strict=True))
    for (one, other), relative in zip(parts, (1e-12, 1e-6), strict=False):
        if one is None or other is None:  # no error at all, which the other says with zeros, or likewise
            assert not any(m is not None and (m.data if sparse.issparse(m) else m).any() for m in (one, other))
            continue
        assert sparse.issparse(one) == sparse.issparse(other)
        assert getattr(one, "nnz", None) == getattr(other, "nnz", None)
        one, other = (m.toarray() if sparse.issparse(m) else m for m in (one, other))
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, relative, 1e-14 * np.abs(other[np.isfinite(other)]).max(initial=0))


@pytest.mark.parametrize("name", ["linear", "conv2d", "attention", "layer_norm", "lstm_cell", "max_pool2d", "softmax"])
def test_python_is_not_paid_for_each_example(name, rng, monkeypatch):
    """The formula runs once for the whole batch."""
    monkeypatch.setattr(batch, "_ALONE", set())  # not what another test found at values that cannot be lifted
    point = batch_of([next(iter(find(name).points(each, 4))) for each in rng.spawn(5)])
    cls, calls = type(point.map.map), []
    for a in differentiable(point.map):
        original = getattr(cls, f"L_{a}")

        def counted(*args, original=original, **values):
            calls.append(values)
            return original(*args, **values)

        monkeypatch.setattr(cls, f"L_{a}", counted)
        assert point.L(a).shape[0] == point.forward().size
        assert len(calls) == 1, f"L_{a} was called {len(calls)} times"
        calls.clear()


def test_against_the_difference_quotient(values):
    graph = Graph(h=(Linear(), "x", "W", "b"), y=(Sigmoid(), "h"))
    point = Point(Batch(graph), values)
    for a in point.map.args:
        assert (text := agrees(point.L(a), numerical(point, a))) == "", f"{a}: {text}"


def test_what_is_shared_is_a_choice(values):
    """Nothing shared: one W for each example. x shared as well: one x for all."""
    values = {a: np.round(4 * v) for a, v in values.items()}  # whole: BLAS adds in any order
    own = Batch(Linear(), shared=())
    lifted = {"x": values["x"], "W": np.stack([values["W"]] * 4), "b": np.stack([values["b"]] * 4)}
    np.testing.assert_array_equal(own.forward(**lifted), Batch(Linear()).forward(**values))
    assert own.L("W", **lifted).shape == (8, 24)
    same_x = Batch(Linear(), shared=("x", "W"))
    one = {"x": values["x"][0], "W": values["W"], "b": np.stack([values["b"], 2 * values["b"]])}
    np.testing.assert_array_equal(same_x.L("x", **one), np.vstack([values["W"]] * 2))
    assert agrees(same_x.L("b", **one), numerical(Point(same_x, one), "b")) == ""


def test_a_batch_of_a_graph_and_of_a_batch(rng):
    graph = Graph(h=(Linear(), "x", "W", "b"), y=(Sigmoid(), "h"))
    twice = Batch(Batch(graph))
    values = {"x": rng.standard_normal((2, 3, 2)), "W": rng.standard_normal((1, 2)), "b": rng.standard_normal(1)}
    point = Point(twice, values)
    assert point.forward().shape == (2, 3, 1)
    for a in ("x", "W", "b"):
        assert agrees(point.L(a), numerical(point, a)) == ""
    assert repr(twice) == "Batch(Batch(Graph(h=Linear(), y=Sigmoid())))"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_is_kept(values, dtype):
    point = Point(Batch(Linear()), {a: v.astype(dtype) for a, v in values.items()})
    assert point.forward().dtype == dtype
    assert {point.L(a).dtype for a in "xWb"} == {np.dtype(dtype)}


def test_batch_of_takes_the_first_points_parameters(rng):
    points = [next(iter(Linear.points(each, 2))) for each in rng.spawn(3)]
    point = batch_of(points)
    assert point.values["W"] is points[0].values["W"]
    np.testing.assert_array_equal(point.values["x"], [p.values["x"] for p in points])


@pytest.mark.parametrize(
    ("x", "b", "said"),
    [
        (np.ones((3, 2)), np.ones((4, 2)), "at least one, in each argument: got {'x': 3, 'b': 4}"),
        (np.ones((0, 2)), np.ones((0, 2)), "a batch needs the same number of examples, at least one, in each argument"),
    ],
)
def test_examples_that_do_not_fit(x, b, said):
    with pytest.raises(ArgumentError) as caught:
        Batch(Linear(), shared=("W",)).forward(x=x, W=np.ones((2, 2)), b=b)
    assert said in str(caught.value)


def test_nothing_but_shared_arguments_is_no_batch(values):
    with pytest.raises(ArgumentError, match="a batch needs the same number of examples"):
        Batch(Linear(), shared="xWb").L("x", x=values["x"][0], W=values["W"], b=values["b"])


def test_missing_values(values):
    with pytest.raises(ArgumentError, match=r"Batch\(Linear\(\)\) takes x, W and b: it needs b"):
        Batch(Linear()).forward(x=values["x"], W=values["W"])
