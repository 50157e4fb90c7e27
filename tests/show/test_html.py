"""What a notebook shows: well-formed, with every number, loading nothing."""

import numpy as np

import jacobians
import reference.relu
from jacobians.layers import Linear, ReLU, find
from jacobians.show.html import point_html, wrong_html
from jacobians.show.html_matrix import matrix_html
from jacobians.show.small import small_point, upstream
from jacobians.show.wrong import Wrong

from .looked_at import Tags


def numbers_in(page: Tags) -> list[float]:
    return [float(w) for w in page.words if w.replace("-", "").replace(".", "").isdigit()]


def test_a_matrix_has_its_numbers_dots_blocks_and_marks():
    values = np.array([[1.5, 0.0, 0.0], [0.0, 0.0, -2.0]])
    page = Tags(matrix_html(values, "a < b", values != 0, (1,), (2,), values < 0))
    assert numbers_in(page) == [1.5, -2.0]
    assert page.words.count("·") == 4
    assert "a < b" in page.text
    assert (page.count("td", "c"), page.count("tr", "r"), page.count("td", "x")) == (2, 1, 1)


def test_a_large_matrix_is_a_pattern_and_a_huge_one_is_not_drawn(rng):
    there = rng.random((40, 60)) < 0.1
    page = Tags(matrix_html(there.astype(float), "", there, (), (30,)))
    squares = "".join(a["d"] for tag, a in page.seen if tag == "path")
    assert squares.count("M") == there.sum()
    assert "too large to draw" in matrix_html(np.ones((1000, 1000)))


def test_a_point_shows_itself():
    point = small_point(Linear)
    page = Tags(point._repr_html_())
    for a in ("x", "W", "b"):
        assert f"L^{a} [" in page.text
    for v in (*point.values.values(), point.forward()):
        assert set(np.round(np.ravel(v), 3)) <= set(np.round(numbers_in(page), 3))
    assert page.count("table") == 4 + 3


def test_with_g_the_products_are_shown():
    point = small_point(Linear)
    g = upstream(point)
    page = Tags(point_html(point, g))
    want = set(np.round(g @ point.L("W"), 3))
    assert want <= set(np.round(numbers_in(page), 3))
    assert page.count("table") == 4 + 3 * 3


def test_points_of_every_shape_show_themselves():
    for name in ("conv2d", "sum", "squared_error", "gather", "dropout", "attention", "embedding"):
        Tags(small_point(find(name))._repr_html_())
    Tags(jacobians.Point(ReLU(), {"x": np.zeros((0, 3))})._repr_html_())


def test_a_point_that_cannot_be_evaluated_shows_its_arguments_and_says_why():
    page = Tags(jacobians.Point(Linear(), {"x": np.ones(3), "W": np.ones((2, 4)), "b": np.ones(2)})._repr_html_())
    assert "W [2 × 4]" in page.text
    assert "it cannot be evaluated: ValueError: matmul" in page.text


def test_a_large_point_shows_itself_quickly():
    n = 3000
    page = jacobians.Point(ReLU(), {"x": np.ones(n)})._repr_html_()
    assert "too large to draw" in page
    assert len(page) < 200_000


def test_wrong_entries_are_framed():
    want = np.eye(3)
    found = Wrong("x", "typical", 2 * want, want, want != 0, (), ())
    page = Tags(wrong_html(found))
    assert page.count("td", "x") == 3
    assert "3 of 9 entries of L^x [3 × 3] are wrong at the point 'typical', framed:" in page.text


def test_a_report_shows_itself():
    report = jacobians.check(reference.relu, ReLU, ("float64",))
    page = Tags(report._repr_html_())
    assert "PASS" in page.text
    assert "relu" in page.text
    assert f"{sum(r.entries for r in report.results):,}" in page.text
