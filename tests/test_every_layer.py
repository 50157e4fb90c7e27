"""Claims about every layer that is found, at every one of its points. A new layer file is tested by being there.

How many units in the last place float64 may be off (`UNITS`) is the one number here that is not derived: it states the
quality that the formulas must have. A unit is 2^−52 of the entry, or of what rounding the arguments does to the entry.
"""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import jacobians.layers
from jacobians.layer import Layer
from jacobians.layers import find, find_all, layer_names
from jacobians.point import Point, differentiable
from jacobians.verify.formats import FORMATS

from .claims import (
    Case,
    agrees,
    arrays,
    at_arguments,
    at_points,
    bound,
    decided,
    in_fifty_digits,
    in_format,
    inherent,
    numerical,
    of_terms,
    relative,
    units,
    with_error,
    within,
)
from .fifty_digits import numbers

UNITS = 16
N = 3
SIZES = (2, 3)  # for the claims that everything leans on
DRAWS = 40

every_layer = pytest.mark.parametrize("name", layer_names())
every_point = pytest.mark.parametrize("case", at_points(N), ids=str)


def test_the_cases_are_all_layers():
    assert {case.layer for case in at_arguments(N)} == set(layer_names())
    assert len(layer_names()) >= 6


# -- what L is --------------------------------------------------------------------------------------------------------


def points_and_arguments(name, rng) -> Iterator[tuple[Point, str, str]]:
    """Every point with every differentiable argument, and words for both."""
    for point in find(name).points(rng, N):
        for a in differentiable(point.map):
            yield point, a, f"L^{a} at the point {point.name!r}"


@every_layer
def test_shape_and_type(name, rng):
    for typical, a, where in points_and_arguments(name, rng):
        for dtype in ("float32", "float64"):
            point = in_format(typical, dtype)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                y, L = point.forward(), point.L(a)
            assert isinstance(L, np.ndarray | sparse.csr_array), where
            assert L.shape == (np.size(y), np.size(point.values[a])), where
            assert L.dtype == np.asarray(y).dtype == np.dtype(dtype), where
            assert np.isfinite(L.data if sparse.issparse(L) else L).all(), where
            assert np.isfinite(y).all(), where


@every_layer
def test_forms_agree(name, rng):
    for point, a, where in points_and_arguments(name, rng):
        natural, dense, sparse_ = (point.L(a, form) for form in ("natural", "dense", "sparse"))
        assert type(dense) is np.ndarray, where
        assert type(sparse_) is sparse.csr_array, where
        np.testing.assert_array_equal(sparse_.toarray(), dense, where)
        np.testing.assert_array_equal(natural.toarray() if sparse.issparse(natural) else natural, dense, where)


@pytest.mark.parametrize("name", [name for name in layer_names() if find(name).theta])
def test_theta_is_side_by_side(name, rng):
    for point in find(name).points(rng, N):
        each = [point.L(a, "dense") for a in point.map.theta]
        np.testing.assert_array_equal(point.L("theta", "dense"), np.hstack(each), point.name)


@every_layer
def test_arguments_are_left_alone(name, rng):
    for point in find(name).points(rng, N):
        before = {a: v.copy() for a, v in arrays(point).items()}
        for v in arrays(point).values():
            v.flags.writeable = False
        point.forward()
        for a in differentiable(point.map):
            for form in ("natural", "dense", "sparse"):
                point.L(a, form)
        for a, v in arrays(point).items():
            np.testing.assert_array_equal(v, before[a], point.name)


@every_layer
def test_stored_entries_are_structural(name, rng):
    """An entry that is stored and yet zero however the arguments are drawn should not be stored.

    Nothing is learnt from a point of fixed numbers, or from an L that is 0 throughout (a setting that is 0).
    """
    draws = [list(find(name).points(each, N)) for each in rng.spawn(8)]
    for k, point in enumerate(draws[0]):
        for a in differentiable(point.map):
            where = f"L^{a} at the point {point.name!r}"
            Ls = [draw[k].L(a) for draw in draws[:2]]
            if not all(sparse.issparse(L) for L in Ls):
                continue
            assert all(L.has_canonical_format for L in Ls), f"{where}: duplicate or unsorted"
            if idle_entries(Ls) and _all_vary([draw[k] for draw in draws]):
                many = [next(islice(find(name).points(each, N), k, None)) for each in rng.spawn(DRAWS)]
                idle = idle_entries([each.L(a) for each in many])  # none left by chance
                assert not idle, f"{where}: {idle} stored entries are 0 in {DRAWS} draws"


