"""Every contract that code on trial can break, with code that breaks it, and the sentence of the report that says so.

The cases stand in broken/, by the file that makes the `Broken`: {a piece of what is said: the report on such code}. A
place is met where a report shows the sentence made there, and the case quotes it. One that no case meets fails the
test of its file, unless it is EXEMPT. A case that needs a compiler skips by itself.
"""

import ast
import re

import pytest

from jacobians.verify.door import Broken

from . import broken
from .meeting import At, assert_help, cases_of, made_in, recorded, skip_without_its_library, trees

CASES = cases_of(broken)
BROKEN = (Broken,)
# {(file, a piece of the call): why its sentence is in no report}
EXEMPT = {
    ("adapters/native.py", "its shape is described as"): "no such point is asked: `takes` leaves it out",
    ("verify/consistency.py", "another kind of y"): "the question whose answer it stops is then left unanswered",
}


@pytest.mark.parametrize("path", [path for path in trees() if made_in(path, kinds=BROKEN)])
def test_every_broken_contract_is_met_and_its_sentence_helps(path, tmp_path, capsys):
    skip_without_its_library(path)
    met = set()
    for k, (said, case) in enumerate(CASES.get(path, {}).items()):
        (tmp_path / str(k)).mkdir()
        with pytest.MonkeyPatch.context() as patch, recorded(kinds=BROKEN) as came_by:
            report = case(At(tmp_path / str(k), patch, capsys))
        shown = shown_by(report, said, path, came_by)
        assert shown, f"no sentence that {path} made, and the report shows, holds {said!r}:\n{report}"
        met |= shown.keys()
        for text in shown.values():
            assert_help(own_words(text))
    assert sorted(met) == sorted(set(made_in(path, kinds=BROKEN)) - exempt(path)), f"no case in broken/ meets {path} at"


def shown_by(report, said, path, came_by):
    """{line of the file: its sentence that holds this and is in the report}."""
    there = {line: texts for (file, line), texts in came_by.items() if file == path}
    quoted = {line: [t for t in texts if said in t and t in report] for line, texts in there.items()}
    return {line: texts[0] for line, texts in quoted.items() if texts}


def own_words(text):
    """Without what an exception of the code's said, in as many sentences as it likes."""
    return re.sub(r"(?<= raised )(\w+): .*|(?<=\()(\w+Error): .*(?=\))", r"\1\2", text)


def exempt(path):
    """The lines of a file where what is made is in no report."""
    pieces = [piece for file, piece in EXEMPT if file == path]
    made = {line: ast.unparse(call) for line, call in made_in(path, kinds=BROKEN).items()}
    assert all(any(piece in text for text in made.values()) for piece in pieces), "no such place is there"
    return {line for line, text in made.items() if any(piece in text for piece in pieces)}


def test_every_case_is_of_a_file_that_is_there():
    assert {*CASES, *(file for file, _ in EXEMPT)} <= {path for path in trees() if made_in(path, kinds=BROKEN)}


def test_a_broken_contract_that_no_report_shows_is_not_met(tmp_path):
    """The tester is tested: of three places two are come by, and the report shows what one of them says."""
    path = tmp_path / "planted.py"
    path.write_text(
        "from jacobians.verify.door import Broken\ndef f(x):\n    if x:\n        return Broken('shape', 'one')\n"
        "    try:\n        raise Broken(\n            'shape', 'other')\n    except Broken:\n        return None\n"
        "def g():\n    raise Broken('shape', 'never')\n"
    )
    scope = {}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    with recorded(tmp_path, BROKEN) as came_by:
        assert scope["f"](1).claim == "shape"
        scope["f"](0)
    assert came_by == {("planted.py", 4): ["one"], ("planted.py", 6): ["other"]}
    assert shown_by("FAIL  relu shape (y): one", "on", "planted.py", came_by) == {4: "one"}
    assert shown_by("FAIL  relu shape (y): one", "other", "planted.py", came_by) == {}
    assert sorted(made_in("planted.py", tmp_path, BROKEN)) == [4, 6, 11]
