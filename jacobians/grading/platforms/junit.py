"""JUnit XML, as CodeGrade, GitLab, Jenkins and others read it: a suite a question, a case a part.

The format knows no points: they stand in `properties`.
"""

from __future__ import annotations

import xml.etree.ElementTree as tree
from typing import Any

from ..assignment import Assignment
from ._tests import tests

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
        for name, value in (("points", "points"), ("max_points", "max_points")):
            total = sum(getattr(t, value) for t in cases)
            tree.SubElement(said, "property", name=name, value=f"{total:g}")
        for t in cases:
            case = tree.SubElement(suite, "testcase", name=_clean(t.name), classname=_clean(id), time="0")
            own = tree.SubElement(case, "properties")
            tree.SubElement(own, "property", name="points", value=f"{t.points:g}")
            tree.SubElement(own, "property", name="max_points", value=f"{t.max_points:g}")
            if not t.passed:
                tree.SubElement(case, kind, message=_clean(t.message), type="wrong")
    tree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tree.tostring(root, encoding="unicode") + "\n"


def _counts(cases: list[Any], kind: str) -> dict[str, str]:
    wrong = sum(not t.passed for t in cases)
    failures, errors = (wrong, 0) if kind == "failure" else (0, wrong)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors)}


def _clean(text: str) -> str:
    """What XML 1.0 can hold."""
    return "".join(c if c in "\t\n\r" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD else "?" for c in text)
