"""The pages of `jacobians grade --html`: one student's, and a class's; looked at in a real browser too."""

from __future__ import annotations

import re

import pytest

from jacobians.__main__ import main
from tests.grading.homework import RIGHT, TOML, changed
from tests.show.looked_at import Tags, measured

EVIL = b"import numpy as np\ndef relu_forward(x):\n    raise ValueError('<script>alert(1)</script>' + 'w' * 300)\n"
EVIL += b"def relu_backward(g, x):\n    return g\n"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Graded once: the pages of three students, and of their class."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "a.toml").write_text(TOML.replace('id = "linear"', 'id = "linear"\nvisible = "hidden"'))
    (folder / "class").mkdir()
    codes = {"right": RIGHT.encode(), "wrong": changed(("g * (x > 0)", "2 * g * (x > 0)")), "evil": EVIL}
    for name, code in codes.items():
        (folder / "class" / f"{name}.py").write_bytes(code)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JACOBIANS_SECRET", "x" * 32)
        assignment = ["--assignment", str(folder / "a.toml"), "-q", "--html"]
        for name in codes:
            main(["grade", str(folder / "class" / f"{name}.py"), *assignment, str(folder / f"{name}.html")])
        main(["grade", str(folder / "class" / "wrong.py"), *assignment, str(folder / "public.html"), "--public"])
        whole = ["grade", str(folder / "class"), "--out", str(folder / "out"), "--workers", "1"]
        assert main([*whole, *assignment, str(folder / "class.html")]) == 0
    return {
        path.stem: path.read_text(encoding="utf-8") for path in (*folder.glob("*.html"), folder / "out/report.html")
    }


def words(page):
    return re.sub(r"\s+", " ", Tags(page.partition("<body>")[2].removesuffix("</html>\n").replace("</body>", "")).text)


def test_a_student_reads_marks_and_hints(pages):
    assert "right: 10 of 10 points" in words(pages["right"])
    text = words(pages["wrong"])
    order = [
        "wrong: 9 of 10 points",
        "Two layers",
        "linear: 8 of 8",
        "Rectifier: 1 of 2",
        "0 of 1 the gradient of x: the",
    ]
    assert (places := [text.index(said) for said in order]) == sorted(places)
    assert "it is 2 times g·L" in text
    assert Tags(pages["wrong"]).count("section", "PASS") == Tags(pages["wrong"]).count("section", "SUSPICIOUS") == 1


def test_at_home_hidden_questions_are_not_there(pages):
    assert "public" not in words(pages["public"])
    assert "linear" not in words(pages["public"])
    assert "wrong: 1 of 2 points" in words(pages["public"])


def test_no_expected_number_and_no_seed_is_shown(pages):
    for name in ("wrong", "evil", "class"):
        assert not re.search(r"\d\.\d{4}|the code gives|seed|[0-9a-f]{32}", words(pages[name]))


def test_a_class_report_is_written_where_it_is_wanted_too(pages):
    assert pages["class"] == pages["report"]
    text = words(pages["class"])
    assert "3 submissions; on average" in text
    assert "factor:2" in text


def test_nothing_is_loaded_and_nothing_runs(pages):
    for text in pages.values():
        page = Tags(text)
        assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.seen}
        assert not re.findall(r"(?:src|href|url)\s*[=(]", text)
        assert ("html", {"lang": "en"}) in page.seen
        assert all(a.get("scope") == "col" for tag, a in page.seen if tag == "th")
    assert "<script>alert(1)</script>" in words(pages["evil"])


LOOK = """(page, view) => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b }
  const back = light(view.getComputedStyle(page.body).backgroundColor)
  const contrast = c => { const a = light(c); return (Math.max(a, back) + .05) / (Math.min(a, back) + .05) }
  const colours = [...page.querySelectorAll("h1,h2,p,li,td,.verdict")].map(e => view.getComputedStyle(e).color)
  const drawn = [...page.querySelectorAll("svg text")].map(e => view.getComputedStyle(e).fill)
  const labels = [...page.querySelectorAll("svg")].flatMap(svg => {
    const boxes = [...svg.querySelectorAll("text")].filter(t => t.textContent).map(t => t.getBoundingClientRect())
    return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
      a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1)) })
  const root = page.documentElement
  return {wide: root.scrollWidth - root.clientWidth, contrast: Math.min(...[...colours, ...drawn].map(contrast)),
    loaded: view.performance.getEntriesByType("resource").length, over: labels.length}
}"""


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, True)])
@pytest.mark.parametrize("name", ["wrong", "evil", "class"])
def test_in_a_browser(pages, name, width, dark):
    """No sideways scrolling, readable colours, no label over another, light and dark, wide and on a phone."""
    found = measured(pages[name], LOOK, width, dark)
    assert found["wide"] == 0
    assert found["contrast"] >= 4.5, "WCAG 2.2, level AA"
    assert found["loaded"] == 0
    assert found["over"] == 0


def test_the_browser_would_see_labels_that_overlap(pages):
    broken = pages["class"].replace('font-size="12"', 'font-size="30"')
    assert measured(broken, LOOK, 1200)["over"] > 0


def test_where_it_cannot_be_written(pages, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JACOBIANS_SECRET", "x" * 32)
    (tmp_path / "a.toml").write_text(TOML)
    (tmp_path / "right.py").write_text(RIGHT)
    right, options = str(tmp_path / "right.py"), ["--assignment", str(tmp_path / "a.toml"), "--html"]
    assert main(["grade", right, *options, str(tmp_path / "none" / "a.html")]) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert main(["grade", right, right, *options, str(tmp_path / "a.html")]) == 2
    assert "about one submission" in capsys.readouterr().err
