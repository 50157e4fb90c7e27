"""Arrays of other numbers: what moves entries moves all parts alike; what computes needs a rule."""

import numpy as np
import pytest
from scipy import sparse

from jacobians.elements import Elements
from jacobians.triplets import Triplets

from .fifty_digits import Fifty, lift, mp, numbers


class Pair(Elements):
    """Two parts that a careless move would treat differently: a number, and ten times that number."""

    def __init__(self, *parts):
        self.parts = tuple(np.asarray(part, float) for part in parts)

    def like(self, *parts):
        return Pair(*parts)

    def lift(self, array):
        return Pair(array, 10 * np.asarray(array, float))

    def sum(self, axis=None, keepdims=False):
        return Pair(*(part.sum(axis=axis, keepdims=keepdims) for part in self.parts))

    def max(self, axis=None, keepdims=False):
        return Pair(*(part.max(axis=axis, keepdims=keepdims) for part in self.parts))

    def sum_groups(self, group, n):
        return Pair(*(np.bincount(group, part, n) for part in self.parts))

    def _add(self, other):
        return Pair(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))

    def _multiply(self, other):
        return Pair(self.parts[0] * other.parts[0], self.parts[1] * other.parts[0])

    def _divide(self, other):
        return Pair(self.parts[0] / other.parts[0], self.parts[1] / other.parts[0])

    _true_divide = _divide

    def _negative(self):
        return Pair(*(-part for part in self.parts))


def pair(array) -> Pair:
    return Pair(array, 10 * np.asarray(array, float))


def same(got, wanted) -> None:
    """`got` is a Pair of these numbers, still with ten times them beside."""
    assert isinstance(got, Pair)
    wanted = np.asarray(wanted)
    np.testing.assert_allclose(got.parts[0], wanted, rtol=1e-14)
    np.testing.assert_allclose(got.parts[1], 10 * wanted, rtol=1e-14)
    assert got.shape == np.shape(got) == wanted.shape
    assert got.size == np.size(got) == wanted.size
    assert got.ndim == np.ndim(got) == wanted.ndim


INDEX = np.array([[2, 0, 0], [1, 1, 2]])

MOVES = {
    "reshape": lambda x: np.reshape(x, (4, 3)),
    "x.reshape": lambda x: x.reshape(2, -1),
    "x.reshape tuple": lambda x: x.reshape((3, 4)),
    "ravel": np.ravel,
    "x.ravel": lambda x: x.ravel(),
    "transpose": np.transpose,
    "T": lambda x: x.T,
    "x.transpose": lambda x: x.transpose(1, 0),
    "transpose axes": lambda x: np.transpose(x.reshape(2, 2, 3), (2, 0, 1)),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 4)),
    "take": lambda x: np.take(x, [3, 0, 0], axis=1),
    "repeat": lambda x: np.repeat(x, 2, axis=0),
    "tile": lambda x: np.tile(x, (2, 1)),
    "flip": lambda x: np.flip(x, 1),
    "expand_dims": lambda x: np.expand_dims(x, 1),
    "squeeze": lambda x: np.squeeze(x[:1]),
    "roll": lambda x: np.roll(x, 1, axis=1),
    "swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "moveaxis": lambda x: np.moveaxis(x.reshape(2, 2, 3), 0, -1),
    "copy": np.copy,
    "pad": lambda x: np.pad(x, ((1, 0), (0, 2))),
    "pad with a number": lambda x: np.pad(x, 1, constant_values=-2.5),
    "diagonal": np.diagonal,
    "tril": np.tril,
    "triu": np.triu,
    "atleast_2d": lambda x: np.atleast_2d(x[0]),
    "atleast_1d": lambda x: np.atleast_1d(x[0, 0]),
    "zeros_like": np.zeros_like,
    "an entry": lambda x: x[1, 2],
    "a row": lambda x: x[1],
    "a slice": lambda x: x[::-1, 1:3],
    "a mask": lambda x: x[np.eye(3, 4) > 0],
    "places": lambda x: x[INDEX, [0, 1, 3]],
    "a new axis": lambda x: x[..., None],
    "take_along_axis": lambda x: np.take_along_axis(x[:, :3], INDEX, 0),
    "stack": lambda x: np.stack([x, x * 2.0], axis=1),
    "concatenate": lambda x: np.concatenate([x, x[:1]], axis=0),
    "concatenate with numbers": lambda x: np.concatenate([np.ones((1, 4)), x]),
    "where": lambda x: np.where(np.eye(3, 4) > 0, x, 7.0),
    "where, numbers first": lambda x: np.where(np.eye(3, 4) > 0, -1.0, x),
    "a part of split": lambda x: np.split(x, [1, 3], axis=1)[1],
}


