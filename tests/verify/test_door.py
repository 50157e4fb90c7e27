"""The door: whatever code does there comes out as one sentence naming the claim it breaks."""

from types import SimpleNamespace

import numpy as np
import pytest

from jacobians.errors import BadFile
from jacobians.verify.door import Broken, Door, describe, examine, parameters, taking
from jacobians.verify.formats import FORMATS

F32 = FORMATS["float32"]
SHAPES = {"x": (3, 5), "W": (6, 5), "b": (6,)}


def forward(x, W, b):
    return x @ W.T + b, (x, W)


def backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}


def door(f=forward, b=backward, format=F32, wanted=None) -> Door:
    return Door(SimpleNamespace(forward=f, backward=b), format, dict.fromkeys(SHAPES, True) | (wanted or {}))


def values(rng) -> dict[str, np.ndarray]:
    return {a: F32.round(rng.standard_normal(shape)) for a, shape in SHAPES.items()}


def ask(rng, f=forward, b=backward, **kwargs):
    return door(f, b, **kwargs).ask(values(rng), {}, F32.round(rng.standard_normal((3, 6))), (3, 6))


def changed(**to):
    """backward with some gradients replaced by a function of the right one, or left out where that is None."""

    def wrong(g, saved):
        right = backward(g, saved)
        return {a: to[a](v) if a in to else v for a, v in right.items() if to.get(a, True) is not None}

    return wrong


def refused(rng, **kwargs) -> Broken:
    with pytest.raises(Broken) as caught:
        ask(rng, **kwargs)
    return caught.value


def fault(rng, **kwargs) -> Broken:
    """The only fault of an answer whose other numbers are judged."""
    [found] = ask(rng, **kwargs).faults
    return found


def test_right_code_is_let_through(rng):
    vs, g = values(rng), F32.round(rng.standard_normal((3, 6)))
    answer = door().ask(vs, {}, g, (3, 6))
    assert answer.faults == []
    np.testing.assert_allclose(answer.y, vs["x"] @ vs["W"].T + vs["b"], rtol=1e-4, atol=1e-5)
    assert {a: v.shape for a, v in answer.gradients.items()} == SHAPES
    assert all(v.dtype == np.float64 for v in answer.gradients.values())


def test_code_is_given_arrays_of_its_format_that_are_its_own(rng):
    seen = {}

    def look(x, W, b, flag):
        seen.update(x=x, flag=flag)
        return forward(x, W, b)

    for format in (F32, FORMATS["bfloat16"]):
        vs = values(rng) | {"flag": np.array([1, 2])}
        given = door(look, format=format).given(vs)
        assert {v.dtype for a, v in given.items() if a != "flag"} == {format.dtype}
        assert given["flag"].dtype.kind == "i", "labels stay whole numbers"
        assert not any(np.shares_memory(given[a], vs[a]) for a in vs)


# -- kinds ------------------------------------------------------------------------------------------------------------

WRONG_PAIRS = {
    "None": (lambda x, W, b: None, "None"),
    "y alone": (lambda x, W, b: x @ W.T, "a value of type ndarray"),
    "a list": (lambda x, W, b: [x, x], "a list of 2"),
    "three things": (lambda x, W, b: (x, x, x), "a tuple of 3"),
    "a generator": (lambda x, W, b: (v for v in (x, None)), "a value of type generator"),
}


@pytest.mark.parametrize("name", WRONG_PAIRS)
def test_forward_returns_no_pair(name, rng):
    f, said = WRONG_PAIRS[name]
    found = refused(rng, f=f)
    assert found.claim == "forward"
    assert found.text == f"forward returned {said}: return the pair (y, saved), saved being what backward wants"


def test_backward_returns_no_dict(rng):
    for out, said in ((None, "None"), ((1, 2, 3), "a tuple of 3"), (np.ones(3), "a value of type ndarray")):
        found = refused(rng, b=lambda g, saved, out=out: out)
        assert found.claim == "backward"
        assert found.text == f"backward returned {said}: return the dict {{'x': …, 'W': …, 'b': …}}"


# -- gradients --------------------------------------------------------------------------------------------------------


def test_missing(rng):
    for drop in ({"b": None}, {"b": lambda v: None}):
        found = fault(rng, b=changed(**drop))
        assert (found.claim, found.argument) == ("missing", "b")
        assert "no gradient for b" in found.text
    answer = ask(rng, b=changed(b=None), wanted={"b": False})
    assert answer.faults == []
    assert set(answer.gradients) == {"x", "W"}


def test_stray(rng):
    found = fault(rng, b=lambda g, saved: backward(g, saved) | {"dW": g, 3: g})
    assert (found.claim, found.argument) == ("stray", "dW")
    assert found.text == "backward returned a gradient for dW and 3: return those of x, W and b, by these names"


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda v: v.T, ": it is transposed"),
        (lambda v: np.stack([v, v, v]), ": the sum over the batch is missing"),
        (lambda v: v.ravel(), ": the right number of entries, in another shape"),
        (lambda v: v[:2], "expected [6, 5]"),
        (lambda v: v[:, :0], "expected [6, 5]"),
        (lambda v: 1.0, "has shape []"),
    ],
)
def test_shapes_with_their_hint(change, hint, rng):
    found = fault(rng, b=changed(W=change))
    assert (found.claim, found.argument) == ("shape", "W")
    assert found.text.endswith(hint) or hint in found.text
    assert "the gradient of W has shape" in found.text


