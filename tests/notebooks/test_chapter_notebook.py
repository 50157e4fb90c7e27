"""The notebook that follows the chapter runs from beginning to end, in a real kernel, without a warning."""

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parent / "chapter.ipynb"
ROOT = NOTEBOOK.parents[2]
SECTIONS = ("Introduction", "reuse of computation", "generic layer", "full algorithm", "data batches", "linear layer",
            "pointwise", "loss", "bigger network", "Branch and merge", "Parameter sharing", "to the data")  # fmt: skip


def cells(kind: str) -> list[str]:
    found = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


def test_every_section_of_the_chapter_is_there():
    headings = [line for text in cells("markdown") for line in text.splitlines() if line.startswith("#")]
    places = [next(k for k, h in enumerate(headings) if words in h) for words in SECTIONS]
    assert places == sorted(places)


def test_no_output_is_stored():
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_nearly_every_cell_claims_something():
    code = cells("code")
    assert sum("assert " in text for text in code) >= len(code) - 2


@pytest.fixture(scope="module")
def executed():
    """The notebook, run in a kernel of this Python, with every warning an error."""
    for package in ("nbformat", "nbclient", "ipykernel"):
        pytest.importorskip(package, reason="the notebook is run where this is: pip install '.[notebook]'")
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    strict = f"import sys, warnings\nwarnings.simplefilter('error')\nsys.path.insert(0, {str(ROOT)!r})"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(strict))
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook


def test_it_runs(executed):
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output["output_type"] != "error", output
            assert output.get("name") != "stderr", output["text"]


def test_objects_show_themselves(executed):
    data = [output.get("data", {}) for cell in executed.cells for output in cell.get("outputs", [])]
    shown = [one["text/html"] for one in data if "text/html" in one]
    assert len(shown) >= 11
    assert sum("<svg" in html for html in shown) >= 2, "graphs"
    assert sum("g [1 ×" in html for html in shown) >= 8, "products"
