"""Notebooks: definitions, imports and constants of the code cells; nothing is executed, magics are dropped."""

import json
import time

import pytest

from jacobians.adapters.local import Local
from jacobians.adapters.source import from_notebook, read_source, source_text
from jacobians.errors import BadFile


def notebook(*cells: str, kind: str = "code") -> str:
    made = [{"cell_type": kind, "source": text.splitlines(keepends=True), "metadata": {}} for text in cells]
    made.insert(0, {"cell_type": "markdown", "source": "# Homework\n", "metadata": {}})
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})


CELLS = (
    "%matplotlib inline\n!pip install nothing\nimport numpy as np\nfrom math import pi",
    "EPS = 1e-5\nSHAPE = (2, 3)\nmoved = open('/nonexistent')  # would fail",
    "@staticmethod\ndef decorated(x):\n    return x\n\n"
    "def f(x):\n    # kept as it is\n    %time y = x\n    return x + EPS",
    "f(3)\nprint('never')\nraise SystemExit\nclass A:\n    def forward(self, x):\n        return np.exp(x)",
    "%%bash\nrm -rf nothing",
    "%%time\ndef g(x):\n    return f(x)",
    "f?\n?f\nfor k in range(10**9): pass",
)


@pytest.mark.parametrize("text", ["import a\n" * 3000, "import a;" * 3000, "x = [\n1]\n" * 3000])
def test_a_long_cell_takes_time_by_its_length(text):
    before = time.process_time()
    assert from_notebook(notebook(text), "hw.ipynb").count("\n") >= 3000
    assert time.process_time() - before < 2


def test_what_is_taken_keeps_its_text_to_the_letter():
    text = "é = 'ü'; x = '''é\n  ö'''; import a\n@f\ndef g():\n    return (1,\n  2)  # here"
    kept = "# cell 2\né = 'ü'\nx = '''é\n  ö'''\nimport a\n@f\ndef g():\n    return (1,\n  2)\n"
    assert from_notebook(notebook(text), "hw.ipynb") == kept


def test_what_is_taken_of_a_notebook():
    text = from_notebook(notebook(*CELLS), "hw.ipynb")
    assert "import numpy as np" in text
    assert "EPS = 1e-5" in text
    assert "SHAPE = (2, 3)" in text
    assert "@staticmethod\ndef decorated(x):" in text
    assert "# kept as it is" in text
    for never in ("open(", "print", "SystemExit", "pip", "rm -rf", "range", "time", "f(3)"):
        assert never not in text
    compile(text, "hw", "exec")


def test_it_runs_as_a_module(tmp_path):
    path = tmp_path / "hw.ipynb"
    path.write_text(notebook(*CELLS), encoding="utf-8")
    place = Local(path)
    assert sorted(place.found()) == ["A", "f", "g"]
    assert place.call("g", 1.0) == 1.0 + 1e-5


def test_a_source_in_one_string(tmp_path):
    made = {"cells": [{"cell_type": "code", "source": "def f(): return 1"}], "nbformat": 4}
    assert "def f()" in from_notebook(json.dumps(made), "hw.ipynb")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (notebook("x = 1", "def f(:\n    pass"), "hw.ipynb: cell 3 is not valid Python: line 1, `def f(:`"),
        (notebook("def f():\n    return 1\n  bad"), "cell 2 is not valid Python: line 3"),
        ("{", "hw.ipynb is not a notebook: it is not JSON"),
        ("[]", "it has no list of cells"),
        ('{"cells": 3}', "it has no list of cells"),
        ('{"worksheets": [{"cells": []}]}', "is a notebook of format 3: save it in format 4"),
        ("[" * 100_000, "it is not JSON"),
    ],
)
def test_what_is_no_notebook(text, said):
    with pytest.raises(BadFile) as caught:
        from_notebook(text, "hw.ipynb")
    assert said in str(caught.value)


def test_files(tmp_path):
    path = tmp_path / "hw.py"
    path.write_text("x = 1\n")
    assert read_source(path) == "x = 1\n"
    for name, data, said in (
        ("hw.txt", b"", "is a .txt file: give a Python file or a notebook"),
        ("hw", b"", "is a nameless file"),
        ("hw.py", b"\xff\xfe", "is not a text file in UTF-8"),
        ("hw.ipynb", b" " * (33 << 20), "has 33 MiB: at most 32 are read"),
    ):
        with pytest.raises(BadFile) as caught:
            source_text(data, name)
        assert said in str(caught.value)
    with pytest.raises(BadFile, match="there is no such file"):
        read_source(tmp_path / "none.py")
    with pytest.raises(BadFile, match="that is a folder"):
        read_source(tmp_path)


def test_a_byte_order_mark_is_no_part_of_it():
    assert source_text(b"\xef\xbb\xbfx = 1", "hw.py") == "x = 1"
