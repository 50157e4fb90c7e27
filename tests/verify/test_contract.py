"""The contract around the numbers: each broken one is told, by name, beside the numbers that are right."""

import numpy as np
import pytest

from jacobians.verify.contracts.strides import layouts
from jacobians.verify.results import Verdict

from .trials import broken, row, tried, twin

RIGHT = {"x", "W", "b"}


def on_linear(**changed):
    """The report on the linear twin with forward or backward replaced; the numbers of its gradients must be right."""
    report = tried(twin("linear", **changed), "linear")
    for a in RIGHT:
        assert row(report, a).verdict is Verdict.PASS, "the gradient is right, the contract is another verdict"
    return report


def test_right_code_breaks_no_contract():
    report = on_linear()
    assert report.verdict is Verdict.PASS
    assert report.notes == []


def test_saved_consumed():
    report = on_linear(
        forward=lambda right, **v: (right(**v)[0], [v["x"], v["W"]]),
        backward=lambda right, g, saved: right(g, (saved.pop(0), saved.pop(0))),
    )
    assert broken(report) == {("saved", "y")}
    assert (
        "works once only on what forward saved, which must stay as it is: backward raised IndexError"
        in row(report, "y", "saved").text
    )


def test_saved_overwritten():
    def overwrites(right, g, saved):
        x, W = saved
        return right(g, (x.copy(), W.copy()))

    assert broken(on_linear(backward=overwrites)) == set()

    def spoils(right, g, saved):
        found = right(g, saved["kept"])
        saved["kept"] = tuple(2 * v for v in saved["kept"])
        return found

    report = on_linear(forward=lambda right, **v: ((out := right(**v))[0], {"kept": out[1]}), backward=spoils)
    assert broken(report) == {("saved", "x"), ("saved", "W")}
    assert "a second backward on what forward saved" in row(report, "x", "saved").text


def test_a_buffer_that_the_next_call_fills_anew():
    buffers = {}

    def reuses(right, g, saved):
        found = right(g, saved)
        kept = buffers.setdefault(found["W"].shape, np.zeros_like(found["W"]))
        np.copyto(kept, found["W"])
        return found | {"W": kept}

    report = on_linear(backward=reuses)
    assert broken(report) == {("saved", "W")}
    assert "overwrites the gradient of W that the first one returned" in row(report, "W", "saved").text


def test_gradients_of_an_earlier_call_changed():
    given_out = []

    def adds_to_earlier(right, g, saved):
        found = right(g, saved)
        for W in given_out:
            if W.shape == found["W"].shape:
                W += 1
        given_out.append(found["W"])
        return found

    report = on_linear(backward=adds_to_earlier)
    assert broken(report) == {("saved", "W")}
    assert "overwrites the gradient of W that the first one returned" in row(report, "W", "saved").text


def test_state_of_the_last_forward_instead_of_what_was_saved():
    """As a class that keeps self.x does: right until the layer stands twice in a network."""
    last = {}

    def keeps(right, **v):
        y, last["saved"] = right(**v)
        return y, None

    report = on_linear(forward=keeps, backward=lambda right, g, saved: right(g, last["saved"]))
    assert broken(report) == {("saved", "x"), ("saved", "W")}
    assert "after another forward" in row(report, "x", "saved").text


def test_accumulating_where_nobody_asked():
    total = {}

    def accumulates(right, g, saved):
        found = right(g, saved)
        key = (g.shape, saved[0].tobytes(), g.tobytes())
        total[key] = total.get(key, 0) + found["b"]
        return found | {"b": total[key]}

    assert ("repeatable", "b") in broken(on_linear(backward=accumulates))


@pytest.mark.parametrize("which", ["x", "y"])
def test_another_answer_each_time(which, rng):
    """Noise in the last place, well inside the bound, is still not the same answer twice."""

    def noisy(v):
        return v * (1 + 2.0**-52 * rng.integers(-1, 2, v.shape))

    if which == "x":
        report = on_linear(backward=lambda right, g, s: (out := right(g, s)) | {"x": noisy(out["x"])})
    else:
        report = on_linear(forward=lambda right, **v: (noisy((out := right(**v))[0]), out[1]))
    assert broken(report) == {("repeatable", which)}
    assert "nothing may be left over from an earlier call" in row(report, which, "repeatable").text


# -- memory layouts of g ----------------------------------------------------------------------------------------------


def flat(g: np.ndarray) -> np.ndarray:
    """The memory that g lies in, in its order, as code reads it that trusts g to be contiguous."""
    return np.array(np.lib.stride_tricks.as_strided(np.asarray(g).copy(order="K").ravel(order="K"), g.shape))


def doubled(g, yes):
    return 2 * g if yes else g


MISREAD = {
    "every other entry": lambda g: doubled(
        g, not (g.flags.c_contiguous or g.flags.f_contiguous) and 0 not in g.strides and min(g.strides) > 0
    ),
    "Fortran": lambda g: doubled(g, g.flags.f_contiguous and not g.flags.c_contiguous),
    "backwards": lambda g: doubled(g, min(g.strides) < 0),
    "stride 0": lambda g: doubled(g, 0 in g.strides and g.size > 1),
    "read-only": lambda g: doubled(g, not g.flags.writeable and 0 not in g.strides),
}


