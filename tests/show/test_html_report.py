"""The page of `jacobians check --html`: what it says, and how it looks in a real browser, wide, narrow and dark."""

import re

import pytest

from jacobians.__main__ import main

from .looked_at import Tags, measured

WRONG = """
import numpy as np

def forward(x, gamma, beta, eps=1e-5):
    axes = tuple(range(x.ndim - gamma.ndim, x.ndim))
    centred = x - x.mean(axis=axes, keepdims=True)
    rstd = 1 / np.sqrt(np.square(centred).mean(axis=axes, keepdims=True) + eps)
    return gamma * (centred * rstd) + beta, (centred * rstd, rstd, gamma, axes)

def backward(g, saved):
    xhat, rstd, gamma, axes = saved
    d, rows = g * gamma, tuple(range(axes[0]))
    x = rstd * (d - d.mean(axis=axes, keepdims=True))
    return {"x": x, "gamma": (g * xhat).sum(axis=rows), "beta": g.sum(axis=rows)}
"""


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """The page of a wrong layer_norm, with a name that HTML would mistake for a tag."""
    folder = tmp_path_factory.mktemp("<b>")
    (folder / "mine.py").write_text(WRONG, encoding="utf-8")
    out = folder / "report.html"
    status = main(["check", str(folder / "mine.py"), "--layer", "layer_norm", "--html", str(out), "-q"])
    assert status == 1
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def passed(tmp_path_factory):
    """The page of several layers that pass."""
    out = tmp_path_factory.mktemp("report") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jacobians.checking.layer_names", lambda: ["identity", "relu", "linear"])
        assert main(["check", "--html", str(out), "-q"]) == 0
    return out.read_text(encoding="utf-8")


def test_the_diagnosis_comes_first(failed):
    page = Tags(failed)
    text = re.sub(r"\s+", " ", page.text)
    order = ["FAIL layer_norm", "What did not pass", "missing-variance", "the term − x̂ mean(g gamma x̂) is missing",
             "entries of L^x", "Code that reproduces it", "Each layer", "units of its bound"]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert page.count("section", "FAIL") == 1, "float64 and float32 say the same: one card"
    assert page.count("td", "x") > 0, "the wrong entries are framed"


def test_the_code_that_reproduces_it_runs(failed, tmp_path):
    code = re.search(r"<pre>(.*?)</pre>", failed, re.DOTALL)
    assert code
    text = code[1].replace("&quot;", '"').replace("&#x27;", "'").replace("&gt;", ">")
    names: dict = {}
    exec(WRONG, names)
    lines: list[float] = []
    exec(text, names | {"print": lambda got, want: lines.append(abs(got - want))})
    assert lines[0] > 1e-6


def test_layers_that_pass(passed):
    page = Tags(passed)
    assert page.text.count("PASS") >= 4
    assert "What did not pass" not in page.text
    assert page.count("tr") == 4
    assert page.count("span", "bar") == 6
    assert page.count("span", "over") == 0


def test_notes_are_there(tmp_path):
    (tmp_path / "mine.py").write_text(
        "def forward(x): return x * (x > 0), x\ndef backward(g, x): return {'x': g * (x > 0)}\n", encoding="utf-8"
    )
    out = tmp_path / "report.html"
    command = ["check", str(tmp_path / "mine.py"), "--layer", "relu", "--dtype", "float64", "--html", str(out), "-q"]
    assert main(command) == 0
    assert "relu: convention: at_zero = 0.0" in Tags(out.read_text(encoding="utf-8")).text


def test_nothing_is_loaded_and_nothing_runs(failed, passed):
    for text in (failed, passed):
        page = Tags(text)
        assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.seen}
        assert not re.findall(r"(?:src|href|url)\s*[=(]", text)
        assert not [k for _, a in page.seen for k in a if k.startswith("on")]


def test_who_does_not_see_it_can_read_it(failed):
    page = Tags(failed)
    assert ("html", {"lang": "en"}) in page.seen
    assert all(a.get("scope") == "col" for tag, a in page.seen if tag == "th")
    assert all(a.get("aria-hidden") == "true" for tag, a in page.seen if "bar" in (a.get("class") or "").split())
    ranks = [int(tag[1]) for tag, _ in page.seen if re.fullmatch("h[1-6]", tag)]
    assert ranks[0] == 1
    assert all(b - a <= 1 for a, b in zip(ranks, ranks[1:], strict=False))


LOOK = """(page, view) => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b }
  const back = view.getComputedStyle(page.body).backgroundColor
  const contrast = e => { const [a, b] = [light(view.getComputedStyle(e).color), light(back)]
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) }
  page.querySelectorAll("details").forEach(d => d.open = true)
  const boxes = [...page.querySelectorAll("td.x")].map(e => e.getBoundingClientRect())
  const root = page.documentElement
  return {wide: root.scrollWidth - root.clientWidth, back: light(back),
    contrast: Math.min(...[...page.querySelectorAll(".verdict,p,td b,li,summary")].map(contrast)),
    seen: boxes.filter(b => b.width > 8 && b.height > 8).length, framed: boxes.length,
    loaded: view.performance.getEntriesByType("resource").length,
    head: view.getComputedStyle(page.querySelector("thead")).position,
    heading: page.querySelector("h1").textContent}
}"""


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, True)])
def test_in_a_browser(failed, width, dark):
    """No sideways scrolling, readable colours, the picture there; on a phone the table is cards."""
    found = measured(failed, LOOK, width, dark)
    assert found["heading"] == "FAIL layer_norm"
    assert found["wide"] == 0
    assert found["contrast"] >= 4.5, "WCAG 2.2, level AA"
    assert found["seen"] == found["framed"] > 0
    assert found["loaded"] == 0
    assert (found["back"] < 0.1) == dark
    assert found["head"] == ("absolute" if width < 640 else "static")


def test_the_browser_would_see_a_page_that_is_too_wide(failed):
    broken = failed.replace("<h2>", '<div style="width:2000px;color:#777">wide</div><h2>', 1)
    assert measured(broken, LOOK, 390)["wide"] > 1000


def test_where_it_cannot_be_written(capsys, tmp_path):
    for path, reason in (
        (tmp_path, "that is a folder"),
        (tmp_path / "none" / "a.html", "there is no folder"),
        (tmp_path / "a.pdf", "write a file that ends in one of .html and .htm"),
    ):
        assert main(["check", "--layer", "relu", "--html", str(path)]) == 2
        out, err = capsys.readouterr()
        assert (out, reason in err) == ("", True)


def test_an_interrupted_check_is_written_too(monkeypatch, tmp_path):
    from jacobians import checking

    right = checking.check

    def interrupted(fast, layer, *args, **kwargs):
        if layer.__name__ == "ReLU":
            raise KeyboardInterrupt
        return right(fast, layer, *args, **kwargs)

    monkeypatch.setattr(checking, "check", interrupted)
    monkeypatch.setattr(checking, "layer_names", lambda: ["identity", "relu"])
    out = tmp_path / "report.html"
    assert main(["check", "--dtype", "float64", "--html", str(out), "-q"]) == 130
    page = Tags(out.read_text(encoding="utf-8")).text
    assert "interrupted: 1 of 2 layers were checked to the end" in page
    assert "INCONCLUSIVE identity" in page, "what was not checked has not passed"
