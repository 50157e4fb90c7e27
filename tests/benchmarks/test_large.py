"""benchmarks.large: a case in a process of its own, with its peak beside the limit."""

import shutil

import pytest

from benchmarks import large

pytest.importorskip("threadpoolctl")
pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="the loop needs a C compiler")


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(large, "CASES", {"small": ("linear", {}, "x=4x60,W=50x60,b=50")})


def test_blocks_go_by_and_one_is_timed_beside_them(small):
    blocks, gone_by, make, multiply = large.one("small", "150kB", check=False)
    assert blocks.more["entries"] == 4 * (2 * 50 * 60 + 50)
    assert blocks.more["blocks"] > 1
    assert blocks.more["limit"] == 150_000
    assert blocks.more["peak"] > 0
    assert blocks.ratio is None
    assert gone_by.ratio == pytest.approx(gone_by.seconds / blocks.more["in_memory"])
    assert make.seconds > 0
    assert multiply.ratio == pytest.approx(multiply.seconds / blocks.more["loop"])


def test_the_twin_is_checked(small):
    [row] = large.one("small", "6MB", check=True)
    assert row.more["verdict"] == "PASS"
    assert row.more["points"] == 2


def test_a_case_that_does_not_fit_is_a_row_that_says_so(monkeypatch, capfd):
    args = large.parser("large", "x").parse_args([])
    args.cases, args.limits, args.check = "conv2d 3→64, 224×224", "1kB", False
    [row] = large.measure(args)
    assert row.seconds is None
    assert "1 kB" in row.more["why"]