@pytest.mark.parametrize("name", MOVES)
def test_moves(name, rng):
    x = rng.standard_normal((3, 4))
    same(MOVES[name](pair(x)), MOVES[name](x))


COMPUTES = {
    "sum": lambda x: x.sum(),
    "sum over rows": lambda x: np.sum(x, axis=0),
    "sum keeping": lambda x: np.sum(x, axis=(0, 1), keepdims=True),
    "add.reduce": lambda x: np.add.reduce(x, axis=1),
    "mean": lambda x: x.mean(),
    "mean over columns": lambda x: np.mean(x, axis=1),
    "max": lambda x: np.max(x, axis=0),
    "x.max": lambda x: x.max(axis=1, keepdims=True),
    "maximum.reduce": lambda x: np.maximum.reduce(x),
    "min": lambda x: np.min(x, axis=1),
    "numbers + x": lambda x: 2.0 + x + x,
    "list + x": lambda x: np.add([[1], [2], [3]], x),
    "x * numbers": lambda x: x * np.arange(4.0),
    "x / number": lambda x: x / 4,
    "-x": lambda x: -x,
    "ufuncs by name": lambda x: np.multiply(np.add(x, 1.0), 3.0),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "sparse + x": lambda x: (sparse.csr_array(np.eye(3, 4)) if isinstance(x, np.ndarray) else np.eye(3, 4)) + x,
}


@pytest.mark.parametrize("name", COMPUTES)
def test_what_computes(name, rng):
    x = rng.standard_normal((3, 4))
    same(COMPUTES[name](pair(x)), COMPUTES[name](x))


def test_outer_and_einsum_and_prod_in_fifty_digits(rng):
    x, y, z = rng.standard_normal((3, 4)), rng.standard_normal((4, 2)), rng.standard_normal(3)
    v, w = rng.standard_normal((5, 4, 2)), rng.standard_normal((2, 3, 4))
    pairs = [
        (np.outer(lift(z), y), np.outer(z, y)),
        (np.outer(z, lift(y)), np.outer(z, y)),
        (np.einsum("ij,jk->ik", lift(x), y), x @ y),
        (np.einsum("ij,jk->ki", x, lift(y)), (x @ y).T),
        (np.einsum("ij->j", lift(x)), x.sum(axis=0)),
        (np.einsum("ij,i->ji", lift(x), z), (x * z[:, None]).T),
        (np.einsum("ij,kj->ki", lift(x), x[:2]), x[:2] @ x.T),
        (np.einsum("nij,mjn->inm", lift(w), v), np.einsum("nij,mjn->inm", w, v)),
        (np.einsum("ij,jk,i->", lift(x), lift(y), lift(z)), z @ x @ y @ np.ones(2)),
        (np.prod(lift(x), axis=1), np.prod(x, axis=1)),
        (np.prod(lift(x), axis=0, keepdims=True), np.prod(x, axis=0, keepdims=True)),
        (np.cumsum(lift(x), axis=0), np.cumsum(x, axis=0)),
        (lift(x) @ y, x @ y),
        (x @ lift(y), x @ y),
        (z @ lift(x) @ y, z @ x @ y),
    ]
    for got, wanted in pairs:
        assert isinstance(got, Fifty)
        assert got.shape == np.shape(wanted)
        np.testing.assert_allclose(numbers(got).astype(float) if got.ndim else float(numbers(got)), wanted, rtol=1e-12)