def test_y_of_another_shape(rng):
    found = refused(rng, f=lambda x, W, b: (x @ W.T[:, :2], (x, W)))
    assert (found.claim, found.argument) == ("shape", "y")
    assert found.text == "the y that forward returned has shape [3, 2], expected [3, 6]"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v.astype(np.float64), "is float64, expected float32 like the inputs"),
        (lambda v: v.astype(complex), "is complex128, expected float32"),
        (lambda v: v.astype(int), "is int64, expected float32"),
        (lambda v: v > 0, "is bool, expected float32"),
        (lambda v: v.astype(object), "is a value of type ndarray of object: return an array of float32"),
        (lambda v: v.astype(str), "return an array of float32"),
        (lambda v: v.tolist(), "is float64, expected float32"),
        (lambda v: "a string", "is a value of type str: return an array of float32"),
    ],
)
def test_types(change, said, rng):
    found = fault(rng, b=changed(x=change))
    assert (found.claim, found.argument) == ("dtype", "x")
    assert said in found.text


def test_ragged_lists(rng):
    found = fault(rng, b=changed(x=lambda v: [[1.0], [1.0, 2.0]]))
    assert (found.claim, found.argument) == ("shape", "x")
    assert "is a list of 2, of which NumPy makes no array" in found.text


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_not_finite(bad, rng):
    def spoil(v):
        v = v.copy()
        v[1, 2] = v[2, 0] = bad
        return v

    found = fault(rng, b=changed(x=spoil))
    assert (found.claim, found.argument) == ("finite", "x")
    assert found.text == f"the gradient of x has 2 of 15 entries not finite, the first {bad} at [1, 2]"
    found = refused(rng, f=lambda x, W, b: (spoil(x @ W.T + b), (x, W)))
    assert (found.claim, found.argument) == ("finite", "y")


def test_what_raises_when_it_is_read(rng):
    class Exits:
        def __array__(self, *args, **kwargs):
            raise SystemExit(3)

    found = fault(rng, b=changed(x=lambda v: Exits()))
    assert (found.claim, found.argument) == ("shape", "x")
    assert "is a value of type Exits, of which NumPy makes no array (SystemExit: 3" in found.text


def test_masked_entries_are_no_numbers(rng):
    found = fault(rng, b=changed(x=lambda v: np.ma.masked_array(v, v > 0)))
    assert (found.claim, found.argument) == ("finite", "x")
    assert "masked" in found.text


def test_what_is_as_good_as_an_array_is_taken(rng):
    """A matrix, a subclass, a masked array without a mask, another byte order, a view, a list of float32 numbers."""

    class Mine(np.ndarray):
        pass

    for change in (
        lambda v: v.view(np.matrix), lambda v: v.view(Mine), np.ma.masked_array, lambda v: v.astype(">f4"),
        np.asfortranarray, list, lambda v: v[::-1][::-1],
    ):  # fmt: skip
        vs, g = values(rng), F32.round(rng.standard_normal((3, 6)))
        answer, plain = (door(b=b).ask(vs, {}, g, (3, 6)) for b in (changed(x=change), backward))
        assert answer.faults == []
        np.testing.assert_array_equal(answer.gradients["x"], plain.gradients["x"])


def test_one_bad_gradient_leaves_the_others_to_be_judged(rng):
    answer = ask(rng, b=changed(x=lambda v: v.T, b=None))
    assert set(answer.gradients) == {"W"}
    assert {(f.claim, f.argument) for f in answer.faults} == {("shape", "x"), ("missing", "b")}


# -- exceptions -------------------------------------------------------------------------------------------------------


class Odd(BaseException):
    """Neither an Exception nor an exit, as pytest's own outcomes are."""


class Mute(Exception):
    """It cannot even say what it is."""

    def __str__(self):
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (ValueError("no such thing"), "ValueError: no such thing"),
        (KeyError("W"), "KeyError: 'W'"),
        (AssertionError(), "AssertionError"),
        (SystemExit(3), "SystemExit: 3"),
        (Odd("odd"), "Odd: odd"),
        (RecursionError("deep"), "RecursionError: deep"),
        (MemoryError(), "MemoryError"),
        (Mute(), "Mute"),
        (ValueError("two\nlines\n  of text"), "ValueError: two lines of text"),
    ],
)
def test_exceptions(raised, said, rng):
    def fails(*args, **kwargs):
        raise raised

    found = refused(rng, f=fails)
    assert found.claim == "exception"
    assert found.text.startswith(f"forward raised {said}, at line ")
    assert "`raise raised`" in found.text
    assert "(given x [3, 5], W [6, 5], b [6])" in found.text
    assert "\n" not in found.text
    found = refused(rng, b=fails)
    assert found.text.startswith(f"backward raised {said}, at line ")
    assert "(given g [3, 6])" in found.text


