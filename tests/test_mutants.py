"""Planted mistakes in every twin: each small change to a backward pass is caught, or changes nothing."""

import importlib

import pytest

from benchmarks.corpus.equivalence import equivalent
from benchmarks.corpus.mutants import mutants
from jacobians.layers import find, layer_names
from jacobians.verify.check import check
from jacobians.verify.results import Verdict

TRIED = 10  # of each twin's mutants, spread over all kinds; `python -m benchmarks.verdicts` tries them all
AT_LEAST = 5  # each twin must have been broken in at least this many ways


@pytest.mark.parametrize("name", layer_names())
def test_mutants_of_the_twin_are_caught(name: str) -> None:
    """Every mutant FAILs, except those that compute the same function; of the others there are enough."""
    twin, layer = importlib.import_module(f"reference.{name}"), find(name)
    caught, missed = 0, []
    every = list(mutants(twin))
    for change, mutant in every[:: max(1, len(every) // TRIED)]:
        verdict = check(mutant, layer, ("float64",), until_failure=True, lengths=()).verdict
        if verdict is Verdict.FAIL:
            caught += 1
        elif not equivalent(mutant, twin, layer):
            missed.append(change)
    assert not missed
    assert caught >= AT_LEAST


@pytest.mark.parametrize("name", ["elu", "selu"])
def test_the_other_side_s_derivative_at_a_kink(name: str) -> None:
    """It is outside the bound of code that computes L from the stored output, too: at 0 the output is exact."""
    twin = importlib.import_module(f"reference.{name}")
    (mutant,) = (m for change, m in mutants(twin) if "x > 0 → x >= 0" in change)
    assert not equivalent(mutant, twin, find(name))
    assert check(mutant, find(name), ("float64",), lengths=()).verdict is Verdict.FAIL