def test_what_looks_and_answers_with_places(rng):
    x = rng.standard_normal((3, 4))
    for f in (np.shape, np.ndim, np.size, np.argmax, np.argmin, len):
        assert f(pair(x)) == f(x)
    np.testing.assert_array_equal(np.argmax(pair(x), axis=1), np.argmax(x, axis=1))
    np.testing.assert_array_equal(np.argsort(pair(x), axis=0), np.argsort(x, axis=0))


# -- lifting ----------------------------------------------------------------------------------------------------------


def test_lifting_is_exact():
    assert numbers(lift(0.1))[()] == mp.mpf(0.1) != mp.mpf("0.1")
    assert numbers(lift(np.float32(0.1)))[()] == mp.mpf(float(np.float32(0.1)))
    assert numbers(lift(2**60 + 1))[()] == 2**60 + 1
    assert numbers(lift(np.array([5e-324, -0.0, 1.7e308]))).tolist() == [mp.mpf(5e-324), 0, mp.mpf(1.7e308)]
    assert lift(np.ones((0, 3))).shape == (0, 3)


def test_lifted():
    x = pair([1.0])
    assert x.lifted(x) is x
    same(x.lifted(3), 3.0)
    same(x.lifted([1.0, 2.0]), [1.0, 2.0])
    same(x.lifted(sparse.csr_array([[0.0, 5.0]])), [[0.0, 5.0]])
    one, other = x.lifted([2.0, x])
    same(one, 2.0)
    assert other is x


def test_fifty_digits_are_fifty():
    """(1 + 1e-40) − 1, and e to forty-seven digits."""
    tiny = lift(1e-40)
    assert abs(float(numbers((1.0 + tiny - 1.0) / tiny)[()]) - 1) < 1e-9 if np.ndim(numbers(tiny)) else True
    e = numbers(np.exp(lift(1.0)))[()]
    assert mp.nstr(e, 47) == "2.7182818284590452353602874713526624977572470937"


def test_rules_of_fifty_digits_against_numpy(rng):
    x, y = np.abs(rng.standard_normal((2, 3, 4))) + 0.1, rng.standard_normal((3, 4))
    one = "sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan arctan sinh cosh tanh"
    for f in (getattr(np, name) for name in f"{one} square reciprocal negative absolute".split()):
        np.testing.assert_allclose(numbers(f(lift(x[0]))).astype(float), f(x[0]), rtol=1e-14)
    for f in (np.floor, np.ceil, np.rint, np.sign, np.isnan, np.isfinite):
        got = f(lift(y))
        np.testing.assert_array_equal(numbers(got).astype(float) if isinstance(got, Fifty) else got, f(y))
    for f in (np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum, np.logaddexp, np.copysign):
        np.testing.assert_allclose(numbers(f(lift(x[0]), y)).astype(float), f(x[0], y), rtol=1e-13)
    for f in (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal):
        got = f(lift(y), np.where(x[1] > 0.5, y, -y))
        assert got.dtype == bool
        np.testing.assert_array_equal(got, f(y, np.where(x[1] > 0.5, y, -y)))


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (np.sinc, "sinc"),
        (np.linalg.norm, "norm"),
        (np.median, "median"),
        (lambda x: np.dot(x, x.T), "dot"),
        (np.exp, r"exp \(__call__\)"),
        (lambda x: x**2, r"power \(__call__\)"),
        (lambda x: x % 2, r"remainder \(__call__\)"),
        (lambda x: np.add.accumulate(x), r"add \(accumulate\)"),
        (lambda x: np.hypot.reduce(x), r"hypot \(reduce\)"),
        (lambda x: np.add(x, x, out=np.zeros((3, 4))), r"add \(__call__\)"),
    ],
)
def test_what_has_no_rule_is_refused_by_name(function, named):
    with pytest.raises(TypeError, match=f"Pair has no rule for numpy's {named}"):
        function(pair(np.ones((3, 4))))


def test_a_triplets_is_not_silently_an_array():
    T = Triplets(np.array([0]), np.array([1]), lift(np.ones(1)), (2, 2))
    with pytest.raises(TypeError):
        np.exp(T)
