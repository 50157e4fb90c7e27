"""A table as the text of a TOML file: for an assignment that goes elsewhere with something changed or left out."""

from __future__ import annotations

import json
import re
from typing import Any


def toml(table: dict[str, Any]) -> str:
    """The text; reading it gives the same table.

    Args:
        table: of text, numbers, truth values, lists and tables of them. Tables and lists of tables at its top become
            [tables], anything further in stands in its line.
    """
    lines = [_line(k, v) for k, v in table.items() if not _tables(v)]
    for key, value in table.items():
        for one in _tables(value):
            mark = "[[{}]]" if isinstance(value, list) else "[{}]"
            lines += ["", mark.format(_key(key)), *(_line(k, v) for k, v in one.items())]
    return "\n".join(lines) + "\n"


def _tables(value: Any) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return listed if all(isinstance(one, dict) for one in listed) else []


def _line(key: str, value: Any) -> str:
    return f"{_key(key)} = {_value(value)}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(_line(k, v) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
