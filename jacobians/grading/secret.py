"""The course's secret, and the inputs drawn with it: unguessable to students, the same again for staff.

seed(question) = HMAC-SHA256(secret, assignment digest ‖ submission digest ‖ question id), as a whole number     (1)
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from ..errors import BadFile
from .assignment import Assignment

LEAST = 16  # bytes of a secret: fewer can be tried one by one


def read_secret(assignment: Assignment) -> bytes:
    """The bytes of the secret that the assignment names; where it names none, the environment's JACOBIANS_SECRET.

    Raises:
        BadFile: it is not there, or too short to be one.
    """
    kind, _, name = (assignment.secret or "env:JACOBIANS_SECRET").partition(":")
    if kind == "env":
        found = os.environ.get(name, "").encode()
        where = f"the environment variable {name}"
    else:
        path = (assignment.path.parent if assignment.path else Path()) / name
        where = f"the file {name}"
        try:
            found = path.read_bytes().strip()
        except OSError as error:
            raise BadFile(f"the course's secret, {where}, could not be read ({error.strerror}){_MEND}") from None
    if len(found) < LEAST:
        said = "is not set" if not found else f"has {len(found)} bytes, fewer than {LEAST}"
        raise BadFile(f"the course's secret, {where}, {said}{_MEND}")
    return found


_MEND = ": make one with `python -c 'import secrets; print(secrets.token_hex(32))'`, and keep it from students"


def seed(secret: bytes, assignment: str, submission: str, question: str) -> int:
    """The seed of a question's inputs, 128 bits (1).

    Args:
        assignment, submission: digests, in hexadecimal; `question`: its id.
    """
    message = b"\0".join(part.encode() for part in ("jacobians-seed", assignment, submission, question))
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:16], "big")


def key_id(secret: bytes) -> str:
    """A name for the secret that tells nothing of it: by it staff know which one a result was made with."""
    return hmac.new(secret, b"jacobians-key-id", hashlib.sha256).hexdigest()[:12]
