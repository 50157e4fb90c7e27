"""JUnit XML, as CodeGrade, GitLab, Jenkins and others read it: a suite a question, a case a part.

The format knows no points: they stand in the suite's `properties`, since Jenkins' schema (junit-10.xsd) has none in a
case. It knows no hiding either: of a part that is shown later it says no more than whether it is right.
"""

from __future__ import annotations

import xml.etree.ElementTree as tree
from collections.abc import Iterator
from typing import Any

from ..assignment import Assignment
from ._tests import Test, tests

HELP = "JUnit XML"


def render(result: dict[str, Any], assignment: Assignment, seconds: float) -> str:
    """The XML."""
    listed = list(tests(result))
    kind = "failure" if result["gradable"] else "error"
    root = tree.Element("testsuites", _counts(listed, kind), name=_clean(assignment.title), time=f"{seconds:.3f}")
    for id in dict.fromkeys(t.question for t in listed):
        cases = [t for t in listed if t.question == id]
        suite = tree.SubElement(root, "testsuite", _counts(cases, kind), name=_clean(cases[0].title), time="0")
        said = tree.SubElement(suite, "properties")
        for name, points, most in (("", sum(t.points for t in cases), sum(t.max_points for t in cases)), *_each(cases)):
            tree.SubElement(said, "property", name=f"{name}points", value=f"{points:g}")
            tree.SubElement(said, "property", name=f"{name}max_points", value=f"{most:g}")
        for t in cases:
            case = tree.SubElement(suite, "testcase", name=_clean(t.name), classname=_clean(id), time="0")
            if not t.passed:
                tree.SubElement(case, kind, message=_clean(t.shown), type="wrong")
    tree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tree.tostring(root, encoding="unicode") + "\n"


def _each(cases: list[Test]) -> Iterator[tuple[str, float, float]]:
    """ "dw, the gradient of w: ", the points and how many there are."""
    yield from ((f"{_clean(t.name)}: ", t.points, t.max_points) for t in cases)


def _counts(cases: list[Test], kind: str) -> dict[str, str]:
    wrong = sum(not t.passed for t in cases)
    failures, errors = (wrong, 0) if kind == "failure" else (0, wrong)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors)}


def _clean(text: str) -> str:
    """What XML 1.0 can hold."""
    return "".join(c if c in "\t\n\r" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD else "?" for c in text)
