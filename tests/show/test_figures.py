"""The drawings: files that are pictures, with the numbers, blocks and wrong entries that they should have."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from jacobians import Graph
from jacobians.__main__ import main
from jacobians.errors import ArgumentError, BadFile
from jacobians.layers import Linear, ReLU, SquaredError, find
from jacobians.show import canvas
from jacobians.show.canvas import figure
from jacobians.show.small import small_point, upstream
from jacobians.show.wrong import Wrong

WRONG = """
def forward(x, W, b):
    return x @ W.T + b, (x, W)

def backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": 2 * g.sum(axis=0)}
"""


@pytest.fixture(scope="module", autouse=True)
def _matplotlib():
    pytest.importorskip("matplotlib", reason="drawing is tried where matplotlib is: pip install '.[plot]'")


def texts(path) -> list[str]:
    """Every piece of text in an SVG file, as it was written."""
    found = ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(t.itertext()).strip() for t in found]


def test_the_numbers_drawn_are_those_of_the_product(tmp_path):
    from jacobians.show.figure import draw_point

    point = small_point(Linear)
    g = upstream(point)
    draw_point(point, g, str(tmp_path / "a.svg"), "linear")
    numbers = [float(t) for t in texts(tmp_path / "a.svg") if re.fullmatch(r"-?\d+(\.\d+)?", t)]
    want = []
    for a in ("x", "W", "b"):
        L = point.L(a)
        want += [*g, *(L.data if a != "x" else L.ravel()), *(g @ L)]
    assert sorted(numbers) == pytest.approx(sorted(want), abs=6e-4)
    assert "linear" in texts(tmp_path / "a.svg")


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG\r\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-")])
def test_every_format_and_the_same_bytes_each_time(ending, start, tmp_path):
    from jacobians.show.figure import draw_point

    point = small_point(find("relu"))
    written = []
    for k in range(2):
        path = tmp_path / f"{k}.{ending}"
        draw_point(point, upstream(point), str(path))
        written.append(path.read_bytes())
    assert written[0].startswith(start)
    assert written[0] == written[1]


def test_a_wide_jacobian_has_its_parts_below_one_another():
    from jacobians.show.figure import _Band
    from jacobians.show.product import products

    point = small_point(find("conv2d"))
    x, _, b = (_Band(p) for p in products(point, upstream(point)))
    assert (x.stacked, b.stacked) == (True, False)
    assert max(x.width, b.width) <= 12


def test_every_layer_can_be_drawn_in_some_inches():
    from jacobians.layers import find_all
    from jacobians.show.figure import _Band
    from jacobians.show.product import products

    for layer in find_all().values():
        point = small_point(layer)
        for product in products(point, upstream(point)):
            band = _Band(product)
            assert 0.05 < band.cell <= 0.42
            assert max(band.width, band.height) < 13, layer


def test_more_than_a_picture_shows_is_refused(tmp_path):
    from jacobians.show.figure import draw_point

    point = small_point(find("relu"), 50)
    with pytest.raises(ArgumentError, match="L.x of 2550 × 2550 is more than a picture shows"):
        draw_point(point, np.ones(2550), str(tmp_path / "a.png"))
    assert not (tmp_path / "a.png").exists()


def test_a_picture_of_a_large_matrix_loses_no_stored_entry(rng):
    from jacobians.show.cells import coarser

    values = rng.standard_normal((50, 73))
    stored = rng.random((50, 73)) < 0.02
    small = coarser(np.ma.masked_where(~stored, values), most=10)
    assert small.shape == (7, 10)
    for i, j in np.ndindex(7, 10):
        tile = np.s_[8 * i : 8 * i + 8, 8 * j : 8 * j + 8]
        if stored[tile].any():
            assert abs(small[i, j]) == np.abs(values[tile][stored[tile]]).max()
        else:
            assert small.mask[i, j]


def test_the_network_has_its_names_shapes_and_colours(tmp_path, rng):
    from jacobians.show.figure_network import draw_network

    net = Graph(h=(Linear(), "x", "W", "b"), a=(ReLU(), "h"), J=(SquaredError(), "a", "y"))
    values = {"x": rng.standard_normal(4), "W": rng.standard_normal((3, 4)), "b": np.zeros(3), "y": np.ones(3)}
    draw_network(net, values, str(tmp_path / "net.svg"))
    found = texts(tmp_path / "net.svg")
    for words in ("x", "W", "linear", "relu", "squared_error", "J", "g^x", "∂J/∂W", "L^yhat", "3×4", "1×12"):
        assert words in found
    assert "#f7e059" in (tmp_path / "net.svg").read_text(encoding="utf-8").lower()


def test_wrong_entries_have_a_frame_each(tmp_path):
    from jacobians.show.figure_wrong import draw_wrong

    want = np.diag([1.0, 2.0, 3.0])
    wrong = np.zeros((3, 3), bool)
    wrong[0, 2] = wrong[1, 1] = True
    got = want + 0.5 * wrong
    draw_wrong([Wrong("x", "typical", got, want, wrong, (), ())], str(tmp_path / "a.svg"), "relu")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    frames = re.findall(r"fill: none; stroke: #c0504d; stroke-width: 1.6", svg)
    assert len(frames) == 2
    assert "2 of 9 entries of L^x [3 × 3] are wrong at the point 'typical'" in texts(tmp_path / "a.svg")
    assert "2.5" in texts(tmp_path / "a.svg")


def test_a_failed_check_is_drawn_and_one_that_passes_is_not(tmp_path, capsys):
    (tmp_path / "mine.py").write_text(WRONG)
    out = tmp_path / "wrong.svg"
    assert main(["check", str(tmp_path / "mine.py"), "--layer", "linear", "--plot", str(out), "-q"]) == 1
    assert any("entries of L^b" in t for t in texts(out))
    out.unlink()
    assert main(["check", "--layer", "linear", "--dtype", "float64", "--plot", str(out), "-q"]) == 0
    assert "not written, as no wrong entry of an L was found" in capsys.readouterr().out
    assert not out.exists()


def test_what_cannot_be_written(tmp_path):
    for path, reason in (
        (tmp_path, "that is a folder"),
        (tmp_path / "a.bmp", "write a file that ends in one of .png, .svg and .pdf"),
        (tmp_path / "none" / "a.png", "there is no folder"),
    ):
        with pytest.raises(BadFile, match=reason):
            figure(str(path), 1, 1)


def test_a_disk_that_is_full(monkeypatch, tmp_path):
    drawing = figure(str(tmp_path / "a.png"), 1, 1)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(drawing, "savefig", full)
    with pytest.raises(BadFile, match="could not be written .No space left on device."):
        canvas.save(drawing, str(tmp_path / "a.png"))
