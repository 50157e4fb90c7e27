"""The page of `jacobians bench --html`: its numbers, its curves, and how it looks in a real browser."""

import re

import pytest

from jacobians.__main__ import main
from jacobians.show.html_bench import bench_page
from jacobians.show.svg_chart import Line, log_chart
from jacobians.timing.bench import Row
from jacobians.timing.roofline import places, roof

from .looked_at import Tags, measured


def row(form: str, what: str, size: int, milliseconds: float) -> Row:
    known = {"layer": "relu<b>", "size": size, "batch": 1, "dtype": "float64", "threads": 2, "form": form, "what": what}
    measured = {"seconds": milliseconds / 1e3, "fastest": milliseconds / 1e3, "spread": 0.25, "bytes": 8 * size**2}
    machine = {"bandwidth": 1e10, "product": 2e10, "of_bandwidth": 0.0, "of_peak": 0.0}
    return Row(**known, **measured, **machine, flops=size**2, peak=0, entries=size**2, nonzero=size)


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
    assert "multiply dense n^2.0 (algebra n^2), multiply fused n^1.0 (algebra n^2)" in page.text
    assert "25%" in page.text
    assert page.count("tr") == 1 + 3
    assert page.count("figure") == 2, "time against size, and the roofline"
    assert page.text.count("–") >= 3 * 3, "what was not measured"
    assert "6 measurements." in page.text
    assert "6 measurements, interrupted." in Tags(bench_page(rows, interrupted=True)).text


def test_the_curves_are_where_they_should_be(rows):
    """On logarithmic axes, powers are straight lines, and their slopes have the ratio of the powers."""
    paths = re.findall(r'<path d="M([\d. L]+)" fill="none"', bench_page(rows))
    assert len(paths) == 2 + 3, "the roofline has three"
    dense, fused = ([tuple(map(float, p.split())) for p in path.split("L")] for path in paths[:2])
    for curve in (dense, fused):
        (x0, y0), (x1, y1), (x2, y2) = curve
        assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
        assert y1 - y0 == pytest.approx(y2 - y1, abs=0.2)
    assert (dense[0][1] - dense[2][1]) == pytest.approx(2 * (fused[0][1] - fused[2][1]), abs=0.4)
    assert dense[0][1] == pytest.approx(fused[0][1], abs=0.2), "1 ms both"


def test_a_crossover_is_marked_where_it_is(rows):
    slow_first = [*(row("sparse", "multiply", n, n**2 / 90) for n in (10, 1000)), *rows[3:]]
    assert "fused &lt; sparse" not in bench_page(slow_first), "fused is faster from the first size on"
    later = [*(row("sparse", "multiply", n, n**2 / 1000) for n in (10, 1000)), *rows[3:]]
    page = bench_page(later)
    (at,) = re.findall(r'd="M([\d.]+) 10V', page)
    ends = [float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*middle">(?:10|100|1000)</text>', page)]
    assert float(at) == pytest.approx(ends[1], abs=0.2), "n²/1000 meets n/10 at 100"


def test_the_roof(rows):
    low, ridge, high = roof(rows[0], [0.125, 4.0])
    assert ridge == (2.0, 2e10), "peak over bandwidth"
    assert low[1] == pytest.approx(1e10 * low[0])
    assert high == (8.0, 2e10)
    assert places(rows)["dense"][0] == (0.125, pytest.approx(100 / 1e-3))


def test_one_point_and_none():
    assert "<circle" in log_chart([Line("a", [(8, 0.5)], "#000")], "n", "ms", "t")
    assert "Nothing was measured" in log_chart([Line("a", [(8, 0.0)], "#000")], "n", "ms", "t")


def test_in_a_browser(rows):
    look = """(page, view) => ({wide: page.documentElement.scrollWidth - page.documentElement.clientWidth,
      seen: [...page.querySelectorAll("circle")].filter(c => c.getBoundingClientRect().width > 2).length,
      loaded: view.performance.getEntriesByType("resource").length})"""
    assert measured(bench_page(rows), look, 390) == {"wide": 0, "seen": 12, "loaded": 0}


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
