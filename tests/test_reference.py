"""The efficient side: every layer has a twin, every twin is of a layer, and each computes g · L as a fast path should.

That each is right at every one of its points is what `jacobians check` says, and .ci/run asks it; here is the typical
point, in both formats that the twins support.
"""

import importlib
import inspect
import pkgutil
from itertools import islice

import numpy as np
import pytest

import reference
from jacobians.batch import batch_of
from jacobians.layers import find, layer_names
from jacobians.point import Point, differentiable
from jacobians.verify.check import check
from jacobians.verify.results import Verdict

from .verify.trials import at_points

TWINS = sorted(m.name for m in pkgutil.iter_modules(reference.__path__) if not (m.ispkg or m.name[0] == "_"))
every_twin = pytest.mark.parametrize("name", sorted(set(TWINS) & set(layer_names())))


def module(name: str):
    return importlib.import_module(f"reference.{name}")


def first_points(name: str, rng, k: int = 2) -> list[Point]:
    """The first points of a layer, batched as the twin has them."""
    cls = find(name)
    found = list(islice(cls.points(rng, 5), k))
    return found if cls.interacts else [batch_of([p, p]) for p in found]


def conventions():
    """Every choice that is not the layer's own, at a kink or a tie: its points are mostly at the layer's own."""
    for name in sorted(set(TWINS) & set(layer_names())):
        for setting, values in find(name).conventions.items():
            for v in values:
                if v != getattr(find(name), setting):
                    yield pytest.param(name, {setting: v}, id=f"{name}-{setting}-{v}")


def test_every_layer_has_a_twin_and_every_twin_a_layer():
    assert layer_names() == TWINS


@every_twin
def test_it_passes(name):
    report = check(module(name), at_points(name), ("float64", "float32"), lengths=())
    assert [r.text for r in report.failures] == []
    assert report.verdict is Verdict.PASS
    assert not [n for n in report.notes if "left out" in n], "the twin takes every setting"
    assert not [n for n in report.notes if "shares memory" in n or "share memory" in n]


@pytest.mark.parametrize(("name", "settings"), [*conventions()])
def test_it_passes_in_every_convention(name, settings):
    report = check(module(name), find(name), ("float64",), settings=settings, lengths=())
    assert [r.text for r in report.failures] == []
    assert report.verdict is Verdict.PASS


@every_twin
def test_signature(name):
    """The layer's arguments by name, then its settings with the layer's own defaults."""
    cls, given = find(name), inspect.signature(module(name).forward).parameters
    settings = cls().settings
    defaults = {p.name: p.default for p in given.values() if p.default is not p.empty}
    assert defaults == settings
    named = [p for p in given if p not in settings]
    assert named == ([cls._names[0]] if cls._many else list(cls().args))
    assert list(inspect.signature(module(name).backward).parameters) == ["g", "saved"]


@every_twin
def test_float32_stays_float32(name, rng):
    for point in first_points(name, rng):
        given = {
            a: v.astype(np.float32) if np.asarray(v).dtype.kind == "f" else np.asarray(v)
            for a, v in point.values.items()
        }
        y, saved = module(name).forward(**given, **point.map.settings)
        assert y.dtype == np.float32
        found = module(name).backward(rng.standard_normal(y.shape).astype(np.float32), saved)
        assert {v.dtype for v in found.values() if v is not None} == {np.dtype(np.float32)}
        assert set(found) <= set(differentiable(point.map))
