"""Colours on terminals only, and as NO_COLOR and FORCE_COLOR say."""

import io

import pytest

from jacobians.show.colour import Pen, wanted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": ""}, False),
        (Terminal(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
)
def test_when(stream, environment, expected, monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wanted(stream) is expected


def test_verdicts_are_coloured_where_they_stand_and_nowhere_else():
    said = (
        "relu   0.10  PASS\nPASS  relu gradient of x\nFAIL  linear gradient of b: FAIL is a word\nnote  PASS by a layer"
    )
    coloured = Pen(True).verdicts(said)
    assert coloured.count("\033[0m") == 4
    assert "\033[32mPASS\033[0m\n" in coloured
    assert coloured.splitlines()[2].startswith("\033[1;31mFAIL\033[0m  linear")
    assert coloured.splitlines()[2].endswith("FAIL is a word")
    assert Pen(False).verdicts(said) == said
