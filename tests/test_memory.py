"""Memory is spoken of before it is taken: a large matrix is announced once, and a limit holds before any work."""

import pytest

from jacobians import memory
from jacobians.__main__ import main
from jacobians.errors import TooLarge


def asked(size, said):
    with memory.telling(said.append):
        for _ in range(2):
            memory.require((3, 4), size, "dense", "take less")


def test_a_large_matrix_is_announced_once_and_a_small_one_never():
    said: list[str] = []
    with memory.limit(10**10):
        asked(memory.LARGE, said)
        assert said == []
        asked(2 * memory.LARGE, said)
    assert said == ["a dense Jacobian of 3 × 4 comes to about 200 MB; 10 GB are free"]


def test_what_does_not_fit_is_refused_and_not_announced():
    said: list[str] = []
    with memory.limit(memory.LARGE), pytest.raises(TooLarge, match=r"takes 200 MB, and there is room for 100 MB"):
        asked(2 * memory.LARGE, said)
    assert said == []


def test_outside_nothing_is_announced(capsys):
    with memory.limit(10**10):
        memory.require((3, 4), 2 * memory.LARGE, "dense", "take less")
    assert capsys.readouterr() == ("", "")


def test_a_limit_is_kept_from_before_the_header_to_the_end(capsys):
    """What the check will make is known before it says anything: it refuses there, or it comes to its end."""
    for limit in (1_000, 20_000, 21_000, 30_000):  # the largest matrix that the check of conv2d makes has 20.7 kB
        status = main(["check", "--layer", "conv2d", "--dtype", "float32", "--memory", str(limit)])
        out, err = capsys.readouterr()
        assert status == (2 if limit < 20_700 else 0)
        if status == 0:
            assert out.splitlines()[-1].startswith("1 PASS")
            continue
        assert out == ""
        assert err.startswith("jacobians: conv2d at --memory: a sparse Jacobian of ")


def test_a_limit_for_every_layer_refuses_before_any_is_checked(capsys):
    assert main(["check", "--memory", "10kB"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_the_command_announces_on_standard_error(monkeypatch, capsys):
    monkeypatch.setattr(memory, "LARGE", 1000)
    assert main(["show", "linear", "--size", "9", "--argument", "W", "--memory", "1GB"]) == 0
    out, err = capsys.readouterr()
    assert "comes to about" in err
    assert err.startswith("jacobians: a ")
    assert "comes to about" not in out
