"""What the tests of the command line share: a person's file, and typing a command."""

import pytest

from jacobians.__main__ import main

from .code import LINEAR


@pytest.fixture
def file(tmp_path):
    """Write a file of a person's; its path as it would be typed."""

    def write(text: str | bytes = LINEAR, name: str = "mine.py") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.fixture
def typed(capsys):
    """Type a command: (exit status, standard output, standard error)."""

    def run(*args: str) -> tuple[int, str, str]:
        try:
            status = main([*args])
        except SystemExit as stop:  # argparse
            status = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return run


@pytest.fixture
def refused(typed):
    """Type a command that cannot be carried out: the one sentence that says so."""

    def run(*args: str) -> str:
        status, out, err = typed(*args)
        assert status == 2
        assert out == "", "nothing is said before it is known that the command can be carried out"
        [line] = err.splitlines()
        assert line.startswith("jacobians: ")
        return line.removeprefix("jacobians: ")

    return run
