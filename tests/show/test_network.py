"""The network that is drawn is the graph: its maps, its gradients, and the L between them."""

import numpy as np
import pytest

from jacobians import Chain, Graph
from jacobians.backward_network import backward_network
from jacobians.layers import Add, Linear, ReLU, SquaredError, find
from jacobians.show.graph_page import graph_page
from jacobians.show.html import graph_html
from jacobians.show.network import COLOURS, network
from jacobians.show.network_svg import described
from jacobians.show.places import HIGH, WIDE, canvas, centre, curve

from .looked_at import Tags


@pytest.fixture
def net():
    """A residual block: x is read twice, and b shared."""
    return Graph(
        h=(Linear(), "x", "W1", "b"), a=(ReLU(), "h"), s=(Linear(), "a", "W2", "b"), r=(Add(), "s", "x"),
        J=(SquaredError(), "r", "y"),
    )  # fmt: skip


@pytest.fixture
def values(rng):
    shapes = {"x": 4, "W1": (4, 4), "b": 4, "W2": (4, 4), "y": 4}
    return {a: rng.standard_normal(s) for a, s in shapes.items()}


def test_every_map_argument_and_gradient_is_there(net, values):
    drawn = network(net, values)
    texts = {kind: sorted(b.text for b in drawn.boxes.values() if b.kind == kind) for kind in COLOURS}
    assert texts["map"] == ["add", "linear", "linear", "relu", "squared_error"]
    assert texts["parameter"] == ["W1", "W2", "b"]
    assert texts["data"] == sorted([*net.nodes, "x", "y"])
    assert texts["gradient"] == sorted(["∂J/∂W1", "∂J/∂W2", "∂J/∂b", *(f"g^{n}" for n in (*net.nodes, "x", "y"))])


def test_the_backward_network_is_the_one_that_computes(net, values):
    """Its boxes L are the linear layers of backward_network, but for the target's, which has no box of its own."""
    linear = [name for name in backward_network(net, values).values if name.startswith("L_")]
    drawn = network(net, values)
    boxes = {name.removeprefix("L ").replace(" ", ".") for name in drawn.boxes if name.startswith("L ")}
    assert boxes | {"J.y"} == {name.removeprefix("L_").removesuffix("ᵀ") for name in linear}


def test_shapes_are_those_of_the_values(net, values):
    boxes = network(net, values).boxes
    assert (boxes["W1"].shape, boxes["x"].shape, boxes["g x"].shape, boxes["L J yhat"].shape) == (
        "4×4",
        "4",
        "1×4",
        "1×4",
    )
    assert {b.shape for b in network(net).boxes.values()} == {""}, "without values there are none"


def test_no_two_boxes_cover_each_other(net):
    for graph in (net, Chain(Linear(), ReLU(), (SquaredError(), "y")), find("softmax")().atoms(), Linear().atoms()):
        boxes = list(network(graph).boxes.values())
        for k, one in enumerate(boxes):
            for other in boxes[:k]:
                (x0, y0), (x1, y1) = centre(one), centre(other)
                assert abs(x0 - x1) >= WIDE or abs(y0 - y1) >= HIGH, (one, other)


def test_every_box_is_on_the_canvas_and_every_arrow_meets_its_boxes(net):
    drawn = network(net)
    wide, high = canvas(drawn)
    for box in drawn.boxes.values():
        x, y = centre(box)
        assert WIDE / 2 <= x <= wide - WIDE / 2
        assert HIGH / 2 <= y <= high - HIGH / 2
    for a, b, _ in drawn.arrows:
        for box, (x, y) in zip(
            (drawn.boxes[a], drawn.boxes[b]), curve(drawn.boxes[a], drawn.boxes[b])[:2], strict=True
        ):
            dx, dy = abs(x - centre(box)[0]), abs(y - centre(box)[1])
            assert sorted((dx, dy)) == pytest.approx([0, WIDE / 2] if dx > dy else [0, HIGH / 2])


def test_constants_have_no_gradient():
    cross = find("cross_entropy")()
    drawn = network(Graph(J=(cross, "x", "labels")))
    assert "g labels" not in drawn.boxes
    assert "g x" in drawn.boxes


def test_the_forward_network_alone(net):
    assert {b.kind for b in network(net, backward=False).boxes.values()} == {"data", "parameter", "map"}


def test_svg_is_well_formed_says_what_it_is_and_loads_nothing(net, values):
    page = Tags(graph_html(net, values))
    assert page.count("svg") == 1
    assert "Forward network: linear, relu, linear, add, squared_error; below it the backward network" in page.text
    assert described(network(net, backward=False)) == "Forward network: linear, relu, linear, add, squared_error"
    assert not [a for _, a in page.seen if "src" in a or "href" in a]
    assert net._repr_html_() == graph_html(net)


def test_names_are_escaped():
    svg = graph_html(Graph(**{"y": (ReLU(), "<x>")}))
    assert "<x>" not in svg
    assert "&lt;x&gt;" in svg


def test_the_page_in_text_has_the_gradients_of_backward(net, values):
    whole = {a: np.rint(v) for a, v in values.items()}
    said = graph_page(net, whole, width=400)
    want = net.backward(np.ones(1), **whole)
    for name in ("x", "W1", "b", "y"):
        last = [line for line in said.splitlines() if line.startswith(f"  g^{name} ")][-1]
        numbers = [float(n) for n in last.rpartition("[ ")[2].strip(" ]").split()]
        assert np.allclose(numbers, want[name], atol=1e-3), name
    assert "h = linear(x, W1, b)" in said
    assert said.count("g^b +=") == 1, "the shared parameter's second term is added"
