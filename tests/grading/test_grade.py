"""grade: right code gets all, each mistake costs what it should, what is no answer gets nothing, and nobody is told why
by a number."""

from __future__ import annotations

import json
import re

import pytest

from jacobians.errors import BadFile
from jacobians.grading.assignment_file import load
from jacobians.grading.grade import grade
from jacobians.grading.submission import Submission
from jacobians.grading.words import student_text
from tests.grading.fakes import NoSandbox
from tests.grading.homework import COMPOSED, RIGHT, SECRET, TWICE, changed


def graded(path, source, name="s.py", **changes):
    submission = Submission("alice", {name: source} if isinstance(source, bytes) else source)
    result = grade(submission, load(path), changes.pop("secret", SECRET), NoSandbox())
    json.dumps(result, allow_nan=False)
    return result


def parts(result, question=0):
    return {p["id"]: p for p in result["questions"][question]["parts"]}


def points(result, question=0):
    return {k: p["points"] for k, p in parts(result, question).items()}


@pytest.fixture
def relu(toml):
    """Writes an assignment of relu alone, with changes."""

    def write(*changes):
        text = toml().read_text()
        return toml(*changes, text=text.split("[[question]]")[0] + "[[question]]" + text.split("[[question]]")[2])

    return write


def test_right_code_gets_all_points_and_the_same_again(toml):
    path = toml()
    result = graded(path, RIGHT.encode())
    assert (result["points"], result["gradable"], result["flags"]) == (10, True, [])
    assert result == graded(path, RIGHT.encode())
    assert all(r["verdict"] == "PASS" for q in result["questions"] for p in q["parts"] for r in p["regimes"])
    assert [r["name"] for r in parts(result)["W"]["regimes"]][:1] == ["typical"]
    assert parts(result)["W"]["regimes"][-1]["name"] == "batch of 1"
    assert result["sandbox"] == {
        "level": "none",
        "protections": [{"name": "separate process", "active": False, "detail": "a test without one"}],
    }


def test_inputs_are_other_ones_for_another_submission_another_secret_and_another_assignment(relu):
    first = graded(relu(), RIGHT.encode())
    seeds = {first["questions"][0]["seed"]}
    seeds.add(graded(relu(), RIGHT.encode() + b"#\n")["questions"][0]["seed"])
    seeds.add(graded(relu(), RIGHT.encode(), secret=b"another secret")["questions"][0]["seed"])
    seeds.add(graded(relu(('title = "Two', 'title = "Three')), RIGHT.encode())["questions"][0]["seed"])
    assert len(seeds) == 4


def test_a_mistake_costs_its_part_and_is_named_with_no_number_that_was_expected(toml):
    result = graded(toml(), changed(('"W": g.T @ x', '"W": 2 * (g.T @ x)')))
    assert points(result) == {"forward": 2, "x": 2, "W": 0, "b": 1, "contract": 1}
    W = parts(result)["W"]
    assert W["diagnosis"] == "factor:2"
    assert "2 times g·L" in W["hint"]
    assert W["hint"].endswith("[in every case tried]")
    assert not re.search(r"\d\.\d{3}", W["hint"])
    assert re.search(r"\d\.\d{3}", W["text"])  # staff see them


@pytest.mark.parametrize(
    ("level", "there", "not_there"),
    [
        ("none", [], ["values", "transposed", "case"]),
        ("category", ["values are wrong"], ["case", "factor", "times"]),
        ("location", ["values are wrong", "in every case"], ["times"]),
        ("formula", ["values are wrong", "in every case", "times"], []),
    ],
)
def test_hints_say_as_much_as_the_instructor_allows(relu, level, there, not_there):
    result = graded(relu(('"formula"', f'"{level}"')), changed(("g * (x > 0)", "2 * g * (x > 0)")))
    hint = parts(result)["x"]["hint"]
    assert all(word in hint for word in there)
    assert not any(word in hint for word in not_there)


@pytest.mark.parametrize(
    "backward",
    [
        "0 * g", "np.ones_like(g)", "np.full_like(g, np.nan)", "(x > 0) * 1.0", "g", "g[:1]", "g.tolist()", "None",
        "(g * (x > 0)).astype(complex)", "g * (x > 0) + 1e-12", "np.where(np.abs(g) > 1e-3, g * (x > 0), 0)",
    ],
)  # fmt: skip
def test_what_is_no_answer_gets_nothing(relu, backward):
    result = graded(relu(), changed(('return {"x": g * (x > 0)}', f'return {{"x": {backward}}}')))
    assert points(result) == {"forward": 1, "x": 0}


