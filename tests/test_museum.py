"""The museum: each public bug report is planted in a layer of ours, or there is a reason; each is found and named."""

import importlib
from pathlib import Path

import pytest

from benchmarks.corpus.case import Case
from benchmarks.corpus.museum.not_planted import REASONS
from jacobians.layers import find, layer_names
from jacobians.verify.check import check
from jacobians.verify.results import Verdict

# the ids of the record of bug reports, real_bugs.csv
IDS = {
    2, 3, 4, 5, 6, 9, 12, 13, 14, 16, 18, 19, 20, 21, 22, 24, 25, 26, 29, 30, 31, 32, 33, 35, 37, 39, 43, 45, 46,
    47, 48, 49, 51, 52, 53, 54, 55, 56, 58, 59, 60, 64, 66, 67, 70, 71, 72, 73, 74, 76, 77, 78, 80, 82, 83, 84, 85,
    86, 89, 92, 93, 94, 95, 96, 97, 98, 99, 103, 104, 105, 107, 108, 110, 112, 115, 116, 118, 119, 120, 121, 122,
    125, 126, 127, 129, 130, 132, 134, 135, 137, 140, 141, 143, 144, 146, 147, 149, 150, 151, 152, 153, 154, 155,
    156, 159, 160, 162, 164, 166, 168, 169, 170,
}  # fmt: skip
FOLDER = Path(__file__).parent.parent / "benchmarks" / "corpus" / "museum"
FILES = sorted(path.stem for path in FOLDER.glob("[!_]*.py") if path.stem != "not_planted")


def cases() -> list[Case]:
    return [case for name in FILES for case in importlib.import_module(f"benchmarks.corpus.museum.{name}").cases()]


def number(case: Case) -> int:
    """The id in a case's name: 31 of "museum 31: …"."""
    return int(case.name.removeprefix("museum ").partition(":")[0])


def test_every_report_is_planted_or_has_a_reason():
    planted = {number(case) for case in cases()}
    assert len(IDS) == 112
    assert planted | set(REASONS) == IDS
    assert not planted & set(REASONS)
    assert all(REASONS.values())


def test_cases_are_what_they_say():
    for case in cases():
        assert not case.right
        assert case.layer in layer_names()
        assert case.names, case.name
    names = [(case.name, case.layer) for case in cases()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{number(case)}-{case.layer}")
def test_it_is_found_out_and_named(case: Case) -> None:
    """In one format: the verdict is FAIL, and the first diagnosis is the right one."""
    report = check(case.fast, find(case.layer), case.formats[:1], settings=case.settings, lengths=())
    assert report.verdict in (Verdict.FAIL, Verdict.SUSPICIOUS)
    named = [r.diagnosis.name for r in report.failures if r.diagnosis]
    broken = [r.claim for r in report.failures if r.claim not in ("forward", "gradient")]
    assert (named + broken)[0] in case.names
