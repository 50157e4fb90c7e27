"""What is drawn in text are the numbers of L, with their shapes, and it fits."""

import numpy as np
import pytest
from scipy import sparse

from jacobians import Point
from jacobians.errors import ArgumentError, UnknownName
from jacobians.layers import Conv2d, Linear, find
from jacobians.show.arrays import array_lines, named_arrays
from jacobians.show.colour import Pen
from jacobians.show.layout import side_by_side, strip, visible
from jacobians.show.numbers import numbers, shape_of
from jacobians.show.page import page
from jacobians.show.product import Product, products
from jacobians.show.small import small_point, upstream
from jacobians.show.text import matrix_lines, pattern_lines, product_lines, row_lines

from .looked_at import matrix_in


@pytest.fixture
def point(rng):
    values = {"x": rng.integers(-5, 6, 2) + 0.5, "W": rng.integers(-5, 6, (3, 2)) + 0.25, "b": np.array([1.0, 2.0, -3])}
    return Point(Linear(), values)


def test_the_chapters_picture(point):
    """g [1 × M] · L^W [M × MN] = ∂J/∂W [1 × MN]: a block a row of W, zeros as dots, and the answer in blocks too."""
    point.values["x"][:] = 1.5, -2.0
    [W] = products(point, [1, 2, -3], ["W"])
    assert product_lines(W, Pen()) == [
        "                 W[0]       W[1]       W[2]",
        "             ⎡ 1.5 -2.0 │   ·    · │   ·    · ⎤",
        "[ 1 2 -3 ] · ⎢   ·    · │ 1.5 -2.0 │   ·    · ⎥ = [ 1.5 -2.0 │ 3.0 -4.0 │ -4.5 6.0 ]",
        "             ⎣   ·    · │   ·    · │ 1.5 -2.0 ⎦",
    ]


@pytest.mark.parametrize("argument", ["x", "W", "b", "theta"])
def test_the_numbers_drawn_are_those_of_L(point, argument):
    [product] = products(point, [2, -1, 3], [argument])
    lines = matrix_lines(product, Pen())
    lines = lines[1:] if product.column_names and not lines[0].startswith("⎡") else lines
    assert np.array_equal(matrix_in(lines), point.L(argument, "dense"))
    assert np.array_equal(matrix_in(row_lines(product.result, Pen(), product.column_cuts))[0], product.result)


def test_zeros_that_are_stored_are_numbers_and_those_that_are_not_are_dots():
    L = sparse.csr_array((np.array([0.0, 2.0]), ([0, 1], [0, 1])), shape=(2, 2))
    assert matrix_lines(Product("x", (2,), np.ones(2), L), Pen()) == ["⎡ 0 · ⎤", "⎣ · 2 ⎦"]


def test_blocks_of_rows_have_a_rule_between():
    [product] = products(small_point(find("relu")), np.ones(6))
    lines = matrix_lines(product, Pen())
    assert sum("┼" in line for line in lines) == 1
    assert "┼" in lines[1 + 3], "below the first three rows and the names"


def test_theta_is_all_parameters_side_by_side(point):
    [theta] = products(point, [1, 2, 3], ["theta"])
    assert (theta.name, theta.L.shape, theta.column_names, theta.column_cuts) == ("θ", (3, 9), ("W", "b"), (6,))
    assert np.array_equal(theta.result, np.concatenate([p.result for p in products(point, [1, 2, 3], ["W", "b"])]))


def test_a_wide_matrix_is_a_pattern():
    point = small_point(Conv2d)
    g = upstream(point)
    [W] = products(point, g, ["W"])
    lines = product_lines(W, Pen(), 100)
    L = point.L("W", "dense")
    signs = [line.strip("⎡⎢⎣⎤⎥⎦ ") for line in lines[:8]]
    assert np.array_equal(np.array([[c == "■" for c in line] for line in signs]), L != 0)
    assert lines[8] == "(■ where L^W is not zero)"
    assert max(map(len, lines)) <= 100


def test_a_larger_pattern_says_how_many_entries_a_sign_stands_for():
    n = 200
    product = Product("x", (n,), np.ones(n), sparse.csr_array(np.eye(n)))
    lines = pattern_lines(product, Pen(), 100)
    assert "one sign stands for 5 × 3 entries" in lines[-1]
    assert sum(line.count("■") for line in lines[:-1]) >= 67


