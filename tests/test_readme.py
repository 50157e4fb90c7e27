"""README says what is so: its examples run and print what it shows, its links lead somewhere, its table is complete."""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jacobians.__main__ import main
from jacobians.table import table

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w/]+\.py)\n")  # the first line of a block that is a file


def section(heading: str) -> str:
    """What stands between a heading and the next of the same rank."""
    [found] = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    return found


def blocks(kind: str, text: str = README) -> list[str]:
    return [block for found, block in BLOCK.findall(text) if found == kind]


def write_files(folder: Path, text: str = README) -> list[Path]:
    """Every block that is a file, written under its name."""
    found = []
    for block in blocks("python", text):
        if name := FILE.match(block):
            found.append(folder / name[1])
            found[-1].parent.mkdir(parents=True, exist_ok=True)
            found[-1].write_text(block, encoding="utf-8")
    return found


def without_what_varies(text: str) -> str:
    """Without seconds, and without the part of its bound that the rounding of this machine's BLAS takes."""
    return re.sub(r"\b0\.\d\d(?= +\de-\d\d)", "0.…", re.sub(r"in \d+\.\d s", "in … s", text))


def test_every_block_is_of_a_kind_that_is_tested():
    assert {kind for kind, _ in BLOCK.findall(README)} == {"python", "console", "sh", "text"}
    assert README.count("```") == 2 * len(BLOCK.findall(README))
    for block in blocks("python"):
        assert FILE.match(block) or block.startswith(">>> ")


@pytest.mark.parametrize("command", ["jacobians check", "python -m pytest"])
def test_the_two_commands_are_there_once_on_the_first_screen(command):
    found = re.findall(rf"^python -m pip install .* && {command}$", README, re.MULTILINE)
    assert len(found) == 1
    assert found[0] in README.splitlines()[:40]


def test_the_examples_print_what_is_shown():
    runner, names = doctest.DocTestRunner(), {}
    examples = [block for block in blocks("python") if not FILE.match(block)]
    assert examples
    for k, block in enumerate(examples):
        # with a copy of the names, as the runner empties its own
        test = doctest.DocTestParser().get_doctest(block, names, f"README example {k + 1}", "README.md", 0)
        said: list[str] = []
        runner.run(test, out=said.append, clear_globs=False)
        names = test.globs
        assert said == [], "".join(said)


def test_the_tests_of_a_layer_that_is_not_here_are_tests(tmp_path):
    write_files(tmp_path, section("In your test suite"))
    command = "python -m pytest -p no:cacheprovider -p no:jacobians -p jacobians.pytest_plugin -v test_gate.py"
    out = run(command, tmp_path, ROOT)
    for claim in ("forward", "gradient-x", "gradient-w", "contract"):
        for dtype in ("float64", "float32"):
            assert f"test_gate[swish_gate-{dtype}-{claim}] PASSED" in out
    wrong = (tmp_path / "test_gate.py").read_text("utf-8").replace(".sum(axis=0)", ".mean(axis=0)")
    (tmp_path / "test_gate.py").write_text(wrong, encoding="utf-8")
    out = run(f"! {command}", tmp_path, ROOT)
    assert "2 failed, 6 passed" in out
    assert "FAIL factor:0.333333: " in out


@pytest.mark.parametrize("session", blocks("console"))
def test_the_commands_print_what_is_shown(session, tmp_path, monkeypatch, capsys):
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    commands = re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]
    assert commands
    for command in commands:
        typed, _, shown = command.partition("\n")
        program, *arguments = shlex.split(typed)
        assert program == "jacobians"
        main(arguments)
        out, err = capsys.readouterr()
        assert err == ""
        assert without_what_varies(out) == without_what_varies(shown)


def test_the_links_lead_somewhere():
    text = BLOCK.sub("", README)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    headings = {
        re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    assert links
    for link in links:
        path, _, heading = link.partition("#")
        if "://" not in link:
            assert (ROOT / path).exists(), link
            assert not heading or heading in headings or path, link


def test_the_table_of_layers_is_the_program_s():
    mend = "put the output of `jacobians layers --markdown` below '## The layers', and nothing else"
    assert section("The layers").strip("\n") == table(markdown=True), mend


def test_the_layer_that_is_added_is_a_layer(tmp_path):
    """In a copy of the clone, by the commands that README gives for it: nothing else names the new layer."""
    for name in ("jacobians", "reference", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    files = write_files(tmp_path, section("Add a layer"))
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        "jacobians/layers/cubic.py",
        "reference/cubic.py",
    ]
    commands = "".join(blocks("sh", section("Add a layer"))).splitlines()
    [check] = [command for command in commands if command.startswith("jacobians check")]
    out = run(check, tmp_path)
    assert re.search(r"^cubic +x c +\S+ +\S+ +\S+ +\S+ +[\d,]+  PASS$", out, re.MULTILINE), out
    assert out.splitlines()[-1].startswith("1 PASS: "), out
    [claims] = [command for command in commands if command.startswith("python -m pytest")]
    out = run(claims, tmp_path)
    assert int(re.findall(r"(\d+) passed", out)[-1]) > 20, out


def run(command: str, folder: Path, package: Path | None = None) -> str:
    """What a command of README prints in a folder, with the package there or elsewhere; it must succeed."""
    programs = 'jacobians() { python -m jacobians "$@"; }; python() { "$PYTHON" "$@"; }; '
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    environment |= {"PYTHON": sys.executable, "PYTHONPATH": str(package or folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"PYTHONIOENCODING": "utf-8", "PY_COLORS": "0"}
    shell = ["bash", "-c", programs + command]
    done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
