"""Every error that a person can meet, with the input that causes it, and the sentence that comes back.

The cases stand in cases/, by the file that makes the error: {a piece of what is said: what a person does}. A place in
the source that makes an error which no case comes by fails the test of its file: a new error needs a new case.
"""

import pytest

from jacobians.errors import JacobiansError

from . import cases
from .meeting import At, assert_help, cases_of, made_in, recorded, skip_without_its_library, trees

CASES = cases_of(cases)


@pytest.mark.parametrize("path", [path for path in trees() if made_in(path)])
def test_every_error_is_met_and_says_what_to_do(path, tmp_path, capsys):
    skip_without_its_library(path)
    met = set()
    for k, (said, case) in enumerate(CASES.get(path, {}).items()):
        (tmp_path / str(k)).mkdir()
        with pytest.MonkeyPatch.context() as patch, recorded() as came_by:
            text = sentence(case, At(tmp_path / str(k), patch, capsys))
        assert said in text
        assert_help(text)
        met |= {line for file, line in came_by if file == path}
    assert sorted(met) == sorted(made_in(path)), f"no case in cases/ comes by these lines of {path}"


def test_every_case_is_of_a_file_that_is_there():
    assert set(CASES) <= {path for path in trees() if made_in(path)}


def sentence(case, at):
    """What the case comes back with."""
    try:
        text = case(at)
    except JacobiansError as error:
        text = str(error)
    assert isinstance(text, str), "nothing was said"
    return text


def test_an_error_without_a_case_is_seen(tmp_path):
    """The tester is tested: of the two errors of a file one is met, whoever catches it."""
    path = tmp_path / "planted.py"
    path.write_text(
        "from jacobians.errors import JacobiansError\nclass Odd(JacobiansError):\n    pass\n"
        "def f(x):\n    if x:\n        raise Odd(\n            'one')\n    raise Odd('other')\n"
    )
    scope = {}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    with recorded(tmp_path) as came_by, pytest.raises(JacobiansError):
        scope["f"](1)
    assert came_by == {("planted.py", 6): ["one"]}
    assert sorted(made_in("planted.py", tmp_path)) == [6, 8]