def test_zeros_everywhere_get_no_points_for_the_contract_either(toml):
    zeros = changed(
        ("return x @ W.T + b, (x, W)", "return 0 * (x @ W.T), (x, W)"),
        ('{"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}', '{"x": 0 * (g @ W), "W": 0 * (g.T @ x), "b": 0 * g[0]}'),
    )
    assert set(points(graded(toml(), zeros)).values()) == {0}


def test_a_case_that_fails_costs_its_share_or_what_the_instructor_says(relu):
    wrong_alone = changed(("g * (x > 0)", "g * (x > 0) * (1 if len(x) > 1 else 2)"))
    result = graded(relu(), wrong_alone)
    x = parts(result)["x"]
    failed = [r["name"] for r in x["regimes"] if r["verdict"] == "FAIL"]
    assert failed == ["batch of 1"]
    assert x["points"] == pytest.approx(1 - 1 / len(x["regimes"]))
    assert x["hint"].endswith("[in 1 of 7 cases: batch of 1]")
    for cost, left in ((0, 1), (0.25, 0.75), (1, 0)):
        held = relu(('hints = "formula"', f'hints = "formula"\n[regimes]\n"batch of 1" = {cost}'))
        assert points(graded(held, wrong_alone))["x"] == left


def test_a_part_wrong_in_the_typical_case_gets_nothing_however_many_others_pass(relu):
    held = relu(('hints = "formula"', 'hints = "formula"\n[regimes]\ntypical = 0.0'))
    wrong = changed(("g * (x > 0)", "g * (x > 0) * (2 if len(x) == 3 and x.shape[1:] == (2, 5) else 1)"))
    found = parts(graded(held, wrong))["x"]
    failed = [r["name"] for r in found["regimes"] if r["verdict"] == "FAIL"]
    assert ("typical" in failed) == (found["points"] == 0)


def test_an_error_is_carried_forward(toml):
    path = toml()
    source = changed(
        ("return x @ W.T + b, (x, W)", "return 2 * (x @ W.T) + b, (x, W)"),
        ('"x": g @ W, "W": g.T @ x', '"x": 2 * (g @ W), "W": 2 * (g.T @ x)'),
    )
    result = graded(path, source)
    assert points(result) == {"forward": 0, "x": 1, "W": 1, "b": 1, "contract": 1}
    assert parts(result)["x"]["carried"]
    assert "right for what your forward computes" in parts(result)["x"]["hint"]
    held = toml(('hints = "formula"', 'hints = "formula"\ncarried = 0.25'), name="b.toml")
    assert points(graded(held, source))["x"] == 0.5


ALONE = """
def affine_forward(x, w, b):
    rows = x.reshape(len(x), -1)
    y = rows @ w + b
    if len(x) == 1:
        y = x.sum() + w.sum() + b.sum() + 0 * y
    return y, (x, w, b)


def affine_backward(dout, cache):
    return tuple(dout.sum() * (v * 0 + 1) for v in cache)
"""


def test_an_error_in_one_case_does_not_carry_gradients_that_are_wrong_in_all_others(toml):
    """A batch of 1 gets a function whose gradient is easy; that gradient is given everywhere."""
    path = toml(text=COURSES + "points = {forward = 2, x = 2, W = 2, b = 2}\n")
    result = graded(path, ALONE.encode())
    assert 0 < points(result)["forward"] < 2
    assert not any(p["carried"] or p["points"] for k, p in parts(result).items() if k != "forward")
    everywhere = graded(path, ALONE.replace("if len(x) == 1", "if True").encode())  # then it is one error
    assert points(everywhere) == {"forward": 0, "x": 1, "W": 1, "b": 1}


@pytest.mark.parametrize("where", ["len(saved[0]) == 1", "saved[0].shape[1] == 1", "saved[0].shape[1] > 1"])
def test_an_error_is_carried_only_if_the_gradient_is_forwards_own_in_every_case(toml, where):
    source = changed(
        ("return x @ W.T + b, (x, W)", "return 2 * (x @ W.T) + b, (x, W)"),
        ('"x": g @ W, "W": g.T @ x', f'"x": (2 + ({where})) * (g @ W), "W": 2 * (g.T @ x)'),
    )
    result = graded(toml(), source)
    assert points(result) == {"forward": 0, "x": 0, "W": 1, "b": 1, "contract": 1}


