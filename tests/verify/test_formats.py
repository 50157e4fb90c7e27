"""Formats: their constants against what NumPy and ml_dtypes say of the types, and what their readings suppose."""

import sys

import ml_dtypes
import numpy as np
import pytest

from jacobians.errors import UnknownName
from jacobians.verify.formats import FORMATS, get_format

every_format = pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS)


@every_format
def test_constants_are_those_of_the_type(format):
    info = (np if format.dtype.kind == "f" else ml_dtypes).finfo(format.dtype)
    assert format.dtype.name == format.name
    assert 2 * format.u == float(info.eps)
    assert format.tiny == float(info.smallest_normal)
    assert format.huge == float(info.max)


@every_format
def test_rounding_is_to_nearest(format, rng):
    x = rng.uniform(1, 2, 2000) * rng.choice([-1.0, 1.0], 2000) * 2.0 ** rng.integers(-5, 6, 2000)
    rounded = format.round(x)
    assert rounded.dtype == np.float64
    assert (np.abs(rounded - x) <= format.u * np.abs(x)).all()
    np.testing.assert_array_equal(format.round(rounded), rounded)
    if format.p < 53:
        assert np.abs(rounded / x - 1).max() > 0.9 * format.u, "u is no larger than it must be"


@every_format
def test_ties_go_to_even_and_what_is_too_large_to_infinity(format):
    if format.p < 53:
        np.testing.assert_array_equal(format.round([1 + format.u, 1 + 3 * format.u]), [1, 1 + 4 * format.u])
        np.testing.assert_array_equal(format.round([4 * format.huge, -4 * format.huge]), [np.inf, -np.inf])
    assert format.round(format.huge) == format.huge


def test_wide_formats_are_read_in_one_way_and_narrow_ones_the_tightest_first():
    assert [len(f.readings()) for f in FORMATS.values()] == [1, 1, 3, 3]
    for f in FORMATS.values():
        readings = f.readings()
        assert readings[0] is f
        assert {(r.name, r.u, r.dtype) for r in readings} == {(f.name, f.u, f.dtype)}
        assert [r.u_inside for r in readings] == sorted(r.u_inside for r in readings)
        assert [r.u_sum for r in readings] == sorted(r.u_sum for r in readings)
        assert readings[-1].u_sum == readings[-1].u_inside == f.u
        assert len({r.reading for r in readings}) == len(readings)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match=r"'flaot32'.*float64, float32, float16, bfloat16.*Did you mean 'float32'\?"):
        get_format("flaot32")
    with pytest.raises(UnknownName, match="no format is called ''"):
        get_format("")


def test_bfloat16_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    with pytest.raises(UnknownName, match=r"pip install '\.\[bfloat16\]'"):
        get_format("bfloat16").dtype  # noqa: B018
