"""`jacobians check --at SIZES`: the estimate first, a verdict, and one sentence for what cannot be done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jacobians.__main__ import main

SIZES = "x=6x70,W=90x70,b=90"
MINE = """
def forward(x, W, b):
    return x @ W.T + b, (x, W)

def backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": g.mean(axis=0)}
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    path = tmp_path / "mine.py"
    path.write_text(MINE, encoding="utf-8")
    return str(path)


def test_the_estimate_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    args = ["check", "--layer", "linear", "--at", SIZES, "--memory", "6MB", "--dtype", "float64"]
    assert main(args) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("within 6 MB, beside arguments of 54.5 kB")
    assert said[1].startswith("float64: about 76,140 entries of L")
    assert said[1].endswith("twice: at random and at whole numbers")
    assert said[2].startswith("layer ")
    assert said[3].endswith("PASS")
    assert "152,280 entries of L" in said[4]


def test_wrong_code_is_refused_and_json_says_so(mine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    args = ["check", mine, "--layer", "linear", "--at", SIZES, "--memory", "6MB", "--json", str(out)]
    assert main(args) == 1
    assert "divided by the batch size" in capsys.readouterr().out
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["verdict"] == "FAIL"
    assert {r["diagnosis"]["name"] for r in found["results"] if r["diagnosis"]} == {"mean-for-sum"}
    assert any("entries of L" in note for note in found["notes"]["linear"])


def test_settings_are_held(capsys: pytest.CaptureFixture[str]) -> None:
    at = "x=1x2x9x8,W=3x2x3x3,b=3"
    args = ["check", "--layer", "conv2d", "--setting", "padding=1", "--at", at, "--dtype", "float32", "-v"]
    assert main(args) == 0
    assert "conv2d" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--at", SIZES], "write --layer NAME too"),
        (["--layer", "linear", "--at", "x=6x70"], "no size for W and b"),
        (["--layer", "linear", "--at", "x=6y70"], "is no size"),
        (["--layer", "linear", "--at", "x=6x70,W=90x71,b=90"], "cannot take arguments of these sizes"),
        (["--layer", "add", "--at", "a=6x70,b=5x70"], "same number of examples"),
        (["--layer", "softmax", "--at", "x=2x3000"], "dense Jacobian of 3000 × 3000 takes 72 MB"),
        (["--layer", "linear", "--at", SIZES, "--convention", "cs231n"], "no --convention"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    args: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *args, "--memory", "6MB"]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.strip().splitlines()) == 1