def test_an_error_is_carried_where_it_shows_in_some_cases_only(toml):
    twice = "(1 + (len(saved[0]) > 1))"
    source = changed(
        ("return x @ W.T + b, (x, W)", "return (1 + (len(x) > 1)) * (x @ W.T) + b, (x, W)"),
        ('"x": g @ W, "W": g.T @ x', f'"x": {twice} * (g @ W), "W": {twice} * (g.T @ x)'),
    )
    result = graded(toml(), source)
    assert points(result) == {"forward": 0, "x": 1, "W": 1, "b": 1, "contract": 1}
    never_right = source.replace(b'"W": (1 + (len(saved[0]) > 1))', b'"W": 2')
    assert points(graded(toml(), never_right))["W"] == 0


@pytest.fixture
def building(toml, tmp_path):
    """Writes an assignment whose third question is built on the second, and its solution."""

    def write(solution=RIGHT, **changes):
        (tmp_path / "solution.py").write_text(solution)
        text = toml().read_text() + TWICE
        return toml(text=text.replace('hints = "formula"', 'hints = "formula"\nsolution = "solution.py"'), **changes)

    return write


BROKEN = changed(("g * (x > 0)", "g"), text=RIGHT + COMPOSED)


def test_a_failed_prerequisite_is_replaced_and_costs_once(building, toml):
    path = building(name="b.toml")
    result = graded(path, BROKEN)
    assert [q["points"] for q in result["questions"]] == [8, 1, 2]
    assert result["questions"][2]["replaced"] == ["relu"]
    unaided = graded(toml(text=path.read_text().replace('requires = ["relu"]', ""), name="c.toml"), BROKEN)
    assert [q["points"] for q in unaided["questions"]] == [8, 1, 1]


SOLUTION = (
    '"""Right."""\nfrom __future__ import annotations\n'
    + RIGHT.replace("g * (x > 0)", "g * MARKED * positive(x)")
    + "MARKED: Undefined = 1.0\n\n\ndef positive(x: Undefined):\n    return x > 0\n"
    + COMPOSED
)


def test_a_solution_keeps_its_helpers_constants_and_imports(building):
    """The student has a helper of the same name, for something else."""
    source = BROKEN + b"\n\ndef positive(x):\n    return x < 0\n"
    assert [q["points"] for q in graded(building(SOLUTION), source)["questions"]] == [8, 1, 2]


READS = "inspect.getsource(relu_backward).replace(chr(10), ' ')"
LEAKS = {
    "message": f"raise ValueError({READS})",
    "type": f"raise type({READS}, (Exception,), {{}})",
    "key": f"return {{{READS}: g, 'x': g * 0}}",
    "other keys only": f"return {{{READS}: g}}",
    "line": f"exec(compile('raise ValueError', __file__, 'exec'), linecache.cache.update({{__file__: "
    f"(9, None, [{READS}] * 99, __file__)}}) or {{}})",
    "second backward": f"LEFT.append(0)\n    if len(LEFT) > 1: raise ValueError({READS})\n    return {{'x': g}}",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_no_text_of_the_solution_reaches_the_student_where_it_replaces_something(building, leak):
    text = RIGHT + COMPOSED.partition("def twice_backward")[0] + "import inspect, linecache\nLEFT = []\n"
    source = changed(("g * (x > 0)", "g"), text=f"{text}def twice_backward(g, saved):\n    {LEAKS[leak]}\n")
    path = building(SOLUTION)
    path.write_text(path.read_text().replace('"]\npoints = {', '"]\npoints = {contract = 1, '))
    result = graded(path, source)
    assert result["questions"][2]["replaced"] == ["relu"]
    assert "MARKED" not in student_text(result, hidden=True)
    if leak == "message":
        assert "MARKED" in parts(result, 2)["x"]["text"]  # staff see it
        line = source.decode().splitlines().index(f"    {LEAKS[leak]}") + 1
        said = f"the code raises an exception: ValueError, at line {line} (what it said is not shown"
        assert said in parts(result, 2)["x"]["hint"]


def test_the_names_in_a_file_are_not_told_where_the_solution_could_be_read(building):
    """A name may be any text."""
    source = BROKEN.replace(b"def twice_backward", b"def no_backward")
    result = graded(building(SOLUTION), source.replace(b"def twice_forward", b"def no_forward"))
    problem = result["questions"][2]["problem"]
    assert problem.startswith("the code that should define twice_forward and twice_backward could not be used (")
    assert "no_forward" not in problem
    assert "no_forward" in result["questions"][2]["notes"][0]
    alone = parts(graded(building(SOLUTION), source), 2)
    assert alone["forward"]["points"] == 1
    assert "no_backward" not in alone["x"]["hint"]
    assert "no_backward" in alone["x"]["text"]


def test_the_answers_to_other_questions_do_not_lie_beside_the_student_s_code(building):
    theirs = "next(m for m in list(sys.modules.values()) if 'MARKED' in vars(m))"
    text = RIGHT + COMPOSED.partition("def twice_backward")[0] + "import sys\n"
    text += f"def twice_backward(g, saved):\n    return {theirs}.twice_backward(g, saved)\n"
    result = graded(building(SOLUTION), changed(("g * (x > 0)", "g"), text=text))
    assert [q["points"] for q in result["questions"]] == [8, 1, 1]
    assert "AttributeError" in parts(result, 2)["x"]["hint"]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"s.py": b"def f(:\n"}, r"s\.py is not valid Python: line 1"),
        ({}, "could not be read"),
        ({"s.py": b"import nowhere_to_be_found\n"}, "nowhere_to_be_found"),
        ({"s.py": b"raise SystemExit(0)\n"}, "SystemExit"),
        ({"s.py": b"def reluforward(x): pass\n"}, r"no function 'relu_forward'.*Did you mean 'reluforward'"),
        ({"s.py": b"def relu_forward(z): pass\ndef relu_backward(g, s): pass\n"}, "it needs x by name"),
    ],
)
def test_what_cannot_be_graded_says_why(relu, files, problem):
    submission = Submission("bob", files, None if files else "s.py could not be read")
    result = grade(submission, load(relu()), SECRET, NoSandbox())
    assert result["gradable"] is False
    assert result["points"] == 0
    assert re.search(problem, result["problem"])
    assert result["questions"][0]["status"] == "not gradable"