@pytest.mark.parametrize("name", MISREAD)
def test_each_layout_misread_is_told_by_name(name):
    report = on_linear(backward=lambda right, g, saved: right(MISREAD[name](g), saved))
    assert broken(report) == {("strides", a) for a in RIGHT}
    for a in RIGHT:
        text = row(report, a, "strides").text
        assert name in text
        assert f"the gradient of {a} is wrong, with a plain g it is right" in text


def test_g_read_as_if_it_were_contiguous():
    report = on_linear(backward=lambda right, g, saved: right(flat(g), saved))
    assert broken(report) == {("strides", a) for a in RIGHT}


def test_writing_into_a_read_only_g_and_back_again():
    def borrows(right, g, saved):
        g *= 2
        g /= 2
        return right(g, saved)

    report = on_linear(backward=borrows)
    assert {claim for claim, _ in broken(report)} == {"strides"}
    assert "with g broadcast from one number (stride 0): backward raised ValueError" in report.failures[0].text


def test_a_gradient_that_is_wrong_in_every_layout_is_not_told_twice():
    report = tried(twin("linear", backward=lambda right, g, s: {a: 2 * v for a, v in right(g, s).items()}), "linear")
    assert broken(report) == {("gradient", a) for a in RIGHT}


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1), (3, 4), (2, 3, 4), (0, 3)])
def test_layouts_hold_the_same_numbers(shape, rng):
    g = rng.standard_normal(shape)
    names = []
    for name, other in layouts(g):
        names.append(name)
        assert other.shape == g.shape
        if "stride 0" in name:
            assert (other == other.ravel()[:1].reshape((1,) * other.ndim)).all()
            assert g.size == 0 or np.abs(other).max() == np.abs(g).min()
        else:
            np.testing.assert_array_equal(other, g)
    assert len(names) == len(set(names)) >= 4
    if len(shape) > 1 and min(shape) > 1:
        flags = [(v.flags.c_contiguous, v.flags.f_contiguous, v.flags.writeable) for _, v in layouts(g)]
        assert sum(c for c, _, _ in flags) == 1, "only the read-only one is contiguous"
        assert not all(w for _, _, w in flags)


# -- aliases: worth knowing, no fault ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "backward", "note"),
    [
        ("identity", lambda right, g, s: {"x": g}, "the gradient of x shares memory with g"),
        ("add", lambda right, g, s: {"a": g[:], "b": g.copy()}, "the gradient of a shares memory with g"),
        ("add", lambda right, g, s: dict.fromkeys(("a", "b"), g.copy()), "the gradients of a and b share memory"),
    ],
)
def test_aliases_are_noted(layer, backward, note):
    report = tried(twin(layer, backward=backward), layer)
    assert report.verdict is Verdict.PASS
    assert any(n.startswith(note) for n in report.notes)


def test_an_alias_of_an_input_is_noted():
    fast = twin(
        "scale",
        forward=lambda right, x, by=-1.0: (by * x, (x, by)),
        backward=lambda right, g, s: {"x": fill(s[0], s[1] * g)},
    )
    report = tried(fast, "scale")
    assert ("unchanged", "x") in broken(report), "and writing there is a fault"


def fill(into, v):
    into[...] = v
    return into


def test_names_of_layouts_are_those_that_are_misread():
    said = [name for name, _ in layouts(np.ones((2, 2)))]
    assert all(any(name in one for one in said) for name in MISREAD)


# -- linear in g, empty batches, accumulation -------------------------------------------------------------------------


def test_a_threshold_on_g_is_not_linear():
    def clipped(right, g, saved):
        found = right(g, saved)
        return {**found, "b": found["b"] + 1e-17 * np.minimum(np.abs(g).sum(axis=0), 1)}

    report = tried(twin("linear", backward=clipped), "linear")
    assert ("linear", "b") in broken(report)
    assert "something in backward is not linear in g" in row(report, "b", "linear").text


def test_an_empty_batch_that_raises_is_a_note():
    def mean(right, x, W, b):
        assert len(x), "no examples"
        return right(x=x, W=W, b=b)

    report = tried(twin("linear", forward=mean), "linear")
    assert report.verdict is Verdict.PASS
    [note] = report.notes
    assert note.startswith("an empty batch is not taken: forward raised AssertionError: no examples")


def test_an_empty_batch_that_gets_a_wrong_answer():
    def left(right, g, saved):
        found = right(g, saved)
        return found if len(g) else {**found, "b": np.ones_like(found["b"])}

    assert broken(on_linear(backward=left)) == {("empty", "b")}


def accumulating(write):
    fast = twin("linear")
    right = fast.backward

    def backward(g, saved, into=None):
        found = right(g, saved)
        if into is None:
            return found
        for a, v in found.items():
            write(into, a, v)
        return into

    fast.backward = backward
    return fast


def added(into, a, v):
    into[a] += v


def test_gradients_added_to_what_is_there():
    report = tried(accumulating(added), "linear", formats=("float64", "float32"))
    assert report.verdict is Verdict.PASS


def test_overwritten_at_a_branch():
    def overwritten(into, a, v):
        into[a][...] = v if a == "W" else into[a] + v

    report = tried(accumulating(overwritten), "linear")
    assert broken(report) == {("accumulates", "W")}
    assert "leaves the gradient alone: write += for =" in row(report, "W", "accumulates").text


def test_added_twice():
    def twice(into, a, v):
        into[a] += 2 * v if a == "x" else v

    report = tried(accumulating(twice), "linear")
    assert broken(report) == {("accumulates", "x")}
    assert "leaves something else than the sum" in row(report, "x", "accumulates").text
