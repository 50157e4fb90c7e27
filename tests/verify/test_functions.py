"""Functions of one number: the error bound of each, in float32, against fifty digits. A new rule must be added here."""

import numpy as np
import pytest

from jacobians.verify.formats import FORMATS
from jacobians.verify.functions import Functions
from jacobians.verify.running import Running

from ..fifty_digits import Fifty, lift

F32 = FORMATS["float32"]
N = 300
DOMAINS = {
    "exp": (-80, 80), "expm1": (-20, 20), "log": (1e-6, 100), "log1p": (-0.9, 20), "sqrt": (1e-6, 100),
    "tanh": (-12, 12), "sin": (-20, 20), "cos": (-20, 20), "erf": (-5, 5), "erfc": (-5, 5), "power": (0.01, 9),
}  # fmt: skip


def test_every_rule_has_its_domain_here():
    written = {
        name[1:]
        for name, f in vars(Functions).items()
        if name.startswith("_") and not name.startswith("__") and callable(f)
    }
    assert written - {"function"} == set(DOMAINS)


def function(name: str):
    from scipy import special

    if name == "power":
        return lambda x: np.power(x, lift(2.5) if isinstance(x, Fifty) else np.float32(2.5))
    return getattr(np, name, None) or getattr(special, name)


def exact(name: str, x: np.ndarray) -> np.ndarray:
    return np.asarray(function(name)(lift(x)).parts[0])


def arguments(name: str, rng) -> np.ndarray:
    low, high = DOMAINS[name]
    return np.concatenate(
        [rng.uniform(low, high, N), rng.uniform(max(low, -1e-3), 1e-3, N // 4) if low < 1e-3 else []]
    ).astype(np.float32)


def computed(name: str, x: np.ndarray, error: np.ndarray) -> Running:
    with np.errstate(all="ignore"):
        return function(name)(Running(x.astype(float), error, F32))


@pytest.mark.parametrize("name", DOMAINS)
def test_a_library_in_float32_is_within_the_bound(name, rng):
    x = arguments(name, rng)
    found, want = computed(name, x, np.zeros(len(x))), exact(name, x)
    for got in (function(name)(x).astype(float), found.value):
        assert (np.abs(lift(got).parts[0] - want) <= lift(found.error).parts[0]).all()
    there = np.abs(found.value) > 1e-30
    assert (found.error[there] <= 5 * F32.u * np.abs(found.value[there])).all(), "a wider bound sees less"


@pytest.mark.parametrize("size", [1e-6, 1e-3, 0.3])
@pytest.mark.parametrize("name", DOMAINS)
def test_arguments_that_are_off_by_their_error(name, size, rng):
    """f at any number within the error of x, computed in float32, is within the bound of f(x)."""
    x = arguments(name, rng)
    error = np.abs(x) * size
    if name in ("log", "sqrt", "power"):
        error = np.minimum(error, x / 2)
    found = computed(name, x, error.astype(float))
    want = lift(found.value).parts[0]
    for shift in (-1.0, 1.0, rng.uniform(-1, 1, len(x))):
        other = x.astype(float) + 0.999999 * shift * error
        if name == "log1p":
            other = np.maximum(other, -0.95)
        off = np.abs(exact(name, other) - want)
        assert (off <= lift(np.nan_to_num(found.error, posinf=1e300)).parts[0]).all()


def test_no_bound_where_the_argument_may_leave_the_domain():
    x = Running(np.array([0.5, 0.5]), np.array([0.5, 0.6]), F32)
    with np.errstate(all="ignore"):
        assert np.isinf(np.log(x).error).all()
        assert np.isfinite(np.sqrt(x).error).all()
        assert np.isinf(np.log1p(Running(np.array([-0.5]), np.array([0.5]), F32)).error).all()
