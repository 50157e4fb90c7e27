"""benchmarks.twins: a row for forward and one for backward, and why a twin is the slower."""

import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("threadpoolctl")

import reference.identity  # noqa: E402
from benchmarks import twins  # noqa: E402
from benchmarks.rows import Row  # noqa: E402


def test_rows(tmp_path, capsys):
    out = tmp_path / "out.json"
    given = ["--layers", "identity,conv1d", "--numbers", "2000", "--seconds", "0.001", "--json", str(out)]
    assert twins.main([*given, "--dtypes", "float32"]) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [(r["layer"], r["what"]) for r in rows] == [
        (k, w) for k in ("identity", "conv1d") for w in ("forward", "backward")
    ]
    for r in rows:
        assert r["ratio"] == r["seconds"] / r["floor_seconds"]
        assert 1400 <= r["numbers"] <= 4000
        assert r["dtype"] == "float32"
    assert [r["torch_gives_a_view"] for r in rows] == [False, True, False, False]
    assert " of 2 backwards" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"forward": lambda x: (x + 1e-5, None)}, "not PyTorch's: y: an entry is off by"),
        ({"backward": lambda g, saved: {"x": 1.001 * g}}, "not PyTorch's: ∂J/∂x: an entry is off by"),
        ({"backward": lambda g, saved: {}}, "not PyTorch's: ∂J/∂x is missing"),
    ],
)
def test_a_twin_that_computes_something_else_is_not_timed(wrong, said, monkeypatch, tmp_path, capsys):
    for name, function in wrong.items():
        monkeypatch.setattr(reference.identity, name, function)
    given = ["--layers", "identity", "--numbers", "1000", "--dtypes", "float64", "--seconds", "0.001"]
    assert twins.main([*given, "--json", str(tmp_path / "o")]) == 0
    rows = json.loads((tmp_path / "o").read_text())["rows"]
    assert [(r["what"], r["seconds"]) for r in rows] == [("forward", None), ("backward", None)]
    assert all(r["why"].startswith(said) for r in rows)
    assert "0 of 0 backwards" in capsys.readouterr().out


def test_the_slower_are_told_worst_first():
    more = {"ratio_fastest": 1.0, "passes": 3.0, "torch_gives_a_view": False}
    rows = [
        Row("twins", "ours", n, "float64", 1, 1.0, 1, "PyTorch eager", r, more)
        for n, r in zip("abc", (2, 0.5, 3), strict=True)
    ]
    said = twins.slower(rows).splitlines()
    assert said[0] == "slower than PyTorch: 2 of 3 backwards"
    assert [line[0] for line in said[1:]] == ["c", "a"]
