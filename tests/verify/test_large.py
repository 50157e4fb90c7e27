"""Code judged against an L that is never there as a whole: right code passes, every planted mistake is refused."""

from __future__ import annotations

import tracemalloc
from functools import partial
from typing import Any

import numpy as np
import pytest

from jacobians.errors import TooLarge
from jacobians.layers import find
from jacobians.sized import Sizes, sized_point
from jacobians.verify.bound import bounded_jacobians
from jacobians.verify.formats import get_format
from jacobians.verify.large import check_large, exact_there, plan_check
from jacobians.verify.results import Interrupted, Report, Verdict
from jacobians.verify.strips import Strips
from jacobians.verify.trial import rounded

from .trials import gradients, row, twin

MB = 10**6
FORMATS = ("float64", "float32")
LINEAR: Sizes = {"x": (6, 70), "W": (90, 70), "b": (90,)}
CONV: Sizes = {"x": (2, 3, 20, 21), "W": (4, 3, 3, 3), "b": (4,)}


def tried(
    fast: Any, layer: str, at: Sizes, memory: int = 6 * MB, formats: tuple[str, ...] = ("float64",), **settings: Any
) -> Report:
    draw = partial(sized_point, find(layer), settings, at, 0)
    plans = {name: plan_check(draw(), get_format(name), memory) for name in formats}
    draws = [draw] + [partial(draw, whole=True)] * exact_there(plans[formats[0]], draw(whole=True))
    return check_large(fast, find(layer), draws, plans, settings=settings)


@pytest.mark.parametrize("format", ["float64", "float32", "float16"])
def test_right_code_passes(format: str) -> None:
    report = tried(twin("linear"), "linear", LINEAR, formats=(format,))
    assert report.verdict is Verdict.PASS
    assert {r.argument for r in report.results} == {"y", "x", "W", "b"}
    ratios = {r.argument: r.ratio for r in report.results}
    assert all(ratio is not None and ratio <= 1 for ratio in ratios.values())
    assert ratios["x"] > 0, "a sum of 90 terms: no BLAS adds it up as the bound does"


def test_ctrl_c_keeps_the_formats_that_were_done_and_the_failures_that_were_seen() -> None:
    plans = {name: plan_check(sized_point(find("linear"), {}, LINEAR, 0), get_format(name), 6 * MB) for name in FORMATS}
    draw = partial(sized_point, find("linear"), {}, LINEAR, 0)
    said: list[str] = []

    def progress(text: str) -> None:
        said.append(text)
        if sum("float32" in each for each in said) == 2:
            raise KeyboardInterrupt

    doubled = gradients("linear", lambda gradient: {**gradient, "W": 2 * gradient["W"]})
    with pytest.raises(Interrupted) as stopped:
        check_large(doubled, find("linear"), [draw], plans, progress=progress)
    verdicts = {(r.dtype, r.argument): r.verdict for r in stopped.value.report.results}
    assert verdicts["float64", "W"] is Verdict.FAIL
    assert verdicts["float64", "x"] is Verdict.PASS
    assert verdicts["float32", "x"] is verdicts["float32", "y"] is Verdict.INCONCLUSIVE
    assert any(r.text == "interrupted after 2 blocks of rows" for r in stopped.value.report.results)


@pytest.mark.parametrize(
    ("layer", "at", "settings"),
    [
        ("conv2d", CONV, {"padding": 1}),
        ("conv2d", CONV, {"stride": 2, "padding": (2, 1)}),
        ("sigmoid", {"x": (4, 300)}, {}),
        ("layer_norm", {"x": (3, 9, 12), "gamma": (12,), "beta": (12,)}, {}),
        ("attention", {"q": (2, 7, 4), "k": (2, 9, 4), "v": (2, 9, 3)}, {}),
        ("cross_entropy", {"x": (30, 20), "target": (30,)}, {}),
        ("cumsum", {"x": (3, 40)}, {}),
    ],
)
def test_right_code_of_other_layers_passes(layer: str, at: Sizes, settings: dict[str, Any]) -> None:
    at = dict(zip(find(layer)().args, at.values(), strict=True))
    assert tried(twin(layer), layer, at, **settings).verdict is Verdict.PASS


def of(a: str, change: Any) -> Any:
    return lambda found: found | {a: change(found[a])}


def without_a_row(W: np.ndarray) -> np.ndarray:
    changed = W.copy()
    changed[17] = 0
    return changed


def one_entry_off(x: np.ndarray) -> np.ndarray:
    changed = x.copy()
    changed[5, 69] *= 1 + 1e-6
    return changed


@pytest.mark.parametrize(
    ("a", "change", "diagnosis"),
    [
        ("W", without_a_row, "some-entries"),
        ("x", one_entry_off, "some-entries"),
        ("x", lambda x: x * x.dtype.type(1.001), "factor:1.001"),
        ("b", lambda b: b / 6, "mean-for-sum"),
        ("W", lambda W: 2 * W, "factor:2"),
        ("W", lambda W: -W, "negated"),
        ("W", lambda W: 0 * W, "zero"),
    ],
)
def test_a_planted_mistake_is_refused_and_named(a: str, change: Any, diagnosis: str) -> None:
    report = tried(gradients("linear", of(a, change)), "linear", LINEAR)
    wrong = row(report, a)
    assert wrong.verdict is Verdict.FAIL
    assert wrong.diagnosis is not None
    assert wrong.diagnosis.name == diagnosis
    assert all(r.verdict is Verdict.PASS for r in report.results if r.argument != a)


