"""Shell completion, tried by completing: bash, and zsh and fish where they are, are asked what they offer."""

import shutil
import subprocess

import pytest

from jacobians.__main__ import main
from jacobians.commands import commands
from jacobians.layers import layer_names

# What a person does in ~/.bashrc, then Tab.
ASK_BASH = """
eval "$(cat "$1")"; shift
function=$(complete -p jacobians | grep -oE -- '-F [^ ]+'); function=${function#-F }
COMP_WORDS=(jacobians "$@"); COMP_CWORD=$#
$function; printf '%s\\n' "${COMPREPLY[@]}"
"""
ASK_ZSH = 'autoload -U compinit; compinit -Du; eval "$(cat $0)"; echo ${_comps[jacobians]}'
ASK_FISH = "source $argv[1]; complete -C 'jacobians explain layer_n'"


def script(shell: str) -> str:
    """The script for a shell, or a skip that says what it needs."""
    pytest.importorskip("shtab", reason="completion is tried where shtab is: pip install '.[completion]'")
    if not shutil.which(shell):
        pytest.skip(f"no {shell} on PATH")
    from jacobians.completing import completion

    return completion(shell)


@pytest.fixture(scope="module")
def bash(tmp_path_factory):
    """A folder with the script for bash in it."""
    folder = tmp_path_factory.mktemp("completion")
    (folder / "jacobians.bash").write_text(script("bash"), encoding="utf-8")
    return folder


def offered(folder, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    command = ["bash", "--norc", "-c", ASK_BASH, "bash", "jacobians.bash", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True).stdout.split()


def test_every_command(bash):
    assert set(offered(bash, "")) >= set(commands())
    assert offered(bash, "expl") == ["explain"]


def test_options_of_a_command(bash):
    assert offered(bash, "check", "--ht") == ["--html"]
    assert "--size" in offered(bash, "show", "--s")


@pytest.mark.parametrize("words", [("check", "--layer"), ("show",), ("explain",)])
def test_layers(bash, words):
    assert offered(bash, *words, "layer_n") == ["layer_norm"]
    assert set(offered(bash, *words, "relu")) == {n for n in layer_names() if n.startswith("relu")}


def test_files(bash):
    (bash / "mine_of_this_test.py").touch()
    assert offered(bash, "check", "mine_of") == ["mine_of_this_test.py"]


@pytest.mark.parametrize(
    ("command", "expected"), [(["zsh", "-fc", ASK_ZSH], "_shtab_jacobians"), (["fish", "-Nc", ASK_FISH], "layer_norm")]
)
def test_the_other_shells_take_their_script(command, expected, tmp_path):
    (tmp_path / "script").write_text(script(command[0]), encoding="utf-8")
    done = subprocess.run([*command, "script"], capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert expected in done.stdout, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_a_script(shell, capsys):
    pytest.importorskip("shtab", reason="completion is tried where shtab is: pip install '.[completion]'")
    assert main(["completion", shell]) == 0
    said = capsys.readouterr().out
    assert "jacobians" in said
    assert "layer_norm" in said


def test_without_shtab_one_sentence(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    assert capsys.readouterr().err == ("jacobians: completion needs the package shtab: pip install '.[completion]'\n")
