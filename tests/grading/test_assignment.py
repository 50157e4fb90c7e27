"""An assignment is read whole, or refused with one sentence that says where and what to write."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jacobians.errors import BadFile, JacobiansError
from jacobians.grading.assignment_file import load
from jacobians.grading.code import judged_by
from jacobians.grading.command_assignment import STARTERS, starter_names
from jacobians.grading.grade import grade
from jacobians.grading.regimes import is_regime, regime_names, regimes
from jacobians.grading.secret import key_id, read_secret, seed
from jacobians.grading.submission import Submission
from jacobians.verify.formats import get_format
from tests.grading.fakes import NoSandbox
from tests.grading.homework import SECRET


def test_an_assignment_is_read(toml):
    a = load(toml())
    assert [q.id for q in a.questions] == ["linear", "relu"]
    assert a.questions[1].title == "Rectifier"
    assert a.questions[0].title == "linear"
    assert a.max_points == 10
    assert (a.hints, a.dtype, a.carried) == ("formula", "float64", 0.5)


def test_the_digest_changes_with_what_a_mark_depends_on_and_not_with_where_the_secret_is(toml):
    first = load(toml()).digest
    assert load(toml()).digest == first
    assert load(toml(("x = 2", "x = 3"))).digest != first
    assert load(toml(('hints = "formula"', 'hints = "formula"\nsecret = "env:ELSEWHERE"'))).digest == first


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('layer = "relu"', 'layer = "rellu"', r"line 15: question 'relu' has layer = 'rellu'.*Did you mean 'relu'"),
        ("x = 2, W", "X = 2, W", r"points for 'X': the parts of linear are forward, x, W, b, contract and update"),
        ('convention = "plain"', 'convention = "cs231m"', "line 3: .*no convention is called 'cs231m'.*'cs231n'"),
        ('hints = "formula"', 'hints = "formulae"', "line 4: .*Did you mean 'formula'"),
        ('hints = "formula"', 'hint = "formula"', "line 4: .*no setting 'hint'.*Did you mean 'hints'"),
        ('hints = "formula"', 'dtype = "float65"', "write one of .*Did you mean 'float64'"),
        ('hints = "formula"', "carried = 2", "number from 0 to 1"),
        ('hints = "formula"', "carried = true", "carried = True: write a number"),
        ('hints = "formula"', 'secret = "abc"', "written out"),
        ('hints = "formula"', "[limits]\ncpus = 3", "no limit 'cpus'.*Did you mean 'cpu'"),
        ('hints = "formula"', '[regimes]\n"batch of 1" = 2', "more than the whole part"),
        ('hints = "formula"', '[regimes]\n"batch of one" = 0.1', "line 5: .*'batch of one'.*Did you mean 'batch of 1'"),
        ('hints = "formula"', "[regimes]\nsaturate = 0.1", "no question has it: .*Did you mean 'saturated'"),
        ('{forward = "relu_f', '{foward = "relu_f', "'foward': .* forward and backward.*Did you mean 'forward'"),
        ('{forward = "relu_forward"', "{forward = 3", "names.forward = 3: write the students' name of it in quotes"),
        ('hints = "formula"', 'solution = "none.py"', "no such text file"),
        ('id = "relu"', 'id = "linear"', "two questions with the id 'linear'"),
        ('id = "relu"', 'id = "relu"\nrequires = ["linaer"]', "no earlier question.*Did you mean 'linear'"),
        ('id = "relu"', 'id = "relu"\nrequires = ["linear"]', "needs `solution"),
        ("forward = 1, x = 1", "forward = -1, x = 1", "a number from 0 on"),
        ("forward = 1, x = 1", "forward = nan, x = 1", "a number from 0 on"),
        ("forward = 1, x = 1", "forward = 0", "worth nothing"),
        ("forward = 1, x = 1", "update = 1", "no parameters"),
        ("[[question]]", "[question", "not valid TOML"),
        ('title = "Two layers"', "title = 3", "title = 3: write text in quotes"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(toml, old, new, said):
    with pytest.raises(JacobiansError, match=said) as found:
        load(toml((old, new)))
    assert "\n" not in str(found.value)


def test_no_question_at_all(toml):
    with pytest.raises(JacobiansError, match="has no question"):
        load(toml(text='title = "t"\nconvention = "plain"\n'))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\0"])
def test_what_is_no_toml_is_refused(tmp_path, content):
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(JacobiansError, match="TOML"):
        load(tmp_path / "a.toml")
    with pytest.raises(JacobiansError, match="could not be read"):
        load(tmp_path)


def test_a_regime_of_the_instructor_must_be_one(toml):
    own = '\n[[question.regime]]\nname = "mine"\nshapes = {x = [3]}\nsettings = {at_zeroo = 1}\n'
    path = toml(text=toml().read_text() + own, name="b.toml")
    with pytest.raises(JacobiansError, match="Did you mean 'at_zero'"):
        load(path)


@pytest.mark.parametrize("shape", ["5", '"x"', "[-1]", "[1.5]", "[true]", "[[3]]"])
def test_a_shape_is_a_list_of_whole_numbers(toml, shape):
    own = f'\n[[question.regime]]\nname = "mine"\nshapes = {{x = {shape}}}\n'
    path = toml(text=toml().read_text() + own, name="b.toml")
    with pytest.raises(BadFile, match=r"regime 'mine' has shapes.x = .*: write a list of whole numbers"):
        load(path)


def test_regimes_of_layers_and_of_one_s_own_may_cost_something(toml):
    costs = '[regimes]\nmine = 0.5\ntypical = 0.5\n"wide (again)" = 0.1\n"batch of 1" = 0\n[[question]]\nid = "linear"'
    own = '\n[[question.regime]]\nname = "mine"\nshapes = {x = [3]}\n'
    text = toml(('[[question]]\nid = "linear"', costs)).read_text() + own
    assert load(toml(text=text)).regimes["mine"] == 0.5


def test_what_may_cost_something_is_what_is_asked(toml):
    for name in starter_names():
        a = load(STARTERS / f"{name}.toml")
        known = regime_names(a.convention, a.questions)
        for question in a.questions:
            fast = SimpleNamespace(forward=lambda **values: None, takes=lambda point: True)
            layer = judged_by(a.convention, question)
            for one in regimes(fast, layer, get_format("float64"), 3, question.settings, question.regimes, []):
                assert is_regime(one.name, known)
    course = regime_names("cs231n", load(STARTERS / "cs231n-a2.toml").questions)
    assert "eps 0.25" in course  # a point of the convention's own


def test_a_convention_s_names_are_known_too(toml):
    text = 'title = "T"\nconvention = "cs231n"\n[[question]]\nid = "r"\npart = "relu"\npoints = {x = 1}\n'
    assert load(toml(text=text + 'names = {relu_forward = "f"}\n')).questions[0].names == {"relu_forward": "f"}
    with pytest.raises(BadFile, match="renames 'relu_foward'.*Did you mean 'relu_forward'"):
        load(toml(text=text + 'names = {relu_foward = "f"}\n'))


@pytest.mark.parametrize("name", starter_names())
def test_every_starter_is_sound_toml(name):
    assert load(STARTERS / f"{name}.toml").max_points > 0


def test_seeds_differ_with_each_of_their_parts_and_are_the_same_again():
    terms = [b"k" * 16, "a", "s", "q"]
    first = seed(*terms)
    assert first == seed(*terms)
    for k in range(4):
        other = [*terms[:k], b"j" * 16 if k == 0 else "z", *terms[k + 1 :]]
        assert seed(*other) != first
    assert seed(b"k" * 16, "a", "bc", "d") != seed(b"k" * 16, "a", "b", "cd")
    assert key_id(b"k" * 16) != key_id(b"j" * 16)


def test_the_secret_comes_from_where_the_assignment_says(toml, tmp_path, monkeypatch):
    monkeypatch.delenv("JACOBIANS_SECRET", raising=False)
    with pytest.raises(JacobiansError, match="JACOBIANS_SECRET, is not set: make one"):
        read_secret(load(toml()))
    monkeypatch.setenv("JACOBIANS_SECRET", "short")
    with pytest.raises(JacobiansError, match="has 5 bytes, fewer than 16"):
        read_secret(load(toml()))
    held = load(toml(('hints = "formula"', 'secret = "file:key"')))
    with pytest.raises(JacobiansError, match="the file key"):
        read_secret(held)
    (tmp_path / "key").write_bytes(b"0123456789abcdef\n")
    assert read_secret(held) == b"0123456789abcdef"


OWN = """
[parts.double]
layer = "scale"
hold = {by = 2.0}
forward = "out = double(x)"
backward = "dx = double_back(dout)"
"""


def test_a_convention_of_the_course_s_own_is_a_file_beside_it(toml, tmp_path):
    text = 'title = "T"\nconvention = "ours.toml"\n[[question]]\nid = "d"\npart = "double"\n'
    text += "points = {forward = 1, x = 1}\n"
    with pytest.raises(BadFile, match=r"line 2.*'ours.toml', and there is no such text file beside it"):
        load(toml(text=text))
    (tmp_path / "ours.toml").write_text("[parts]")
    with pytest.raises(BadFile, match=r"line 2.*has no parts"):
        load(toml(text=text))
    (tmp_path / "ours.toml").write_text(OWN)
    a = load(toml(text=text))
    (tmp_path / "ours.toml").unlink()  # a worker on another machine has none
    code = b"def double(x): return 2 * x\ndef double_back(dout): return dout\n"
    result = grade(Submission("s", {"s.py": code}), a, SECRET, NoSandbox())
    assert [p["points"] for p in result["questions"][0]["parts"]] == [1, 0]
    (tmp_path / "ours.toml").write_text(OWN.replace("2.0", "3.0"))
    assert load(toml(text=text)).digest != a.digest  # nothing graded with the old one is taken for done
