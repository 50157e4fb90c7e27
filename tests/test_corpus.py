"""A fast part of `python -m benchmarks.verdicts`: right code of other algorithms is let pass, lost digits are told."""

import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import verdicts
from benchmarks.corpus.case import Case
from jacobians.verify.results import Diagnosis, Report, Result, Verdict

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


def named(monkeypatch, *found):
    """What judge_wrong says of a case, expected to be "factor:2", of which a check finds this, format by format."""

    def report(fast, layer, formats, *_):
        failures = [
            Result("relu", "x", claim, formats[0], Verdict.FAIL, diagnosis=diagnosis and Diagnosis(diagnosis, ""))
            for claim, diagnosis in found[0 if formats == ("float64",) else -1]
        ]
        return Report(failures, 0)

    cases = [Case("museum 0: planted", "relu", None, False, names=("factor:2", "linear"))]
    monkeypatch.setattr(verdicts, "check", report)
    monkeypatch.setitem(sys.modules, "planted", SimpleNamespace(cases=lambda: cases))
    return list(verdicts.judge_wrong("planted", 0, 0))


@pytest.mark.parametrize(
    ("found", "right", "wrong"),
    [
        ([[("gradient", "factor:2")]], 1, 0),
        ([[("gradient", "factor:2"), ("finite", None)]], 1, 0),  # broken besides: a fact, no other name
        ([[("linear", None)]], 1, 0),
        ([[("finite", None), ("linear", None)]], 0, 1),  # not first
        ([[("gradient", "factor:2"), ("gradient", "negated")]], 0, 1),  # right, and wrong beside that
        ([[("gradient", "factor:2")], [("gradient", "negated")]], 0, 1),  # right in float64 alone
        ([[("gradient", "factor:2")], [("gradient", None)]], 0, 0),  # unnamed in float32
    ],
)
def test_a_name_has_to_be_right_first_and_everywhere(found, right, wrong, monkeypatch):
    counts = verdicts.summary(named(monkeypatch, *found))
    assert [counts[k] for k in ("planted", "missed", "named", "named_wrongly")] == [1, 0, right, wrong]


RIGHT = {"kind": "correct", "case": "a", "seed": 0, "verdicts": 4, "alarms": [], "inconclusive": 1}


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (RIGHT, 0),
        (RIGHT | {"alarms": ["x gradient: …"]}, 1),
        ({"kind": "mutant", "case": "a", "caught": False, "same": True}, 0),
        ({"kind": "mutant", "case": "a", "caught": False, "same": False}, 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_how_the_benchmark_ends(row, status, monkeypatch, tmp_path, capsys):
    """Its exit status says what it found; after Ctrl-C what was judged is there, and marked."""

    def judged(todo, workers):
        yield RIGHT
        if isinstance(row, KeyboardInterrupt):
            raise row
        yield row

    monkeypatch.setattr(verdicts, "judged", judged)
    assert verdicts.main(["--only", "nothing", "--json", str(tmp_path / "o")]) == status
    found = json.loads((tmp_path / "o").read_text())
    assert found["interrupted"] == (status == 130) == ("interrupted: 1 rows" in capsys.readouterr().out)
    assert found["rows"][0] == RIGHT


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
