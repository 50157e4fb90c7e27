"""The literal backward on chains, branches, shared parameters, nested graphs: by hand, and against differences."""

import numpy as np
import pytest
from scipy import sparse

from jacobians.chain import Chain
from jacobians.errors import ArgumentError, UnknownName
from jacobians.graph import Graph
from jacobians.layer import Layer
from jacobians.layers import Add, Linear, Multiply, ReLU, Sigmoid, Sum
from jacobians.matrix import I, entries, multiplications, multiply
from jacobians.point import Map, Point

from .claims import agrees, in_fifty_digits, numerical
from .fifty_digits import numbers


class Labelled(Layer):
    """y = Σ x · label, the label without a derivative."""

    constant = ("label",)

    def forward(self, x, label):
        return (x * label).sum()

    def L_x(self, x, label):
        return np.asarray(1.0 * label)[None]

    @classmethod
    def points(cls, rng, n):
        yield Point(cls(), {"x": rng.standard_normal(n), "label": np.arange(n)})


def dense(M):
    return M.toarray() if sparse.issparse(M) else M


@pytest.fixture
def net() -> Graph:
    """Two linear layers with a skip: x is read twice."""
    return Graph(
        h=(Linear(), "x", "W1", "b1"),
        a=(Sigmoid(), "h"),
        s=(Linear(), "a", "W2", "b2"),
        r=(Add(), "s", "x"),
        J=(Sum(), "r"),
    )


@pytest.fixture
def values(rng):
    shapes = {"x": 3, "W1": (4, 3), "b1": 4, "W2": (3, 4), "b2": 3}
    return {a: rng.standard_normal(s) for a, s in shapes.items()}


# -- the maths by hand ------------------------------------------------------------------------------------------------


def test_the_backward_is_a_product_of_matrices(net, values):
    known = net.trace(**values)
    assert list(known) == ["x", "W1", "b1", "W2", "b2", "h", "a", "s", "r", "J"]
    gate = np.diag(known["a"] * (1 - known["a"]))
    W1, W2 = values["W1"], values["W2"]
    g = np.array([2.0])
    G = net.backward(g, **values)
    ones = 2 * np.ones(3)
    np.testing.assert_allclose(G["r"], ones)
    np.testing.assert_allclose(G["b2"], ones)
    np.testing.assert_allclose(G["W2"], np.outer(ones, known["a"]).ravel())
    np.testing.assert_allclose(G["h"], ones @ W2 @ gate)
    np.testing.assert_allclose(G["W1"], np.outer(ones @ W2 @ gate, values["x"]).ravel())
    np.testing.assert_allclose(G["x"], ones @ (W2 @ gate @ W1 + np.eye(3)))  # the branch adds
    np.testing.assert_allclose(net.L("x", **values), np.ones((1, 3)) @ (W2 @ gate @ W1 + np.eye(3)))


def test_several_upstream_gradients_at_once(net, values, rng):
    upto = net.upto("s")
    values = {a: values[a] for a in upto.args}
    G = rng.standard_normal((5, 3))
    for g in (G, sparse.csr_array(G)):
        found = upto.backward(g, **values)
        for a in upto.args:
            np.testing.assert_allclose(dense(found[a]), G @ dense(upto.L(a, **values)))


def test_a_shared_parameter_sums_over_its_readers(rng):
    shared = Chain((Linear(), "W", "b"), Sigmoid(), (Linear(), "W", "b"))
    apart = Chain((Linear(), "W", "b"), Sigmoid(), (Linear(), "V", "c"))
    assert shared.args == ("x", "W", "b")
    x, W, b = rng.standard_normal(3), rng.standard_normal((3, 3)), rng.standard_normal(3)
    g = rng.standard_normal(3)
    one, two = shared.backward(g, x=x, W=W, b=b), apart.backward(g, x=x, W=W, b=b, V=W, c=b)
    for a, twin in (("W", "V"), ("b", "c")):
        np.testing.assert_allclose(one[a], two[a] + two[twin])
        assert np.abs(two[twin]).min() > 0


def test_one_map_may_read_a_name_twice(rng):
    square = Graph(y=(Multiply(), "x", "x"))
    x = rng.standard_normal(4)
    np.testing.assert_allclose(dense(square.L("x", x=x)), np.diag(2 * x))


def test_chain_names():
    chain = Chain(Linear(), ReLU(), (Linear(), "V", "c"), Sum())
    assert list(chain.nodes) == ["x1", "x2", "x3", "x4"]
    assert chain.args == ("x", "W1", "b1", "V", "c")
    assert chain.theta == ("W1", "b1", "V", "c")
    assert repr(chain) == "Graph(x1=Linear(), x2=ReLU(), x3=Linear(), x4=Sum())"


# -- graphs as maps ---------------------------------------------------------------------------------------------------


