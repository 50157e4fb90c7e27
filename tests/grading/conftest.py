"""Fixtures of the grader's tests."""

from __future__ import annotations

import textwrap

import pytest

from tests.grading.homework import TOML


@pytest.fixture
def toml(tmp_path):
    """Writes an assignment, with replacements, and gives its path."""

    def write(*changes, text=TOML, name="a.toml"):
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write