def test_one_question_that_cannot_be_graded_leaves_the_others(toml):
    result = graded(toml(), changed(("def relu_forward", "def relu_frward")))
    assert result["gradable"]
    assert [q["gradable"] for q in result["questions"]] == [True, False]
    assert "Did you mean 'relu_frward'" in result["questions"][1]["problem"]


def test_forward_alone_gets_its_points_and_the_rest_says_why_not(toml):
    result = graded(toml(), changed(("def linear_backward", "def linear_bckward")))
    assert points(result) == {"forward": 2, "x": 0, "W": 0, "b": 0, "contract": 0}
    assert (result["questions"][0]["gradable"], result["questions"][0]["status"]) == (True, "partly")
    assert {p["verdict"] for k, p in parts(result).items() if k != "forward"} == {"NOT GRADED"}
    assert re.match(
        r"the gradient of W: not gradable: there is no function.*'linear_bckward'", parts(result)["W"]["hint"]
    )
    assert result["questions"][1]["points"] == 2
    assert result["flags"] == []


COURSES = 'title = "C"\nconvention = "cs231n"\n[[question]]\nid = "affine"\npart = "affine"\n'
AFFINE = "def affine_forward(x, w, b):\n    return x.reshape(len(x), -1) @ w + b, (x, w)\n"


def test_forward_alone_in_a_courses_convention(toml):
    path = toml(text=COURSES + "points = {forward = 2, x = 1, W = 1}\n")
    result = graded(path, AFFINE.encode())
    assert points(result) == {"forward": 2, "x": 0, "W": 0}
    assert "not gradable: the file has affine_forward, but no affine_backward" in parts(result)["x"]["hint"]
    wrong = graded(path, changed(("+ b", "- b"), text=AFFINE))
    assert points(wrong) == {"forward": 0, "x": 0, "W": 0}
    assert parts(wrong)["forward"]["verdict"] == "FAIL"


def test_forward_alone_is_not_graded_where_it_gives_no_points(toml):
    result = graded(toml(text=COURSES + "points = {x = 1}\n"), AFFINE.encode())
    assert result["gradable"] is False
    assert "no affine_backward" in result["problem"]


NEITHER = "class Linear:\n    def __init__(self, i, o):\n        self.W, self.b = np.zeros((o, i)), np.zeros((o, 1))\n"
NEITHER += "    def forward(self, A):\n        self.A = A\n        return A @ self.W.T + self.b.T\n"


@pytest.mark.parametrize("backward", ["raise NotImplementedError", "return dZ @ self.weight", None])
def test_a_backward_that_breaks_costs_its_own_points_only(toml, backward):
    text = (
        COURSES.replace("cs231n", "mytorch").replace('"affine"', '"linear"') + "points = {forward = 2, x = 1, W = 1}\n"
    )
    source = "import numpy as np\n" + NEITHER
    source += f"    def backward(self, dZ):\n        {backward}\n" if backward else ""
    result = graded(toml(text=text), source.encode())
    assert points(result) == {"forward": 2, "x": 0, "W": 0}
    wrong = graded(toml(text=text), source.replace("+ self.b", "- self.b").encode())
    assert points(wrong) == {"forward": 0, "x": 0, "W": 0}


