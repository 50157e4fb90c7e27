"""The page of `jacobians bench --html`: its numbers, its curves, and how it looks in a real browser."""

import re

import pytest

from jacobians.__main__ import main
from jacobians.show.html_bench import bench_page
from jacobians.show.svg_chart import Line, log_chart
from jacobians.timing.bench import Row

from .looked_at import Tags, measured


def row(form: str, what: str, size: int, milliseconds: float) -> Row:
    known = {"layer": "relu<b>", "size": size, "batch": 1, "dtype": "float64", "threads": 2, "form": form, "what": what}
    measured = {"seconds": milliseconds / 1e3, "fastest": milliseconds / 1e3, "spread": 0.25, "bytes": 8 * size**2}
    return Row(**known, **measured, peak=0, entries=size**2, nonzero=size, of_bandwidth=0.0, of_peak=0.0)


@pytest.fixture
def rows():
    """Dense time grows with the square of the size, fused with the size; no sparse was measured."""
    return [
        *(row("dense", "multiply", n, n**2 / 100) for n in (10, 100, 1000)),
        *(row("fused", "multiply", n, n / 10) for n in (10, 100, 1000)),
    ]


def test_the_numbers_are_in_the_table(rows):
    page = Tags(bench_page(rows))
    assert {"1", "10", "100", "1e+04"} <= set(page.words), "milliseconds"
    assert "relu<b>, batch of 1, float64, 2 threads" in page.text
    assert "multiply dense 2.0 (2.0), multiply fused 1.0 (2.0)" in page.text
    assert "25%" in page.text
    assert page.count("tr") == 1 + 3
    assert page.text.count("–") >= 3 * 3, "what was not measured"
    assert "6 measurements." in page.text
    assert "6 measurements, interrupted." in Tags(bench_page(rows, interrupted=True)).text


def test_the_curves_are_where_they_should_be(rows):
    """On logarithmic axes, powers are straight lines, and their slopes have the ratio of the powers."""
    paths = re.findall(r'<path d="M([\d. L]+)" fill="none"', bench_page(rows))
    assert len(paths) == 2
    dense, fused = ([tuple(map(float, p.split())) for p in path.split("L")] for path in paths)
    for places in (dense, fused):
        (x0, y0), (x1, y1), (x2, y2) = places
        assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
        assert y1 - y0 == pytest.approx(y2 - y1, abs=0.2)
    assert (dense[0][1] - dense[2][1]) == pytest.approx(2 * (fused[0][1] - fused[2][1]), abs=0.4)
    assert dense[0][1] == pytest.approx(fused[0][1], abs=0.2), "1 ms both"


def test_one_point_and_none():
    assert "<circle" in log_chart([Line("a", [(8, 0.5)], "#000")], "n", "ms", "t")
    assert "Nothing was measured" in log_chart([Line("a", [(8, 0.0)], "#000")], "n", "ms", "t")


def test_in_a_browser(rows):
    look = """(page, view) => ({wide: page.documentElement.scrollWidth - page.documentElement.clientWidth,
      seen: [...page.querySelectorAll("circle")].filter(c => c.getBoundingClientRect().width > 2).length,
      loaded: view.performance.getEntriesByType("resource").length})"""
    assert measured(bench_page(rows), look, 390) == {"wide": 0, "seen": 6, "loaded": 0}


def test_the_command(tmp_path, capsys):
    pytest.importorskip("threadpoolctl", reason="timing needs it: pip install '.[bench]'")
    out = tmp_path / "bench.html"
    quick = ["--sizes", "2,3", "--batches", "1", "--dtype", "float64", "--threads", "1", "--seconds", "0.001"]
    assert main(["bench", "relu", *quick, "--html", str(out)]) == 0
    page = Tags(out.read_text(encoding="utf-8"))
    assert "relu, batch of 1, float64, 1 thread" in page.text
    assert page.count("tr") == 3
    capsys.readouterr()
    assert main(["bench", "relu", *quick, "--html", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"jacobians: --html {tmp_path}: that is a folder; give the path of a file\n"
