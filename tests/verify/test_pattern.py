"""What wrong answers have in common is said where it holds for all of them, and not else."""

from dataclasses import replace

import numpy as np
import pytest

from jacobians.verify.diagnosis import Asked
from jacobians.verify.pattern import describe_pattern

U = 2.0**-53


def asked(rng, wrong, shape=(5, 3, 4, 6), lead=2) -> Asked:
    want = rng.standard_normal(shape)
    return Asked(want, want, wrong(want), np.full(shape, 1e-12), None, U, lead, {})


def by_rows(v):
    return v * np.linspace(0.5, 2.0, v.shape[1]).reshape(1, -1, *(1,) * (v.ndim - 2))


def only_last(axis):
    def wrong(v):
        v = v.copy()
        np.moveaxis(v, axis, 0)[-1] += 1.0
        return v

    return wrong


def no_corner(v):
    v = v.copy()
    v[..., 0, 0] = 0.0
    return v


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (by_rows, "factor-per-row"),
        (only_last(1), "last-only"),
        (only_last(-2), "last-only"),
        (only_last(-1), "last-only"),
        (no_corner, "left-at-zero"),
    ],
)
def test_each_pattern_is_described(wrong, name, rng):
    questions = [asked(rng, wrong) for _ in range(3)]
    found = describe_pattern(questions)
    assert found is not None
    assert found.name == name
    noise = asked(rng, lambda v: v + rng.standard_normal(v.shape))
    assert describe_pattern([*questions, noise]) is None, "it must hold for every answer"


def test_nothing_is_said_of_noise_or_of_right_answers(rng):
    def noise(v):
        return v + rng.standard_normal(v.shape)

    for wrong in (noise, lambda v: v * rng.uniform(0.5, 2.0, v.shape), lambda v: v):
        assert describe_pattern([asked(rng, wrong) for _ in range(2)]) is None


def test_rows_of_one_entry_always_have_a_factor_and_tell_nothing(rng):
    one = asked(rng, lambda v: v * rng.uniform(0.5, 2.0, v.shape[1:]), shape=(5, 7, 1), lead=1)
    assert describe_pattern([one]) is None
    right = replace(one, got=one.want)
    assert describe_pattern([right]) is None


@pytest.mark.parametrize(("excess", "told"), [(1.5, False), (50.0, True)])
def test_an_error_of_the_bounds_own_size_has_no_pattern(rng, excess, told):
    """That it lies in the last example alone is then chance."""

    def wrong(v):
        v = v.copy()
        v[:, -1] += excess * 1e-12 * rng.choice([-1.0, 1.0], v[:, -1].shape)
        return v

    assert (describe_pattern([asked(rng, wrong), asked(rng, wrong)]) is not None) == told
