"""Colours, on terminals only. NO_COLOR and FORCE_COLOR are obeyed as https://no-color.org and force-color.org say."""

from __future__ import annotations

import os
import re
from typing import TextIO

BLOCKS = ("36", "33", "35", "32", "34", "31")  # cyan, yellow, magenta, green, blue, red: one for each block in turn
_VERDICTS = {"PASS": "32", "FAIL": "1;31", "SUSPICIOUS": "1;33", "INCONCLUSIVE": "33", "note": "36"}
_WORDS = "|".join(_VERDICTS)
_VERDICT = re.compile(rf"^({_WORDS})(?=  )|(?<=  )({_WORDS})$", re.MULTILINE)


def wanted(stream: TextIO) -> bool:
    """Whether to write colours to this stream: never with NO_COLOR, always with FORCE_COLOR, else to a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Pen:
    """Writes text in a colour, or plainly."""

    def __init__(self, on: bool = False):
        self.on = on

    def __call__(self, text: str, code: str) -> str:
        """The text in the colour of an ANSI code."""
        return f"\033[{code}m{text}\033[0m" if self.on and text.strip() else text

    def block(self, text: str, k: int) -> str:
        """The text in the colour of block number k."""
        return self(text, BLOCKS[k % len(BLOCKS)])

    def bold(self, text: str) -> str:
        return self(text, "1")

    def faint(self, text: str) -> str:
        return self(text, "2")

    def verdicts(self, text: str) -> str:
        """A report's lines, their verdicts coloured."""
        return _VERDICT.sub(lambda found: self(found[0], _VERDICTS[found[0]]), text) if self.on else text
