"""Shell completion, made from the command line itself by shtab (the extra `completion`)."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any

from .__main__ import build_parser
from .errors import UnknownName
from .kinds import is_dict
from .layers import layer_names

_FILES = ("file", "json", "html", "plot", "submission", "assignment", "out")  # arguments that are paths
_FOLDERS = ("into",)


def completion(shell: str) -> str:
    """The script for one shell.

    Args:
        shell: "bash", "zsh" or "fish".

    Raises:
        UnknownName: shtab is not installed.
    """
    try:
        shtab: Any = import_module("shtab")
    except ImportError:
        raise UnknownName("completion needs the package shtab: pip install '.[completion]'") from None
    parser = build_parser()
    _describe(parser, shtab, layer_names())
    return shtab.complete(parser, shell=shell)


def _describe(parser: argparse.ArgumentParser, shtab: Any, layers: list[str]) -> None:
    """Tell shtab which arguments are layers, files and folders, in this parser and in those below it."""
    for action in parser._actions:
        if is_dict(action.choices):
            for below in action.choices.values():
                _describe(below, shtab, layers)
        elif action.dest in ("layer", "layers") and action.choices is None:
            action.choices = layers
        elif action.dest in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
