"""Claims about every layer that is found, at every one of its points. A new layer file is tested by being there.

How many units in the last place float64 may be off (`UNITS`) is the one number here that is not derived: it states the
quality that the formulas must have. A unit is 2^−52 of the entry, or of what rounding the arguments does to the entry.
"""

import ast
import io
import re
import tokenize
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

import jacobians.layers
from jacobians.layer import Layer
from jacobians.layers import find, find_all, layer_names
from jacobians.point import Point, differentiable
from jacobians.verify.formats import FORMATS

from .claims import (
    Case, agrees, arrays, at_arguments, at_points, bound, decided, in_fifty_digits, in_format, inherent, numerical,
    relative, units, with_error, within,
)  # fmt: skip
from .fifty_digits import numbers

UNITS = 8
SIZES = (2, 4)
DRAWS = 16

every_layer = pytest.mark.parametrize("name", layer_names())
every_point = pytest.mark.parametrize("case", at_points(*SIZES), ids=str)
every_argument = pytest.mark.parametrize("case", at_arguments(*SIZES), ids=str)
formats = pytest.mark.parametrize("dtype", ["float32", "float64"])


def test_the_cases_are_all_layers():
    assert {case.layer for case in at_arguments(*SIZES)} == set(layer_names())
    assert len(layer_names()) >= 6


# -- what L is --------------------------------------------------------------------------------------------------------


@every_argument
def test_shape_and_type(case: Case, rng):
    typical = case.draw(rng)
    for dtype in ("float32", "float64"):
        point = in_format(typical, dtype)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            y, L = point.forward(), point.L(case.argument)
        assert isinstance(L, np.ndarray | sparse.csr_array)
        assert L.shape == (np.size(y), np.size(point.values[case.argument]))
        assert L.dtype == np.asarray(y).dtype == np.dtype(dtype)
        assert np.isfinite(L.data if sparse.issparse(L) else L).all()
        assert np.isfinite(y).all()


@every_argument
def test_forms_agree(case: Case, rng):
    point = case.draw(rng)
    natural, dense, sparse_ = (point.L(case.argument, form) for form in ("natural", "dense", "sparse"))
    assert type(dense) is np.ndarray
    assert type(sparse_) is sparse.csr_array
    np.testing.assert_array_equal(sparse_.toarray(), dense)
    np.testing.assert_array_equal(natural.toarray() if sparse.issparse(natural) else natural, dense)


@pytest.mark.parametrize("case", at_points(*SIZES, arguments=lambda map: ["theta"] if map.theta else []), ids=str)
def test_theta_is_side_by_side(case: Case, rng):
    point = case.draw(rng)
    each = [point.L(a, "dense") for a in point.map.theta]
    np.testing.assert_array_equal(point.L("theta", "dense"), np.hstack(each))


@every_argument
def test_stored_entries_are_structural(case: Case, rng):
    """An entry that is stored and yet zero however the arguments are drawn should not be stored.

    Nothing is learnt from a point of fixed numbers, or from an L that is 0 throughout (a setting that is 0).
    """
    points = [case.draw(each) for each in rng.spawn(DRAWS)]
    Ls = [point.L(case.argument) for point in points]
    assert all(L.has_canonical_format for L in Ls if sparse.issparse(L)), "duplicate or unsorted entries"
    if not all(sparse.issparse(L) for L in Ls) or not _all_vary(points):
        return
    stored, nonzero = np.zeros((2, *Ls[0].shape), bool)
    for L in Ls:
        at = (np.repeat(np.arange(L.shape[0]), np.diff(L.indptr)), L.indices)
        stored[at] = True
        nonzero[at] |= L.data != 0
    idle = stored & ~nonzero
    assert not idle.any() or (idle == stored).all(), f"{idle.sum()} of {stored.sum()} stored entries are 0 in all draws"