def test_every_page_fits_its_width():
    for name in ("linear", "layer_norm", "conv1d", "gru_cell", "attention"):
        point = small_point(find(name))
        for width in (80, 100, 140):
            lines = page(point, upstream(point), name, width=width).splitlines()
            assert max(map(len, lines)) <= max(width, 90), name


def test_a_page_names_every_argument_and_shape():
    point = small_point(Linear)
    said = page(point, upstream(point), "linear")
    for words in ("x [2]", "W [3 × 2]", "b [3]", "y [3]", "[1 × 3] · [3 × 6] = [1 × 6]", "6 of 18 entries stored"):
        assert words in said
    assert "g · L^W = g^W" in page(point, upstream(point), "linear", ["W"])
    assert "g · L^x" not in page(point, upstream(point), "linear", ["W"])


def test_settings_that_are_not_the_default_are_said():
    assert "f(x, W, b)    with stride=(2, 1), padding=(1, 0)" in page(small_point(Conv2d), np.ones(8), "")
    assert "with" not in page(small_point(Linear), np.ones(3), "")


def test_a_loss_is_called_J_and_a_clash_of_names_is_avoided():
    point = small_point(find("squared_error"))
    assert "J = f(yhat, y)" in page(point, np.ones(1), "")
    assert "J a number" in page(point, np.ones(1), "")


def test_wrong_questions():
    point = small_point(Linear)
    with pytest.raises(ArgumentError, match="g has 2 entries, y has 3"):
        products(point, [1, 2])
    with pytest.raises(UnknownName, match="no Jacobian for 'w'"):
        products(point, [1, 2, 3], ["w"])


def test_numbers_have_the_fewest_decimals_that_are_exact():
    assert numbers(np.array([1.0, -2.0])) == ["1", "-2"]
    assert numbers(np.array([1.5, -2.0])) == ["1.5", "-2.0"]
    assert numbers(np.array([1 / 3, 2.0])) == ["0.333", "2.000"]
    assert numbers(np.array([1e-9, 2.0])) == ["1e-09", "2"]
    assert numbers(np.array([1e9, 0.5])) == ["1e+09", "0.5"]
    assert numbers(np.array([0.0, -0.0])) == ["0", "0"]
    assert numbers(np.array([True, False])) == ["1", "0"]
    assert numbers(np.array([np.inf, np.nan, 1.5])) == ["inf", "nan", "1.5"]
    assert numbers(np.zeros(0)) == []


def test_arrays_of_any_number_of_axes(rng):
    assert array_lines(np.array(2.5)) == ["2.5"]
    assert array_lines(np.zeros((0, 3))) == ["[ ]"]
    assert array_lines(np.array([1.0, -2.0])) == ["⎡  1 ⎤", "⎣ -2 ⎦"]
    whole = rng.integers(-9, 10, (2, 3, 4)).astype(float)
    lines = array_lines(whole)
    assert lines[0].split() == ["[0]", "[1]"]
    assert np.array_equal(matrix_in(lines[1:]), np.concatenate(list(whole), axis=1))
    assert array_lines(np.zeros((30, 30))) == ["(900 numbers)"]
    assert shape_of(whole) == "[2 × 3 × 4]"
    assert shape_of(1.0) == "a number"


def test_what_does_not_fit_goes_below():
    lines = named_arrays({"x": np.arange(8.0).reshape(1, 8), "y": np.arange(8.0).reshape(1, 8)}, width=30)
    assert [line.split()[0] for line in lines if line] == ["x", "[", "y", "["]


def test_boxes_are_centred_on_one_line():
    assert side_by_side([["a"], ["b", "c", "d"]]) == ["  b", "a c", "  d"]
    assert side_by_side([["a"], ["b", "c"]], top=True) == ["a b", "  c"]


def test_colours_change_nothing_but_colours(point):
    plain, coloured = (page(point, [1, 2, 3], "t", pen=Pen(on)) for on in (False, True))
    assert "\033[" in coloured
    assert "\033[" not in plain
    assert [strip(line).rstrip() for line in coloured.splitlines()] == plain.splitlines()
    assert visible("\033[1mab\033[0m") == 2