def test_a_graph_is_a_map(net, values):
    assert isinstance(net, Map)
    assert (net.args, net.theta, net.constant) == (("x", "W1", "b1", "W2", "b2"), ("W1", "b1", "W2", "b2"), ())
    point = Point(net, values)
    assert point.L("theta", "dense").shape == (1, 12 + 4 + 12 + 3)
    for a, got in point.backward(np.array([1.0])).items():
        np.testing.assert_allclose(got.ravel(), point.L(a, "dense")[0])
    for a in net.args:
        assert agrees(point.L(a), numerical(point, a)) == ""


def test_graphs_nest(net, values, rng):
    inner = Graph(h=(Linear(), "x", "W", "b"), a=(Sigmoid(), "h"))
    outer = Graph(a=(inner, "x", "W1", "b1"), s=(Linear(), "a", "W2", "b2"), r=(Add(), "s", "x"), J=(Sum(), "r"))
    assert outer.theta == net.theta
    np.testing.assert_array_equal(outer.forward(**values), net.forward(**values))
    for a in net.args:
        np.testing.assert_allclose(dense(outer.L(a, **values)), dense(net.L(a, **values)), rtol=1e-13)


def test_order_of_the_arguments(values):
    graph = Graph(order=("b", "W", "x"), y=(Linear(), "x", "W", "b"))
    assert graph.args == graph.theta + ("x",) == ("b", "W", "x")
    L = Point(graph, {"x": values["x"], "W": values["W1"], "b": values["b1"]}).L("theta", "dense")
    np.testing.assert_array_equal(L[:, :4], np.eye(4))


def test_upto_is_the_part_that_a_name_needs(net, values):
    part = net.upto("h")
    assert part.args == ("x", "W1", "b1")
    assert list(part.nodes) == ["h"]
    np.testing.assert_array_equal(part.forward(**{a: values[a] for a in part.args}), net.trace(**values)["h"])
    assert list(net.upto("J").nodes) == list(net.nodes)
    with pytest.raises(ArgumentError, match=r"no assignment is called 'W1': write one of h, a, s, r and J"):
        net.upto("W1")


def test_only_what_leads_to_wrt_is_multiplied(net, values):
    products = []

    def counting(g, L):
        products.append(multiplications(g, L))
        return multiply(g, L)

    g = np.ones(1)
    everything = net.backward(g, multiply=counting, **values)
    assert len(products) == 10
    assert sum(products) == 3 + (3 + 3) + (12 + 12 + 3) + 4 + (12 + 12 + 4)  # one for each stored entry of L
    products.clear()
    some = net.backward(g, wrt=("b2",), multiply=counting, **values)
    assert len(products) == 3
    assert set(some) == {"J", "r", "s", "b2"}
    np.testing.assert_array_equal(some["b2"], everything["b2"])
    assert set(net.backward(g, wrt=(), **values)) == {"J"}
    np.testing.assert_array_equal(net.backward(g, wrt=("a",), **values)["a"], everything["a"])


# -- what has no derivative -------------------------------------------------------------------------------------------


def test_constants_get_no_gradient(rng):
    graph = Graph(h=(Sigmoid(), "x"), J=(Labelled(), "h", "t"))
    assert graph.constant == ("t",)
    values = {"x": rng.standard_normal(3), "t": np.array([1, 0, 2])}
    assert set(graph.backward(np.ones(1), **values)) == {"J", "h", "x"}
    with pytest.raises(UnknownName, match="has no Jacobian for 't': write one of x"):
        Point(graph, values).L("t")
    assert agrees(Point(graph, values).L("x"), numerical(Point(graph, values), "x")) == ""


def test_a_name_that_is_label_here_and_argument_there_is_no_constant(rng):
    graph = Graph(h=(Sigmoid(), "x"), J=(Labelled(), "h", "x"))
    assert graph.constant == ()
    x = rng.standard_normal(3)
    s = 1 / (1 + np.exp(-x))
    np.testing.assert_allclose(dense(graph.L("x", x=x)), [x * s * (1 - s)])


def test_an_argument_that_does_not_reach_the_output(rng):
    graph = Graph(dead=(Sigmoid(), "z"), y=(ReLU(), "x"))
    values = {"x": rng.standard_normal(3), "z": rng.standard_normal((2, 2))}
    assert set(graph.backward(np.ones(3), **values)) == {"y", "x"}
    L = graph.L("z", **values)
    assert L.shape == (3, 4)
    assert L.nnz == 0
    assert Point(graph, values).backward(np.ones(3))["z"].tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_of_the_values_is_kept(net, values, dtype):
    values = {a: v.astype(dtype) for a, v in values.items()}
    assert net.forward(**values).dtype == dtype
    assert {dense(G).dtype for G in net.backward(np.ones(1, dtype), **values).values()} == {np.dtype(dtype)}
    for a in net.args:
        assert net.L(a, **values).dtype == dtype
    unread = Graph(dead=(Sigmoid(), "z"), y=(ReLU(), "x"))
    assert unread.L("z", x=values["x"], z=values["x"]).dtype == dtype


