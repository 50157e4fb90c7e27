"""What a student is shown of a message that was made where the solution's code was: nothing that could hold some of it.

Code that runs beside the solution can read it, and carry it out in an exception's message or type, in the name of a
class, a function or a key of a dict. So of such a message there is left what is ours: which kind of thing went wrong,
the type of exception if it is one of Python's, and the line if it is one of the student's file.
"""

from __future__ import annotations

import builtins
import re

_OURS = ("shape", "dtype", "finite", "unchanged", "repeatable")  # claims whose sentences hold no word of the code's
_NOT_SHOWN = "what it said is not shown, as the code of a solution was there"


def is_ours(claim: str) -> bool:
    """Whether a fault of this claim is told in words that are all ours."""
    return claim in _OURS


def withheld(kind: str, text: str, lines: int) -> str:
    """What went wrong, without what the code said.

    Args:
        kind: what went wrong, in our words.
        text: the sentence that holds words of the code's.
        lines: how many the student's file has.
    """
    raised = re.search(r"\braised (\w+)", text)
    known = getattr(builtins, raised[1], None) if raised else None
    if isinstance(known, type) and issubclass(known, BaseException):
        kind += f": {known.__name__}"
    elif "was stopped" in text:
        kind += ": it was stopped at a limit"
    at = re.findall(r", at line (\d{1,7}), `", text)
    if at and 1 <= int(at[-1]) <= lines:
        kind += f", at line {int(at[-1])}"
    return f"{kind} ({_NOT_SHOWN})"
