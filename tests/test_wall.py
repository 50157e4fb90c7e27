"""The wall between the two sides, read from the imports of every file.

reference/ knows NumPy (and scipy.special, for erf) and nothing of ours; no layer knows reference/; of the package only
the side that judges does.
"""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REFERENCE = sorted((ROOT / "reference").glob("**/*.py"))
PACKAGE = sorted((ROOT / "jacobians").glob("**/*.py"))
MAY_IMPORT_REFERENCE = tuple(
    f"jacobians/{part}" for part in ("verify/", "grading/", "timing/", "show/", "checking.py", "workers.py")
)


def imported(source: str) -> set[str]:
    """The dotted names of all modules that a file imports, wherever in it; a relative one with its dots."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
            if called in ("import_module", "__import__") and isinstance(first, ast.Constant):
                found.add(str(first.value))  # of f"reference.{name}" the part that is written out
    return found


def top(module: str) -> str:
    return module.partition(".")[0]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", REFERENCE, ids=name)
def test_reference_imports_numpy_and_nothing_of_ours(path):
    assert {m if m.startswith("scipy") else top(m) for m in imported(path.read_text(encoding="utf-8"))} <= {
        "numpy",
        "scipy.special",
        "reference",
        *sys.stdlib_module_names,
    }


@pytest.mark.parametrize("path", PACKAGE, ids=name)
def test_the_explicit_side_does_not_know_reference(path):
    if not name(path).startswith(MAY_IMPORT_REFERENCE):
        assert "reference" not in {top(m) for m in imported(path.read_text(encoding="utf-8"))}


def test_both_sides_are_there():
    assert len(REFERENCE) > 5
    assert len([p for p in PACKAGE if name(p).startswith("jacobians/layers/")]) > 5


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("import reference.linear", "reference.linear"),
        ("def f():\n    from reference import linear", "reference"),
        ("import importlib\nimportlib.import_module('reference.relu')", "reference.relu"),
        ("__import__('scipy')", "scipy"),
        ("from ..matrix import I", "..matrix"),
        ("import numpy as np, jacobians", "jacobians"),
    ],
)
def test_imports_are_seen(source, wanted):
    assert wanted in imported(source)