def _all_vary(points: Sequence[Point]) -> bool:
    """Every entry of every argument is drawn anew."""
    first, *others = map(arrays, points)
    return all((np.array([p[a] for p in others]) != v).any(axis=0).all() for a, v in first.items())


def idle_entries(Ls: Sequence[sparse.csr_array]) -> int:
    """How many entries are stored in one of these matrices and 0 in all of them, unless all are."""
    stored, nonzero = np.zeros((2, *Ls[0].shape), bool)
    for L in Ls:
        at = (np.repeat(np.arange(L.shape[0]), np.diff(L.indptr)), L.indices)
        stored[at] = True
        nonzero[at] |= L.data != 0
    return int((stored & ~nonzero).sum()) if nonzero.any() else 0


def test_idle_entries_are_seen():
    L = sparse.csr_array(([1.0, 0.0, 3.0], [0, 1, 1], [0, 2, 3]), shape=(2, 2))
    M = sparse.csr_array(([0.0, 0.0, 3.0], [0, 1, 1], [0, 2, 3]), shape=(2, 2))
    assert idle_entries([L, M]) == 1
    assert idle_entries([M, M]) == 2
    assert idle_entries([L, sparse.csr_array(np.array([[1.0, 5.0], [0.0, 0.0]]))]) == 0


# -- L against what does not know it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", at_arguments(*SIZES), ids=str)
def test_L_is_the_difference_quotient(case: Case, rng):
    point = case.draw(rng)
    q, L = numerical(point, case.argument), point.L(case.argument, "dense")
    assert not (text := agrees(L, q)), text
    known = decided(point, L, q)
    if case.index == 0 or not case.cls.conventions:  # other points may have a kink in every entry
        assert known.mean() >= 0.5 if known.size else True, f"{known.sum()} of {known.size} entries decided"


@pytest.mark.parametrize("name", [name for name in layer_names() if find(name).conventions])
def test_every_convention_agrees_with_the_difference_quotient(name, rng):
    """At a kink each usual choice lies between the one-sided derivatives; and somewhere it makes a difference."""
    for setting, choices in find(name).conventions.items():
        differ = False
        for point in find(name).points(rng, 3):
            for a in differentiable(point.map):
                maps = [type(point.map)(**point.map.settings | {setting: choice}) for choice in choices]
                Ls = [map.L(a, **point.values) for map in maps]
                for map, L in zip(maps, Ls, strict=True):
                    assert not (text := agrees(L, numerical(Point(map, point.values), a))), (
                        f"{map}, {point.name}: {text}"
                    )
                differ = differ or any((L != Ls[0]).sum() for L in Ls)
        assert differ, f"no point where {setting} makes a difference"


def results(point: Point) -> Iterator[tuple[str, Callable[[dict[str, Any]], Any]]]:
    """Forward and every L, as functions of the arguments in any arithmetic."""
    yield "forward", lambda values: point.map.forward(**values)
    for a in differentiable(point.map):
        yield f"L^{a}", lambda values, a=a: point.map.L(a, **values)


@every_point
def test_float64_is_fifty_digits_to_a_few_units(case: Case, rng):
    """And within the running error, which is proven and not chosen."""
    point, format = case.draw(rng), FORMATS["float64"]
    exact = in_fifty_digits(point)
    for what, result in results(point):
        got, want = result(arrays(point)), numbers(result(exact))
        size = inherent(rng, result, exact)
        size = np.maximum(size, of_terms(point)) if what == "forward" else size
        off = units(got, want, size).max(initial=0.0)
        assert off <= UNITS, f"{what}: {off:.3g} units in the last place"
        assert not (text := within(got, want, bound(result(with_error(point, format)), format))), f"{what}: {text}"


