"""The platforms' published formats as JSON schemas, and whether a document fits.

Gradescope: gradescope-autograders.readthedocs.io, "Autograder Specifications". PrairieLearn: docs.prairielearn.com,
"External grading", and its infoQuestion.json. GitHub Classroom: classroom-resources/autograding-grading-reporter.
JUnit: junit-10.xsd of Jenkins' xunit-plugin.
"""

from __future__ import annotations

import math
import re

NUMBER, TEXT = {"type": "number"}, {"type": "string"}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBLE = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}


def table(required=(), **properties):
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


GRADESCOPE = table(
    ["tests"],
    score=NUMBER, execution_time=NUMBER, output=TEXT, output_format=FORMAT, test_output_format=FORMAT,
    test_name_format=FORMAT, visibility=VISIBLE, stdout_visibility=VISIBLE, extra_data={"type": "object"},
    tests={
        "type": "array",
        "items": table(
            score=NUMBER, max_score=NUMBER, status={"enum": ["passed", "failed"]}, name=TEXT, name_format=FORMAT,
            number=TEXT, output=TEXT, output_format=FORMAT, tags={"type": "array", "items": TEXT}, visibility=VISIBLE,
            extra_data={"type": "object"},
        ),
    },
    leaderboard={
        "type": "array", "items": table(["name", "value"], name=TEXT, value={}, order={"enum": ["asc", "desc"]}),
    },
)  # fmt: skip

IMAGES = {"type": "array", "items": table(["url"], label=TEXT, url=TEXT)}
PRAIRIELEARN = table(
    ["gradable"],
    gradable={"type": "boolean"}, score={"type": "number", "minimum": 0, "maximum": 1}, message=TEXT, output=TEXT,
    images=IMAGES, format_errors={"type": "array", "items": TEXT},
    tests={
        "type": "array",
        "items": table(
            name=TEXT, description=TEXT, points=NUMBER, max_points=NUMBER, message=TEXT, output=TEXT, images=IMAGES
        ),
    },
)  # fmt: skip

PRAIRIELEARN_QUESTION = table(
    ["uuid", "type", "title", "topic"],
    uuid=TEXT, type={"enum": ["Calculation", "MultipleChoice", "Checkbox", "File", "MultipleTrueFalse", "v3"]},
    title=TEXT, topic=TEXT, tags={"type": "array", "items": TEXT}, singleVariant={"type": "boolean"},
    gradingMethod={"enum": ["Internal", "External", "Manual"]}, partialCredit={"type": "boolean"},
    externalGradingOptions=table(
        ["image", "entrypoint"],
        enabled={"type": "boolean"}, image=TEXT, entrypoint=TEXT, serverFilesCourse={"type": "array", "items": TEXT},
        timeout={"type": "integer"}, enableNetworking={"type": "boolean"}, environment={"type": "object"},
    ),
)  # fmt: skip

STATUS = {"enum": ["pass", "fail", "error"]}
GITHUB = table(
    ["version", "status", "max_score", "tests"],
    version={"enum": [1]}, status=STATUS, max_score=NUMBER,
    tests={
        "type": "array",
        "items": table(
            ["name", "status", "score"],
            name=TEXT, status=STATUS, score=NUMBER, message=TEXT, test_code=TEXT, filename=TEXT,
            line_no={"type": "integer"}, execution_time=TEXT,
        ),
    },
)  # fmt: skip

# What each element may hold, the attributes that it needs, and those that it may have.
JUNIT = {
    "testsuites": ("testsuite", "", "name time tests failures errors"),
    "testsuite": (
        "testsuite properties testcase system-out system-err", "name tests failures errors",
        "group time skipped timestamp hostname id package file log url",
    ),
    "testcase": ("skipped error failure system-out system-err", "name", "time classname group"),
    "properties": ("property", "", ""),
    "property": ("", "name value", ""),
    "failure": ("", "", "type message"),
    "error": ("", "", "type message"),
    "skipped": ("", "", "type message"),
}  # fmt: skip


def junit_misfits(element):
    """Where an element of JUnit XML breaks the schema."""
    inside, needed, allowed = (set(words.split()) for words in JUNIT[element.tag])
    found = [f"{element.tag} holds {child.tag}" for child in element if child.tag not in inside]
    found += [f"{element.tag} has no {name}" for name in needed - set(element.attrib)]
    found += [f"{element.tag} has {name}" for name in set(element.attrib) - needed - allowed]
    if not re.fullmatch(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?", element.get("time", "")):
        found.append(f"{element.tag} has the time {element.get('time')}")
    return found + [m for child in element if child.tag in JUNIT for m in junit_misfits(child)]


_KINDS = {"object": dict, "array": list, "string": str, "number": (int, float), "boolean": bool, "integer": int}


def misfits(value, schema, where="$"):
    """Where a document breaks a schema: the few words of JSON Schema that are used above."""
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    kind = schema.get("type")
    if kind and (not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [f"{where}: {value!r} is no {kind}"]
    if kind == "number":
        inside = math.isfinite(value) and schema.get("minimum", value) <= value <= schema.get("maximum", value)
        return [] if inside else [f"{where}: {value!r} is out of range"]
    if kind == "array":
        return [m for k, item in enumerate(value) for m in misfits(item, schema["items"], f"{where}[{k}]")]
    if kind == "object" and "properties" in schema:
        found = [f"{where}: no {k}" for k in schema["required"] if k not in value]
        for k, item in value.items():
            known = schema["properties"].get(k)
            found += [f"{where}: {k} is not of the format"] if known is None else misfits(item, known, f"{where}.{k}")
        return found
    return []