# -- random graphs ----------------------------------------------------------------------------------------------------

CHOICES = {"sigmoid": (Sigmoid(), 1), "add": (Add(), 2), "multiply": (Multiply(), 2), "linear": (Linear(), 3)}


def random_graph(rng) -> Graph:
    """Up to seven assignments on vectors of three, reading any earlier names, parameters sometimes shared."""
    names, assignments = ["x", "z"], {}
    for k in range(rng.integers(2, 8)):
        map, arity = CHOICES[rng.choice(list(CHOICES))]
        reads = [str(rng.choice(names)) for _ in range(min(arity, 2))]
        if arity == 3:
            suffix = rng.integers(1, 3)
            reads = [reads[0], f"W{suffix}", f"b{suffix}"]
        assignments[f"y{k}"] = (map, *reads)
        names.append(f"y{k}")
    return Graph(**assignments)


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs_against_the_difference_quotient(seed, rng):
    graph = random_graph(rng)
    values = {a: rng.standard_normal((3, 3) if a[0] == "W" else 3) for a in graph.args}
    point = Point(graph, values)
    exact = in_fifty_digits(point)
    for a in graph.args:
        L = point.L(a, "dense")
        assert L.shape == (3, values[a].size)
        assert (text := agrees(L, numerical(point, a))) == "", f"{a} of {graph}: {text}"
        want = numbers(graph.L(a, **exact)).astype(float)
        np.testing.assert_allclose(L, want, rtol=1e-11, atol=1e-11 * np.abs(want).max())


def test_random_graphs_are_of_all_kinds(rng):
    """Branches, shared parameters, and arguments or results that nothing reads do occur."""
    graphs = [random_graph(rng) for _ in range(40)]
    reads = [[s for _, sources in graph.nodes.values() for s in sources] for graph in graphs]
    assert any(r.count(name) > 1 for r in reads for name in r if name[0] == "y")
    assert any(r.count("W1") > 1 for r in reads)
    assert any(set(graph.nodes) - set(r) - {graph.output} for graph, r in zip(graphs, reads, strict=True))


def test_a_wrong_L_inside_a_graph_is_seen(rng):
    class Wrong(Sigmoid):
        def dh(self, x):
            return 1.01 * super().dh(x)

    graph = Graph(h=(Wrong(), "x"), y=(Add(), "h", "x"))
    point = Point(graph, {"x": rng.standard_normal(3)})
    assert "of 9 entries differ" in agrees(point.L("x"), numerical(point, "x"))


# -- the sentences ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assignments", "said"),
    [
        ({}, 'a Graph needs at least one assignment: write Graph(y=(Linear(), "x", "W", "b"))'),
        ({"y": (Linear, "x")}, "must start with a map: write y=(Linear(), …), an instance"),
        ({"y": ("x", "W")}, "y=('x', …) must start with a map"),
        (
            {"y": (Linear(), "x", "W")},
            'y: Linear() takes x, W and b; write y=(Linear(), "x", "W", "b"), one name for each',
        ),
        ({"y": (ReLU(), np.ones(3))}, 'y: ReLU() takes x; write y=(ReLU(), "x"), one name for each'),
        (
            {"y": (Add(), "x", "h"), "h": (ReLU(), "x")},
            "y reads h before it is assigned: put that assignment first (no cycles)",
        ),
        ({"y": (Add(), "x", "y")}, "y reads y before it is assigned: put that assignment first (no cycles)"),
        (
            {"order": ("x", "w"), "y": (Add(), "x", "v")},
            "order names x and w, but the arguments of this graph are x and v",
        ),
    ],
)
def test_assignments_that_do_not_fit(assignments, said):
    with pytest.raises(ArgumentError) as caught:
        Graph(**assignments)
    assert said in str(caught.value)


def test_values_that_do_not_fit(net, values):
    del values["b2"]
    with pytest.raises(ArgumentError, match=r"takes x, W1, b1, W2 and b2: it needs b2 and does not know c2"):
        net.forward(c2=1, **values)


def test_a_node_may_be_called_order_by_nobody():
    """`order` is the one name that an assignment cannot have."""
    with pytest.raises((ArgumentError, TypeError)):
        Graph(order=(ReLU(), "x"))


def test_identity_and_entries_are_what_the_graph_starts_from():
    """L of a graph of one map is that map's L: I times it."""
    x = np.arange(3.0)
    np.testing.assert_array_equal(
        dense(Graph(y=(Sum(), "x")).L("x", x=x)), dense(I(1) @ entries([0] * 3, range(3), 1.0, (1, 3)))
    )