@every_point
def test_float32_is_within_the_running_error(case: Case, rng):
    """And at the typical point the bound keeps half of the digits: it is not absurd."""
    point, format = in_format(case.draw(rng), "float32"), FORMATS["float32"]
    exact = in_fifty_digits(point)
    for what, result in results(point):
        want, limit = numbers(result(exact)), bound(result(with_error(point, format)), format)
        assert not (text := within(result(arrays(point)), want, limit)), f"{what}: {text}"
        if case.index == 0:
            size = np.maximum(np.abs(np.asarray(want, float)), inherent(rng, result, exact))
            assert relative(limit, size, format) <= np.sqrt(format.u), what


@pytest.mark.parametrize("case", at_points(N, arguments=lambda map: [] if map.atoms() is None else [""]), ids=str)
def test_atoms_are_the_same_map(case: Case, rng):
    """A layer and its graph of atomic maps agree to 30 of 50 digits, in forward and in every L."""
    point = case.draw(rng)
    atoms = point.map.atoms()
    assert set(atoms.args) == set(point.map.args)
    exact = in_fifty_digits(point)
    for a in (None, *differentiable(point.map)):
        one, other = (numbers(map.forward(**exact) if a is None else map.L(a, **exact)) for map in (point.map, atoms))
        assert np.shape(one) == np.shape(other)
        size = max([abs(v) for v in (*np.ravel(one), *np.ravel(other))], default=0)
        assert np.all(np.abs(one - other) <= 1e-30 * size + 1e-45), a or "forward"


# -- the points -------------------------------------------------------------------------------------------------------


@every_layer
def test_points_depend_only_on_n(name, rng):
    for n in SIZES:
        draws = [list(find(name).points(each, n)) for each in rng.spawn(3)]
        shapes = [[(p.name, p.map, {a: v.shape for a, v in arrays(p).items()}) for p in points] for points in draws]
        assert shapes[0] == shapes[1] == shapes[2]
        names = [p.name for p in draws[0]]
        assert len(set(names)) == len(names), "two points have one name"
        assert names[0] == "typical"


@every_layer
def test_points_are_not_all_square(name, rng):
    """With square shapes only, a transposed L would pass."""
    points = [p for n in SIZES for p in find(name).points(rng, n)]
    shapes = [v.shape for p in points for v in arrays(p).values()]
    assert any(len(set(shape)) > 1 or len(shape) == 1 for shape in shapes)


# -- the text ---------------------------------------------------------------------------------------------------------


def _source(name: str) -> str:
    return (Path(jacobians.layers.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")


def formulas(source: str) -> tuple[list[int], set[int]]:
    """The numbers of the formulas in a module's docstring, in order, and those in its comments."""
    docstring = ast.get_docstring(ast.parse(source)) or ""
    defined = [int(k) for k in re.findall(r"\s\((\d+)\)$", docstring, re.MULTILINE)]
    comments = [t.string for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.COMMENT]
    return defined, {int(k) for comment in comments for k in re.findall(r"\((\d+)\)", comment)}


@every_layer
def test_every_formula_is_at_its_line(name):
    defined, marked = formulas(_source(name))
    assert defined == list(range(1, len(defined) + 1)), "number the docstring's formulas (1), (2), … in order"
    assert marked == set(defined)


def test_formulas_are_found():
    source = (
        '"""A: y = f(2).\n\n    a = b   (1)\n    c = d(7)\n    e = f   words  (2)\n"""\nx = 1  # (1) (3)\ny = "# (4)"\n'
    )
    assert formulas(source) == ([1, 2], {1, 3})


@every_layer
def test_first_line_is_name_and_equation(name):
    first = (ast.get_docstring(ast.parse(_source(name))) or "").splitlines()[0]
    cls = find(name)
    assert re.fullmatch(rf"{cls.__name__}: \S.*\.", first)
    assert first == f"{cls.__name__}: {cls.equation()}."


@every_layer
def test_a_file_holds_one_layer(name):
    module = __import__(f"jacobians.layers.{name}", fromlist=["*"])
    own = [c for c in vars(module).values() if isinstance(c, type) and c.__module__ == module.__name__]
    assert [c for c in own if issubclass(c, Layer)] == [find(name)]
    assert find_all()[name].__name__.lower() == name.replace("_", "")
