import ast
import sys
from pathlib import Path

import pytest

import jacobians.grading.sandbox as sandbox_package
from jacobians.errors import BadFile
from jacobians.grading.sandbox import Sandbox
from jacobians.grading.sandbox.inside.imports import _entries, module_name


def test_where_other_packages_lie_is_no_part_of_pythons_library(tmp_path: Path) -> None:
    """In a Python without a virtual environment they lie inside its own folder, the grader among them."""
    for name in ("site-packages/jacobians", "dist-packages", "json", "elsewhere"):
        (tmp_path / "lib" / name).mkdir(parents=True)
    (tmp_path / "lib/os.py").touch()
    (tmp_path / "lib/linked").symlink_to(tmp_path)
    assert sorted(Path(e).name for e in _entries(str(tmp_path / "lib"))) == ["elsewhere", "json", "os.py"]


SANDBOX = Path(sandbox_package.__file__).parent


def imported(file: Path) -> set[str]:
    """The top-level names that a file imports, those of its own package left out."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {a.name.partition(".")[0] for a in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).partition(".")[0])
    return found


@pytest.mark.parametrize("file", sorted(SANDBOX.rglob("*.py")), ids=lambda f: f.name)
def test_no_object_is_ever_made_from_bytes_and_nothing_of_ours_is_inside(file: Path) -> None:
    assert not imported(file) & {"pickle", "dill", "marshal", "shelve", "cloudpickle", "multiprocessing", "joblib"}
    if file.parent.name == "inside":
        assert imported(file) <= sys.stdlib_module_names | {"numpy"}
        assert "from .." not in file.read_text()


def test_modules_are_named_after_their_files() -> None:
    assert module_name("mytorch/nn/linear.py") == "mytorch.nn.linear"
    assert module_name("mytorch/__init__.py") == "mytorch"


@pytest.mark.parametrize("module", ["colorsys", "plistlib", "xml.etree.ElementTree", "numpy.testing", "wave"])
def test_all_of_the_library_can_be_imported_late(module: str, sandbox: Sandbox) -> None:
    """Also by a user who has no way to where it lies."""
    sandbox.open(f"import {module}".encode(), "a.py").close()


@pytest.mark.parametrize("module", ["torch", "jacobians", "reference", "pytest", "scipy.special"])
def test_nothing_else_can_be(module: str, sandbox: Sandbox) -> None:
    top = module.partition(".")[0]
    with pytest.raises(BadFile, match=f"No module named '{top}': here there are Python's standard library and numpy"):
        sandbox.open(f"import {module}".encode(), "a.py")