def _all_vary(points) -> bool:
    """Every entry of every argument is drawn anew."""
    first, *others = map(arrays, points)
    return all((np.array([p[a] for p in others]) != v).any(axis=0).all() for a, v in first.items())


# -- L against what does not know it ----------------------------------------------------------------------------------


@every_argument
def test_L_is_the_difference_quotient(case: Case, rng):
    point = case.draw(rng)
    q, L = numerical(point, case.argument), point.L(case.argument, "dense")
    assert not (text := agrees(L, q)), text
    known = decided(point, L, q)
    assert known.mean() >= 0.5 if known.size else True, f"{known.sum()} of {known.size} entries decided"


@pytest.mark.parametrize("name", [name for name in layer_names() if find(name).conventions])
def test_every_convention_agrees_with_the_difference_quotient(name, rng):
    """Where L is a convention (at a kink), each usual choice lies between the one-sided derivatives; and it is a choice."""
    for setting, choices in find(name).conventions.items():
        differ = False
        for point in find(name).points(rng, 3):
            for a in differentiable(point.map):
                maps = [type(point.map)(**point.map.settings | {setting: choice}) for choice in choices]
                Ls = [map.L(a, **point.values) for map in maps]
                for map, L in zip(maps, Ls, strict=True):
                    assert not (text := agrees(L, numerical(Point(map, point.values), a))), f"{map}, {point.name}: {text}"
                differ = differ or any((L != Ls[0]).sum() for L in Ls)
        assert differ, f"no point where {setting} makes a difference"


@every_point
def test_float64_is_fifty_digits_to_a_few_units(case: Case, rng):
    point = case.draw(rng)
    exact = in_fifty_digits(point)
    for a in (None, *differentiable(point.map)):

        def result(values, a=a):
            return point.map.forward(**values) if a is None else point.map.L(a, **values)

        want = numbers(result(exact))
        off = units(result(arrays(point)), want, inherent(rng, result, exact))
        assert off.max(initial=0.0) <= UNITS, f"{f'L^{a}' if a else 'forward'}: {off.max():.3g} units in the last place"


@formats
@pytest.mark.parametrize("case", at_points(3), ids=str)
def test_running_error_is_honest_and_not_absurd(case: Case, dtype, rng):
    """Code in `dtype` is within the bound of the exact result; the bound keeps at least half of the digits."""
    point, format = in_format(case.draw(rng), dtype), FORMATS[dtype]
    for a in (None, *differentiable(point.map)):

        def result(values, a=a):
            return point.map.forward(**values) if a is None else point.map.L(a, **values)

        exact = in_fifty_digits(point)
        want, limit = numbers(result(exact)), bound(result(with_error(point, format)), format)
        assert not (text := within(result(arrays(point)), want, limit)), f"{f'L^{a}' if a else 'forward'}: {text}"
        size = np.maximum(np.abs(np.asarray(want, float)), inherent(rng, result, exact, draws=1))
        assert relative(limit, size) <= np.sqrt(format.u)


@pytest.mark.parametrize("case", at_points(2, arguments=lambda map: [] if map.atoms() is None else [""]), ids=str)
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
        assert np.all(np.abs(one - other) <= 1e-30 * size), a or "forward"


# -- the points -------------------------------------------------------------------------------------------------------


@every_point
def test_arguments_are_left_alone(case: Case, rng):
    point = case.draw(rng)
    before = {a: v.copy() for a, v in arrays(point).items()}
    for v in arrays(point).values():
        v.flags.writeable = False
    point.forward()
    for a in differentiable(point.map):
        for form in ("natural", "dense", "sparse"):
            point.L(a, form)
    for a, v in arrays(point).items():
        np.testing.assert_array_equal(v, before[a])


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
    source = '"""A: y = f(2).\n\n    a = b   (1)\n    c = d(7)\n    e = f   words  (2)\n"""\nx = 1  # (1) (3)\ny = "# (4)"\n'
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