def test_a_backward_that_breaks_at_its_second_call_keeps_no_gradient(relu):
    once = "def relu_backward(g, x, seen=[]):\n    assert len(seen) == 0\n    seen.append(0)\n"
    result = graded(relu(), changed(("def relu_backward(g, x):\n", once)))
    assert points(result) == {"forward": 1, "x": 0}


def test_writing_into_what_is_given_costs_the_contract_only(toml):
    result = graded(
        toml(),
        changed(('return {"x": g @ W', 'g *= 1; x += 0; x -= 0; W[:] = W + 0; g += 1; g -= 1\n    return {"x": g @ W')),
    )
    assert points(result)["contract"] in (0, 1)
    result = graded(
        toml(),
        changed(
            (
                '    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}',
                '    out = {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}\n    g *= 2\n    return out',
            )
        ),
    )
    assert points(result) == {"forward": 2, "x": 2, "W": 2, "b": 1, "contract": 0}
    assert "wrote into the upstream gradient" in parts(result)["contract"]["hint"]


def test_update_is_a_part_of_its_own(toml):
    text = 'title = "t"\nconvention = "chapter"\nhints = "formula"\n[[question]]\nid = "l"\nlayer = "linear"\n'
    path = toml(text=text + "points = {forward = 1, x = 1, W = 1, b = 1, update = 2}\n")
    right = (
        "class linear():\n    def __init__(self, W, b, lr):\n        self.W, self.b, self.lr = W, b, lr\n"
        "    def forward(self, x_in):\n        self.x_in = x_in\n        return matmul(self.W, x_in) + self.b\n"
        "    def backward(self, J_out):\n        return matmul(J_out, self.W), matmul(self.x_in, J_out), J_out\n"
        "    def update(self, dJdW, dJdb):\n        self.W -= self.lr * dJdW.transpose()\n"
        "        self.b -= self.lr * dJdb.transpose()\n"
    )
    assert points(graded(path, right.encode())) == {"forward": 1, "x": 1, "W": 1, "b": 1, "update": 2}
    wrong = graded(path, right.replace("self.W -= self.lr", "self.W += self.lr").encode())
    assert points(wrong) == {"forward": 1, "x": 1, "W": 1, "b": 1, "update": 0}
    assert "update does not leave W" in parts(wrong)["update"]["hint"]


def test_an_instructors_regime_comes_first(relu):
    own = 'points = {forward = 1, x = 1}\n[[question.regime]]\nname = "seven"\nshapes = {x = [7]}\n'
    result = graded(
        relu(("points = {forward = 1, x = 1}", own)), changed(("g * (x > 0)", "g * (x > 0) * (2 - (x.shape[-1] != 7))"))
    )
    x = parts(result)["x"]
    assert [r["name"] for r in x["regimes"] if r["verdict"] == "FAIL"] == ["seven", "batch of 1"]
    assert x["regimes"][0]["name"] == "seven"
    assert x["points"] == 0


def test_a_kink_convention_is_found_out_and_costs_nothing_unless_held(relu):
    other = changed(("g * (x > 0)", "g * (x >= 0)"))
    assert points(graded(relu(), other))["x"] == points(graded(relu(), RIGHT.encode()))["x"] == 1
    held = relu(("points = {forward = 1, x = 1}", "points = {forward = 1, x = 1}\nsettings = {at_zero = 0.0}"))
    assert points(graded(held, RIGHT.encode()))["x"] == 1
    assert points(graded(held, other))["x"] < 1


def test_all_questions_of_a_submission_share_its_time_and_what_comes_too_late_says_so(toml):
    meters = []

    class Metered(NoSandbox):
        def open(self, source, filename, given=None, others=None, meter=None):
            meters.append(meter)
            meter.seconds += 1
            if meter.seconds > 1:
                raise BadFile("s.py comes too late: this submission has used its 1 s in all")
            return super().open(source, filename, given, others)

    submission = Submission("s", {"s.py": RIGHT.encode()})
    for _ in range(2):
        result = grade(submission, load(toml()), SECRET, Metered())
        assert [(q["points"], q["gradable"]) for q in result["questions"]] == [(8, True), (0, False)]
        assert "comes too late" in result["questions"][1]["problem"]
    assert meters[0] is meters[1]
    assert meters[0] is not meters[2]  # another submission has its own
