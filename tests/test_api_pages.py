"""The API reference: every module has its page, with its formulas, and pdoc has nothing to warn of."""

import pytest

import jacobians
from jacobians.__main__ import main
from jacobians.api_pages import _resolve_lazy_names, write_pages

pytest.importorskip("pdoc")


def test_pages_of_a_package_hold_its_formulas(tmp_path):
    pages = write_pages(tmp_path, ("jacobians.networks", "jacobians.verify.contracts"))
    assert len(list(tmp_path.rglob("*.html"))) == pages + 1, "and the index"
    text = (tmp_path / "jacobians/verify/contracts/linear.html").read_text()
    assert "for 4 g backward gives 4 times the gradient" in text


def test_the_names_that_are_imported_at_first_use_have_their_place(monkeypatch):
    monkeypatch.setattr(jacobians, "__all__", list(jacobians.__all__))
    _resolve_lazy_names()
    assert vars(jacobians)["Graph"] is jacobians.Graph
    assert {"Graph", "check", "layers", "verify"} <= set(jacobians.__all__)


def test_a_folder_that_cannot_be_written_to(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["docs", "--out", str(tmp_path / "file")]) == 2
    assert "cannot be written to" in capsys.readouterr().err
