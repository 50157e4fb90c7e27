"""`jacobians new layer`: two files that are right as they stand, in a clone or elsewhere; nothing is overwritten."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jacobians.__main__ import main
from jacobians.new_layer import class_name

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy of the clone, with one new layer of each kind."""
    copy = tmp_path_factory.mktemp("clone")
    for name in ("jacobians", "reference", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    run(copy, "-m", "jacobians", "new", "layer", "new_thing")
    run(copy / "tests", "-m", "jacobians", "new", "layer", "cube", "--pointwise")
    return copy


def run(folder: Path, *arguments: str) -> str:
    """What Python prints there, with the packages of that copy; it must succeed."""
    root = next(f for f in (folder, *folder.parents) if (f / "pyproject.toml").exists())
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    environment |= {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["new_thing", "cube"])
def test_in_a_clone_it_is_a_layer_that_passes(clone, name):
    assert (clone / f"jacobians/layers/{name}.py").is_file()
    assert (clone / f"reference/{name}.py").is_file()
    out = run(clone, "-m", "jacobians", "check", "--layer", name, "--dtype", "float64")
    assert re.search(rf"^{name} .*  PASS$", out, re.MULTILINE)
    assert "entries of L exposed" in out


def test_in_a_clone_every_claim_about_layers_holds_of_them(clone):
    files = ("tests/test_every_layer.py", "tests/test_reference.py", "tests/test_planted_in_L.py", "tests/test_wall.py")
    out = run(clone, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files, "-k", "new_thing or cube")
    assert int(re.findall(r"(\d+) passed", out)[-1]) >= 8, out


def test_what_it_writes_is_in_our_format(clone):
    if not importlib.util.find_spec("ruff"):
        pytest.skip("ruff is not installed: pip install '.[lint]'")
    written = [f"{where}/{name}.py" for where in ("jacobians/layers", "reference") for name in ("new_thing", "cube")]
    run(clone, "-m", "ruff", "check", "--no-cache", *written)
    run(clone, "-m", "ruff", "format", "--no-cache", "--check", *written)


def test_a_mistake_in_the_twin_is_named(clone):
    twin = (clone / "reference/new_thing.py").read_text(encoding="utf-8")
    assert "w * g" in twin
    (clone / "mine.py").write_text(twin.replace('"x": w * g', '"x": g.copy()'), encoding="utf-8")
    command = [sys.executable, "-m", "jacobians", "check", "mine.py", "--layer", "new_thing", "--dtype", "float64"]
    done = subprocess.run(
        command, cwd=clone, env={**os.environ, "PYTHONPATH": str(clone), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "the factor w is missing" in done.stdout


@pytest.mark.parametrize("kind", [[], ["--pointwise"]])
def test_elsewhere_the_command_it_names_runs(folder, kind, capsys):
    assert main(["new", "layer", "my_thing", *kind]) == 0
    assert {p.name for p in folder.iterdir()} == {"my_thing.py", "my_thing_fast.py"}
    out = capsys.readouterr().out
    [command] = re.findall(r'python -c "(.*)"', out)
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("PASS\n", 0), done.stderr


def test_into_another_folder(folder, capsys):
    (folder / "there").mkdir()
    assert main(["new", "layer", "my_thing", "--into", "there"]) == 0
    assert {p.name for p in (folder / "there").iterdir()} == {"my_thing.py", "my_thing_fast.py"}
    assert "there/my_thing.py" in capsys.readouterr().out


@pytest.mark.parametrize("there", ["my_thing.py", "my_thing_fast.py"])
def test_nothing_is_overwritten_and_nothing_is_half_done(there, folder, capsys):
    (folder / there).write_text("mine")
    assert main(["new", "layer", "my_thing"]) == 2
    assert f"{there} is there already, and nothing is overwritten" in capsys.readouterr().err
    assert (folder / there).read_text() == "mine"
    assert [p.name for p in folder.iterdir()] == [there]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("MyThing", "such as 'my_thing'"),
        ("my-thing", "such as 'my_thing'"),
        ("my thing", "such as 'my_thing'"),
        ("_thing", "such as 'thing'"),
        ("2d_thing", "such as 'my_layer'"),
        ("thing_", "such as 'thing'"),
        ("a__b", "such as 'a_b'"),
        ("lambda", "it is a word of Python; write 'lambda_layer'"),
        ("../thing", "such as 'thing'"),
        ("", "such as 'my_layer'"),
        ("größe", "cannot be the name of a layer"),
        ("linear", "there is a layer 'linear' already"),
        ("relu_6", "there is a layer 'relu6' already"),
    ],
)
def test_names_that_cannot_be(name, reason, folder, capsys):
    assert main(["new", "layer", name]) == 2
    out, err = capsys.readouterr()
    assert (out, reason in err) == ("", True)
    assert list(folder.iterdir()) == []


def test_no_such_folder(folder, capsys):
    assert main(["new", "layer", "thing", "--into", "none"]) == 2
    assert "there is no folder 'none' to write thing.py in: make it first" in capsys.readouterr().err


def test_class_names():
    assert [class_name(n) for n in ("relu", "layer_norm", "max_pool2d")] == ["Relu", "LayerNorm", "MaxPool2d"]
