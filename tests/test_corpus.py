"""A fast part of `python -m benchmarks.verdicts`: right code of other algorithms is let pass, lost digits are told."""

import importlib
from pathlib import Path

import pytest

from benchmarks import verdicts

ROOT = Path(__file__).resolve().parents[1]
NUMPY_ONLY = sorted(
    path.stem
    for path in (ROOT / "benchmarks/corpus/correct").glob("[!_]*.py")
    if path.stem not in ("torch_peers", "jax_functions")  # those are asked by test_torch_peers, and by the benchmark
)
SOME = 4  # cases of each corpus, spread over it


def some(module):
    cases = importlib.import_module(module).cases()
    return range(0, len(cases), max(1, len(cases) // SOME))


@pytest.mark.parametrize("corpus", NUMPY_ONLY)
def test_correct_code_raises_no_alarm(corpus, monkeypatch):
    monkeypatch.setattr(verdicts, "LENGTH", ())
    module = f"benchmarks.corpus.correct.{corpus}"
    rows = [row for k in some(module) for row in verdicts.judge_correct(module, k, seed=1)]
    assert [verdicts.wrong(row) for row in rows if row["alarms"]] == []
    assert sum(row["verdicts"] for row in rows) > SOME
    assert all(row["ratio"] is None or row["ratio"] <= 1 for row in rows)


@pytest.mark.parametrize("corpus", ["norms", "pointwise", "softmaxes"])
def test_lost_digits_are_told(corpus):
    module = f"benchmarks.corpus.correct.{corpus}"
    rows = [row for k in range(2) for row in verdicts.judge_digits(module, k, seed=0)]
    assert rows
    assert [verdicts.wrong(row) for row in rows if not row["told"]] == []


def test_the_benchmark_s_own_counts():
    """False alarms, misses and wrong names are counted as such: the numbers of the JSON can be other than 0."""
    right = {"kind": "correct", "case": "a", "verdicts": 4, "alarms": [], "inconclusive": 1}
    alarm = right | {"alarms": ["x gradient: …"], "inconclusive": 0}
    named = {"kind": "wrong", "case": "b", "caught": True, "named": True, "named_wrongly": False}
    missed = named | {"case": "c", "caught": False, "named": False}
    misnamed = named | {"case": "d", "named": False, "named_wrongly": True}
    mutants = [{"kind": "mutant", "case": str(k), "caught": k < 2, "same": k == 2} for k in range(4)]
    digits = [{"kind": "digits", "case": "e", "told": told} for told in (True, False)]
    found = verdicts.summary([right, alarm, named, missed, misnamed, *mutants, *digits])
    assert found == {
        "verdicts": 8, "false_alarms": 1, "inconclusive": 1, "planted": 3, "missed": 1, "named": 1, "named_wrongly": 1,
        "digits_lost": 2, "digits_told": 1, "mutants": 3, "mutants_missed": 1, "mutants_equivalent": 1,
    }  # fmt: skip
