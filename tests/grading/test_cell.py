"""A question from inside a notebook: the cells' definitions are judged, nothing else of them runs."""

from __future__ import annotations

import pytest

from jacobians.errors import JacobiansError
from jacobians.grading import cell
from tests.grading.homework import RIGHT, SHORT, changed


def test_the_points_and_the_hints_of_cells(toml, capsys):
    path = toml(text=SHORT)
    cells = ["", "%matplotlib inline", "x = = 3", RIGHT, "raise SystemExit"]
    assert cell.score(cells, path, "relu") == 2
    assert capsys.readouterr().out == ""
    wrong = [*cells, changed(("g * (x > 0)", "g")).decode()]  # written again, further below
    assert cell.score(wrong, path, "relu") == 1
    assert "the values are wrong" in capsys.readouterr().out
    assert cell.full(wrong, path, "relu", "forward")
    assert not cell.full(wrong, path, "relu", "x")
    assert not cell.full(wrong, path, "relu", "W")


def test_what_is_not_there_is_said(toml):
    path = toml(text=SHORT)
    with pytest.raises(JacobiansError, match="Did you mean 'relu'"):
        cell.score([RIGHT], path, "rellu")
    with pytest.raises(JacobiansError, match="has no part 'y'"):
        cell.score([RIGHT], path, "relu", "y")
    with pytest.raises(JacobiansError, match="write In"):
        cell.score(RIGHT, path, "relu")
