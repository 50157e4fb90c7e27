"""check: conventions, settings, points left out, formats, seeds, and the report as data."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from jacobians.batch import Batch
from jacobians.errors import UnknownName
from jacobians.layers import find
from jacobians.point import Point
from jacobians.verify.at_point import check_point
from jacobians.verify.check import check
from jacobians.verify.report import details, header, summary
from jacobians.verify.report import row as line
from jacobians.verify.results import Interrupted, Report, Result, Verdict, worst

from .trials import broken, gradients, row, tried, twin

ROW = {
    "layer", "argument", "claim", "dtype", "verdict", "ratio", "where", "text", "diagnosis", "entries", "detectable",
    "notes",
}  # fmt: skip


# -- conventions ------------------------------------------------------------------------------------------------------


def relu(at_zero: float):
    return SimpleNamespace(
        forward=lambda x: (np.maximum(x, 0), x),
        backward=lambda g, x: {"x": g * ((x > 0) + at_zero * (x == 0)).astype(g.dtype)},
    )


POINTS = ("typical", "whole numbers, with zeros")


@pytest.mark.parametrize("at_zero", [0.0, 0.5])
def test_another_usual_convention_passes_and_is_named(at_zero):
    report = tried(relu(at_zero), "relu", *POINTS)
    assert report.verdict is Verdict.PASS
    assert report.notes == [f"convention: at_zero = {at_zero} (ReLU() has 1.0); a matter of choice, not a mistake"]


def test_the_layers_own_convention_needs_no_note():
    assert tried(relu(1.0), "relu", *POINTS).notes == []


def test_a_convention_nobody_has_fails():
    report = tried(relu(0.25), "relu", *POINTS)
    assert broken(report) == {("gradient", "x")}
    assert "zeros" in row(report, "x").where


def test_a_convention_held_is_demanded():
    assert tried(relu(0.0), "relu", *POINTS, settings={"at_zero": 0.0}).verdict is Verdict.PASS
    assert tried(relu(0.25), "relu", *POINTS, settings={"at_zero": 0.25}).verdict is Verdict.PASS
    report = tried(relu(0.0), "relu", *POINTS, settings={"at_zero": 1.0})
    assert broken(report) == {("gradient", "x")}
    assert report.notes == []


def test_a_mistake_is_told_in_the_layers_own_convention():
    wrong = relu(0.0)
    right = wrong.backward
    wrong.backward = lambda g, x: {"x": 2 * right(g, x)["x"]}
    report = tried(wrong, "relu", "typical")
    assert row(report, "x").diagnosis.name == "factor:2"
    assert not [n for n in report.notes if "convention" in n]


def interrupted(fast, stop, *points, formats=("float64", "float32")) -> Report:
    """The report of a check that is stopped where a word of its progress says so for the `times`-th time."""
    word, times = stop
    said = []

    def progress(text):
        said.append(text)
        if sum(word in each for each in said) == times:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        tried(fast, "relu", *points, formats=formats, progress=progress)
    assert stopped.value.report.interrupted
    assert stopped.value.report.to_json()["interrupted"]
    return stopped.value.report


def test_an_interrupted_check_keeps_the_formats_that_were_done():
    report = interrupted(relu(1.0), ("float32", 3), *POINTS)
    verdicts = {(r.dtype, r.argument): r.verdict for r in report.results}
    assert verdicts["float64", "x"] is verdicts["float64", "y"] is Verdict.PASS
    assert verdicts["float32", "x"] is verdicts["float32", "y"] is report.verdict is Verdict.INCONCLUSIVE
    assert {r.text for r in report.results if r.dtype == "float32"} == {"interrupted after 2 of 4 points"}
    assert all(r.entries for r in report.results if r.argument == "x")


def test_what_failed_before_ctrl_c_has_failed_only_if_no_other_convention_explains_it():
    [right] = interrupted(relu(0.0), ("float32", 1), *POINTS).failures[:1]
    assert (right.verdict, right.example) == (Verdict.INCONCLUSIVE, None)
    assert "interrupted before another convention was tried: at_zero = 0.0 or at_zero = 0.5" in right.text
    every = interrupted(relu(0.25), ("float32", 9), *POINTS)  # in float32 at the first point of the third and last
    assert every.verdict is Verdict.FAIL
    assert not any("interrupted" in r.text for r in every.results)


def test_ctrl_c_while_a_verdict_is_made_loses_that_format_only(monkeypatch):
    from jacobians.verify import check as module

    def decide(claims, name, right=module.decide):
        if claims[0].reading.name == "float32":
            raise KeyboardInterrupt
        return right(claims, name)

    monkeypatch.setattr(module, "decide", decide)
    with pytest.raises(Interrupted) as stopped:
        tried(relu(1.0), "relu", formats=("float64", "float32"))
    assert {(r.dtype, r.verdict) for r in stopped.value.report.results} == {("float64", Verdict.PASS)}


def test_code_that_takes_the_setting_is_given_it():
    seen = []

    def forward(right, x, at_zero=1.0):
        seen.append(at_zero)
        return right(x, at_zero)

    assert tried(twin("relu", forward=forward), "relu", settings={"at_zero": 0.5}).verdict is Verdict.PASS
    assert set(seen) == {0.5}


# -- settings ---------------------------------------------------------------------------------------------------------


def test_points_whose_setting_the_code_does_not_take_are_left_out_and_that_is_said():
    own = twin("sum")
    plain = SimpleNamespace(forward=lambda x: own.forward(x), backward=own.backward)
    report = tried(plain, "sum", "typical", "over rows")
    assert report.verdict is Verdict.PASS
    assert report.notes == ["forward takes no axis: points with other than the default were left out"]
    assert tried(own, "sum", "typical", "over rows").notes == []


def test_nothing_left_to_ask_is_undecided():
    own = twin("sum")
    plain = SimpleNamespace(forward=lambda x: own.forward(x), backward=own.backward)
    report = tried(plain, "sum", "over rows")
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.exit_status == 3


def test_a_setting_that_no_point_can_have():
    with pytest.raises(UnknownName, match="axis=9.*Sum can have that at none of its points"):
        tried(twin("sum"), "sum", settings={"axis": 9})
    with pytest.raises(UnknownName, match="at none of its points"):
        tried(twin("relu"), "relu", settings={"at_zero": "half"})
    assert tried(twin("sum"), "sum", "typical", "of many scales", settings={"axis": 1}).verdict is Verdict.PASS


# -- formats and seeds ------------------------------------------------------------------------------------------------


def test_each_format_has_its_rows():
    report = tried(twin("linear"), "linear", formats=("float64", "float16"))
    assert [(r.dtype, r.argument) for r in report.results] == [
        (f, a) for f in ("float64", "float16") for a in ("y", "x", "W", "b")
    ]
    with pytest.raises(UnknownName, match="Did you mean 'float16'"):
        tried(twin("linear"), "linear", formats=("float_16",))


def test_code_that_is_wrong_in_one_format_only():
    wrong = gradients("linear", lambda d: d | {"b": d["b"] * (2 if d["b"].dtype == np.float32 else 1)})
    report = tried(wrong, "linear", formats=("float64", "float32"))
    assert [(r.dtype, r.argument) for r in report.failures] == [("float32", "b")]


def test_what_lies_beyond_a_formats_reach_is_not_asked():
    """A scale of 10⁶ and its squares are no float16: the point is left out, and nothing overflows by our doing."""
    assert tried(twin("linear"), "linear", "typical", "large", formats=("float16",)).verdict is Verdict.PASS
    report = tried(twin("linear"), "linear", "large", formats=("float16",))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert tried(twin("exp"), "exp", "wide", formats=("float16",)).verdict is Verdict.PASS


def test_a_seed_asks_the_same_and_another_asks_something_else():
    def asked(seed):
        gs = []
        tried(
            twin("linear", backward=lambda right, g, s: (gs.append(np.array(g)), right(g, s))[1]), "linear", seed=seed
        )
        return gs

    one, again, other = asked(3), asked(3), asked(4)
    assert len(one) == len(again)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not all(a.shape == b.shape and np.array_equal(a, b) for a, b in zip(one, other, strict=False))


def test_progress_is_told():
    said = []
    tried(twin("linear"), "linear", progress=said.append)
    assert said == ["linear float64 typical, batch of 1", "linear float64 typical, batch of 3"]


def test_a_batch_of_none_one_of_one_and_one_of_many():
    sizes = set()
    tried(twin("linear", forward=lambda right, **v: (sizes.add(len(v["x"])), right(**v))[1]), "linear")
    assert sizes == {0, 1, 3}


# -- where things go wrong --------------------------------------------------------------------------------------------


def test_a_gradient_right_for_a_batch_of_one_only():
    last = twin("linear", backward=lambda right, g, s: right(g, s) | {"b": g[-1].copy()})
    report = tried(last, "linear")
    assert broken(report) == {("gradient", "b")}
    assert "batch of 3" in row(report, "b").where


def test_an_exception_at_one_point_leaves_the_others_standing():
    def picky(right, g, saved):
        if len(g) == 3:
            raise ValueError("only one example, please")
        return right(g, saved)

    report = tried(twin("linear", backward=picky), "linear")
    assert broken(report) == {("exception", "y")}
    assert "only one example, please" in row(report, "y", "exception").text
    assert "at the point 'typical, batch of 3'" in row(report, "y", "exception").text
    assert row(report, "W").verdict is Verdict.PASS
    assert report.exit_status == 1


def test_an_optional_gradient_may_be_left_out_or_must_be_right():
    assert tried(gradients("squared_error", lambda d: {"yhat": d["yhat"]}), "squared_error").verdict is Verdict.PASS
    assert tried(twin("squared_error"), "squared_error").verdict is Verdict.PASS
    wrong = tried(gradients("squared_error", lambda d: d | {"y": d["yhat"]}), "squared_error")
    assert broken(wrong) == {("gradient", "y")}
    assert row(wrong, "y").diagnosis.name == "negated"
    assert row(wrong, "y", "forward").verdict is Verdict.PASS, "forward's y is another than the argument y"


def test_an_optional_gradient_given_now_and_then():
    def sometimes(right, g, s):
        found = right(g, s)
        return found if np.count_nonzero(g) > 1 else {"yhat": found["yhat"]}

    assert ("missing", "y") in broken(tried(twin("squared_error", backward=sometimes), "squared_error"))


# -- the report -------------------------------------------------------------------------------------------------------


def test_report_as_data():
    report = tried(
        gradients("linear", lambda d: d | {"W": 2 * d["W"]}), "linear", formats=("float64", "float32"), seed=7
    )
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert set(data) == {"schema", "verdict", "seed", "interrupted", "notes", "results"}
    assert (data["schema"], data["verdict"], data["seed"]) == (1, "FAIL", 7)
    assert len(data["results"]) == 8
    for r in data["results"]:
        assert set(r) >= ROW
        assert r["layer"] == "linear"
        assert r["claim"] == ("forward" if r["argument"] == "y" else "gradient")
        assert (r["verdict"] == "FAIL") == (r["argument"] == "W")
        assert isinstance(r["ratio"], float)
        assert r["where"]
    wrong = [r for r in data["results"] if r["argument"] == "W"]
    assert [r["diagnosis"]["name"] for r in wrong] == ["factor:2"] * 2
    assert all(r["ratio"] > 1 for r in wrong)


def test_infinitely_far_from_a_bound_of_zero_is_a_number_in_json():
    wrong = gradients("linear", lambda d: d | {"b": d["b"] + 1})
    report = tried(wrong, "linear", "whole numbers")
    assert row(report, "b").ratio == 1e300
    assert "∞" in line("linear", report, ("float64",))
    json.dumps(report.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("verdicts", "whole", "status"),
    [
        ([], "INCONCLUSIVE", 3),
        (["PASS", "PASS"], "PASS", 0),
        (["PASS", "FAIL", "SUSPICIOUS"], "FAIL", 1),
        (["PASS", "SUSPICIOUS", "INCONCLUSIVE"], "SUSPICIOUS", 3),
        (["INCONCLUSIVE", "PASS"], "INCONCLUSIVE", 3),
    ],
)
def test_verdict_and_exit_status(verdicts, whole, status):
    report = Report([Result("l", "x", "gradient", "float64", Verdict(v)) for v in verdicts], 0)
    assert report.verdict == worst(map(Verdict, verdicts)) == whole
    assert report.exit_status == status


def test_words():
    report = tried(gradients("linear", lambda d: d | {"W": 2 * d["W"]}), "linear", formats=("float64", "float32"))
    said = details(report).splitlines()[0]
    assert sum(part.startswith("FAIL") for part in details(report).splitlines()) == 1, "one sentence for both formats"
    assert said.startswith("FAIL  linear gradient of W, float64 (and in float32): entry [")
    assert "the code gives" in said
    assert "g·L^W is" in said
    assert said.endswith("it is 2 times g·L")
    shown = line("linear", report, ("float64", "float32"))
    assert shown.startswith("linear          x W b ")
    assert shown.endswith("FAIL")
    assert len(header(("float64", "float32"))) == len(shown.rpartition("  ")[0])
    end = summary({"linear": report, "again": tried(twin("linear"), "linear")}, 1.26)
    assert end.startswith("1 PASS, 1 FAIL: ")
    assert end.endswith("entries of L exposed, in 1.3 s, seed 0")
    assert summary({}, 0.0).startswith("nothing checked: 0 entries")


def test_the_worst_entry_is_where_it_is_said_to_be():
    def one_entry(right, g, s):
        found = right(g, s)
        found["W"][1, 2] += 1000 * found["W"].dtype.type(1)
        return found

    found = row(tried(twin("linear", backward=one_entry), "linear"), "W")
    assert found.where.startswith("entry [1, 2] at the point 'typical, batch of ")
    assert ", g: " in found.where


def test_the_whole_of_a_layer():
    report = check(twin("relu"), find("relu"))
    assert report.verdict is Verdict.PASS
    assert {r.dtype for r in report.results} == {"float64", "float32"}
    assert report.seed == 0


# -- not to be fooled -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("singly", [True, False])
def test_who_writes_into_g_does_not_choose_what_is_asked(singly, rng):
    """y has one axis here, as g has it when it is asked: what the code is given must still be a copy."""

    def backward(own, g, saved):
        g[...] = 1.0
        return own(g, saved)

    values = {a: rng.standard_normal((4, 3)) for a in ("yhat", "y")}
    report = check_point(
        twin("squared_error", backward=backward), Point(Batch(find("squared_error")()), values), singly=singly
    )
    assert {("gradient", "yhat"), ("gradient", "y"), ("unchanged", "g")} <= broken(report)