def test_a_small_factor_is_refused_in_float32_too() -> None:
    code = gradients("linear", of("x", lambda x: x * np.float32(1.001)))
    assert row(tried(code, "linear", LINEAR, formats=("float32",)), "x").verdict is Verdict.FAIL


def test_a_transposed_gradient_is_named() -> None:
    at: Sizes = {"x": (3, 50), "W": (50, 50), "b": (50,)}
    wrong = row(tried(gradients("linear", of("W", lambda W: W.T)), "linear", at), "W")
    assert wrong.diagnosis is not None
    assert wrong.diagnosis.name == "transposed"


def test_where_the_wrong_entries_lie_is_said() -> None:
    wrong = row(tried(gradients("linear", of("W", without_a_row)), "linear", LINEAR), "W")
    assert wrong.diagnosis is not None
    assert "17 along axis 0, 0 to 69 along axis 1" in wrong.diagnosis.text
    assert wrong.where is not None
    assert wrong.where.startswith("entry [17, ")


def test_a_missing_batch_sum_is_a_wrong_shape() -> None:
    report = tried(gradients("linear", of("b", lambda b: np.tile(b, (6, 1)))), "linear", LINEAR)
    assert "the sum over the batch is missing" in row(report, "b", "shape").text


def test_a_wrong_forward_is_refused() -> None:
    def shifted(right: Any, **values: Any) -> Any:
        y, saved = right(**values)
        return y + (np.arange(y.shape[1]) == 88) * 1e-9, saved

    assert row(tried(twin("linear", forward=shifted), "linear", LINEAR), "y", "forward").verdict is Verdict.FAIL


def test_an_exception_of_the_code_is_a_failure_in_words() -> None:
    def raises(right: Any, g: Any, saved: Any) -> Any:
        raise MemoryError("no room")

    [found] = tried(twin("linear", backward=raises), "linear", LINEAR).results
    assert found.claim == "exception"
    assert "no room" in found.text


@pytest.mark.parametrize(("layer", "at"), [("linear", LINEAR), ("conv2d", CONV)])
def test_want_and_tolerance_are_those_of_the_whole_L(layer: str, at: Sizes) -> None:
    format = get_format("float32")
    point = rounded(sized_point(find(layer), {}, at, 0), format)
    assert point is not None
    plan = plan_check(point, format, 5 * MB)
    plan = type(plan)(plan.shape, 40, 0, 0, 0, 0, 0.0)
    g = format.round(np.random.default_rng(0).standard_normal(plan.shape))
    strips, found = Strips(point, plan, 1), {a: np.full((2, *np.shape(v)), np.nan) for a, v in point.values.items()}
    blocks = list(plan.pieces(point))
    assert len(blocks) > 5
    for k, piece in enumerate(blocks):
        for a, bounded in bounded_jacobians(piece.point, format).items():
            sums = bounded.sums(piece.upstream(g).reshape(1, -1))
            strips.of(a, k).add(0, piece.where(a), sums, None)
        for a, strip in strips.complete(k):
            judged = strip.judged(0, format, slice(None))
            for i, part in enumerate((judged.want, judged.tolerance)):
                assert np.isnan(found[a][i][strip.region]).all()
                found[a][i][strip.region] = part.reshape(strip.shape)
    for a, bounded in bounded_jacobians(point, format).items():
        judged = bounded.judge(g.reshape(1, -1))
        for i, part in enumerate((judged.want, judged.tolerance)):
            assert np.allclose(found[a][i].ravel(), part.ravel(), rtol=1e-10, atol=1e-12)


def test_rows_of_W_are_let_go_once_all_examples_have_gone_by() -> None:
    point = sized_point(find("linear"), {}, LINEAR, 0)
    plan = type(plan_check(point, get_format("float64"), 6 * MB))((6, 90), 10, 0, 0, 0, 0, 0.0)
    strips = Strips(point, plan, 1)
    assert strips.most_held == 5 * 8 * (6 * 70 + 10 * 70 + 10)


def test_it_keeps_within_the_memory() -> None:
    at: Sizes = {"x": (4, 300), "W": (400, 300), "b": (400,)}
    draw = partial(sized_point, find("linear"), {}, at, 0)
    allowed, arrays = 8 * MB, sum(v.nbytes for v in draw().values.values())
    plan = plan_check(draw(), get_format("float64"), allowed)
    tracemalloc.start()
    try:
        report = check_large(twin("linear"), find("linear"), [draw], {"float64": plan})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert report.verdict is Verdict.PASS
    assert peak <= allowed + 16 * arrays  # the door's copies of arguments, g and gradients, and nan in free memory


def test_an_L_that_cannot_be_cut_is_refused_in_one_sentence() -> None:
    with pytest.raises(TooLarge, match="dense Jacobian of 3000 × 3000 takes 72 MB, and there is room for 20 MB"):
        plan_check(sized_point(find("softmax"), {}, {"x": (2, 3000)}, 0), get_format("float64"), 20 * MB)
    with pytest.raises(TooLarge, match="the sums over all blocks"):
        plan_check(sized_point(find("linear"), {}, LINEAR, 0), get_format("float64"), MB)
