"""What is shipped, and what the top level of the repository holds."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import jacobians
import reference

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TOP_LEVEL = {"jacobians", "reference", "tests", "benchmarks", "pyproject.toml", "README.md"}
BUILT = {"build", "dist", "__pycache__"}  # what tools leave behind, seen only where git cannot be asked


def in_the_repository() -> set[str]:
    """Every file that is under version control, or that is there, where this is no checkout."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout and (ROOT / ".git").exists():
        return set(listed.stdout.splitlines())
    return {str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()}


def installed() -> metadata.Distribution:
    """The installed package, or a skip where only the clone is there, or where the clone is what is installed."""
    try:
        distribution = metadata.distribution("jacobians")
    except metadata.PackageNotFoundError:
        pytest.skip("jacobians is not installed: run python -m pip install .")
    if '"editable": true' in (distribution.read_text("direct_url.json") or ""):
        pytest.skip("installed with --editable: the files are those of the clone")
    return distribution


def test_top_level_holds_nothing_but_the_agreed_entries():
    top = {name.partition("/")[0] for name in in_the_repository()}
    stray = {name for name in top - TOP_LEVEL - BUILT if not name.startswith(".") and not name.endswith(".egg-info")}
    assert not stray


def test_what_is_tested_is_this_clone_and_no_mixture_with_an_installed_copy():
    for package in (jacobians, reference):
        assert package.__file__ is not None
        assert Path(package.__file__).resolve().parent.parent == ROOT


def test_run_time_dependencies_are_numpy_and_scipy_alone():
    assert {re.split(r"[<>=~! ]", d)[0] for d in PROJECT["dependencies"]} == {"numpy", "scipy"}


def test_pre_commit_and_the_lint_extra_pin_the_same_versions():
    hooks = set(re.findall(r'"([^"]+==[^"]+)"', (ROOT / ".pre-commit-config.yaml").read_text()))
    assert hooks == set(PROJECT["optional-dependencies"]["lint"])


def test_version_of_the_installed_package_is_the_one_written_in_the_source():
    assert installed().version == jacobians.__version__


def test_the_installed_package_holds_every_file_of_both_packages():
    shipped = {str(file) for file in installed().files or ()}
    wanted = {name for name in in_the_repository() if name.startswith(("jacobians/", "reference/"))}
    wanted = {name for name in wanted if (ROOT / name).is_file() and "__pycache__" not in name}
    missing = (wanted | {"jacobians/py.typed"}) - shipped
    assert not missing, "run python -m pip install . again"


def test_the_installed_package_holds_nothing_but_both_packages():
    roots = {Path(file).parts[0] for file in installed().files or () if ".dist-info" not in str(file)}
    assert roots - {"..", "jacobians", "reference"} == set()


def test_an_extra_is_installed_from_the_clone_wherever_it_is_named():
    texts = [(ROOT / "README.md").read_text(), *(p.read_text() for p in (ROOT / "jacobians").rglob("*.py"))]
    named = {said for text in texts for said in re.findall(r"pip install '([\w.]+)\[(\w+)\]'", text)}
    assert {source for source, _ in named} == {"."}  # by its name, it could be another's package of an index
    assert {extra for _, extra in named} <= set(PROJECT["optional-dependencies"])