def test_ctrl_c_is_no_fault_of_the_code(rng):
    def interrupted(g, saved):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(rng, b=interrupted)


def test_warnings_and_error_state_of_the_code_are_its_own(rng):
    """Neither does a division by zero on its way stop it, nor is what it sets left behind."""
    before = np.geterr()

    def divides(g, saved):
        np.seterr(all="raise")
        with np.errstate(all="ignore"):
            assert np.isinf(np.float32(1) / np.float32(0))
        return backward(g, saved)

    assert ask(rng, b=divides).faults == []
    assert np.geterr() == before
    assert (
        ask(rng, b=lambda g, saved: (np.float32(1) / np.zeros(1, np.float32)) is None or backward(g, saved)).faults
        == []
    )


def test_the_place_named_is_in_the_users_file(tmp_path):
    from jacobians.verify.load import load_file

    path = tmp_path / "mine.py"
    path.write_text(
        "import numpy as np\n\ndef forward(x):\n    return np.linalg.inv(x), None\n\ndef backward(g, s): return {}\n"
    )
    module = load_file(path)
    with pytest.raises(np.linalg.LinAlgError) as caught:
        module.forward(np.ones((2, 3)))
    assert "at line 4, `return np.linalg.inv(x), None`" in describe(caught.value, module)


# -- what is written to -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("a", SHAPES)
def test_inputs_written_to_in_forward(a, rng):
    def writes(**given):
        out = forward(**given)
        given[a] *= 2
        return out

    faults = ask(rng, f=writes).faults
    assert ("unchanged", a) in {(f.claim, f.argument) for f in faults}
    assert f"the code wrote into its input {a}" in " ".join(f.text for f in faults)


def test_inputs_written_to_in_backward(rng):
    def writes(g, saved):
        out = backward(g, saved)
        saved[1][0, 0] += 1
        return out

    found = fault(rng, b=writes)
    assert (found.claim, found.argument) == ("unchanged", "W")


def test_g_written_to_and_the_gradient_right_all_the_same(rng):
    def writes(g, saved):
        out = backward(g, saved)
        g[...] = 0
        return out

    answer = ask(rng, b=writes)
    assert [(f.claim, f.argument) for f in answer.faults] == [("unchanged", "g")]
    assert set(answer.gradients) == set(SHAPES), "two verdicts: the numbers and the contract"


def test_y_written_to_by_backward(rng):
    def keeps(x, W, b):
        y = x @ W.T + b
        return y, (x, W, y)

    def writes(g, saved):
        x, W, y = saved
        y *= g
        return backward(g, (x, W))

    [found] = [f for f in ask(rng, f=keeps, b=writes).faults]
    assert (found.claim, found.argument) == ("unchanged", "y")
    assert "backward wrote into the y" in found.text


def test_numpy_replaced(rng):
    """Numpy's functions judge too: they are put back, and the code is told."""
    absolute = np.abs

    def cheats(g, saved):
        np.abs = lambda x: 0 * x
        return backward(g, saved)

    try:
        found = refused(rng, b=cheats)
        assert np.abs is absolute
    finally:
        np.abs = absolute
    assert found.claim == "unchanged"
    assert found.text.startswith("backward replaced numpy's abs")


def test_memory_that_nobody_filled_is_not_taken_for_zero(rng):
    """np.empty where np.zeros is meant is right by luck only; here it is not."""

    def empty(g, saved):
        out = backward(g, saved)
        x = np.empty_like(out["x"])
        x[:2] = out["x"][:2]
        return out | {"x": x}

    found = fault(rng, b=empty)
    assert (found.claim, found.argument) == ("finite", "x")


# -- what can be called at all ----------------------------------------------------------------------------------------


def test_examine():
    args = ("x", "W", "b")
    examine(SimpleNamespace(forward=forward, backward=backward), args, "mine.py")
    examine(SimpleNamespace(forward=lambda **v: None, backward=backward), args, "mine.py")
    with pytest.raises(
        BadFile, match=r"mine.py has no function 'backward' \(it has forward\): write `def backward\(g, saved\)`"
    ):
        examine(SimpleNamespace(forward=forward), args, "mine.py")
    with pytest.raises(BadFile, match=r"no function 'forward' \(it has none\): write `def forward\(x, W, b\)`"):
        examine(SimpleNamespace(), args, "mine.py")
    with pytest.raises(BadFile, match=r"no function 'forward'"):
        examine(SimpleNamespace(forward=3, backward=backward), args, "mine.py")
    with pytest.raises(
        BadFile,
        match=r"takes inputs, weights and b, but is called with x=, W=, b= by name: write `def forward\(x, W, b\)`",
    ):
        examine(SimpleNamespace(forward=lambda inputs, weights, b: None, backward=backward), args, "mine.py")


def test_parameters():
    assert parameters(forward) == ("x", "W", "b")
    assert parameters(lambda **values: None) is None
    assert parameters(taking(("x", "W"), lambda **values: values)) == ("x", "W")
    assert taking(("x", "W"), lambda **values: values)(x=1, W=2) == {"x": 1, "W": 2}
