"""Fast code as a set of tests, in pytest by a decorator and in unittest by a mixin: one test a claim and format.

    @verify_layer("rms_norm", dtype="float32,bfloat16")          class TestRMSNorm(JacobianTests, unittest.TestCase):
    def test_rms_norm():                                             layer, dtype = "rms_norm", "float32"
        return MyFunction                                            def fast(self): return MyFunction

A claim is `forward`, `gradient-ARGUMENT`, or `contract`: everything else (broken contracts, forward mode).
The code is checked once for each format, whichever of its claims is asked first; nothing is shared between processes.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from .errors import JacobiansError
from .kinds import class_of

if TYPE_CHECKING:
    from .verify.results import Report, Result

__unittest = True  # unittest leaves the frames of such a module out of a traceback
FORMATS = "float64,float32"


def verify_layer(
    layer: str, dtype: str | Iterable[str] = FORMATS, adapter: str | None = None, **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make tests of a function that returns fast code: one for each format and claim, with ids to select them by.

    Args:
        layer: the name of the layer that the code claims to be (`jacobians layers`).
        dtype: the formats to try it in, comma-separated or a list.
        adapter: "torch" or "jax", for a plain function; objects of these libraries tell by themselves.
        settings: settings of the layer held fixed (at_zero=0.0).

    Returns:
        a decorator. The function may take fixtures, and returns anything that `jacobians.adapters.wrap.fast_of` takes.

    Raises:
        UnknownName: no such layer, or format.

    >>> @verify_layer("rms_norm", dtype="float32")
    ... def test_rms_norm(): return "torch:kernels.py:RMSNorm"
    >>> for case in test_rms_norm.pytestmark[0].args[1]: print(case.id)
    rms_norm-float32-forward
    rms_norm-float32-gradient-x
    rms_norm-float32-gradient-gamma
    rms_norm-float32-contract
    """
    formats, claims = _formats(dtype), list(_claims(layer))

    def decorate(make: Callable[..., Any]) -> Callable[..., Any]:
        import pytest

        reports = _Reports(layer, adapter, settings)

        def test(*args: Any, request: Any, jacobians_claim: tuple[str, str], **fixtures: Any) -> None:
            if "request" in parameters:
                fixtures["request"] = request
            format, claim = jacobians_claim
            seed = request.config.getoption("jacobians_seed", 0)
            same = f"pytest --jacobians-seed={seed} '{request.node.nodeid}'"
            text = reports.failure(make, args, fixtures, format, claim, seed, same)
            if text:
                pytest.fail(text, pytrace=False)

        parameters = dict(inspect.signature(make).parameters)
        ours = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in ("request", "jacobians_claim")]
        functools.update_wrapper(test, make)
        vars(test).pop("__wrapped__")  # pytest would look at its signature
        own = [p for n, p in parameters.items() if n != "request"]
        test.__signature__ = inspect.Signature([*own, *ours])  # pyright: ignore[reportFunctionMemberAccess]
        cases = [pytest.param((f, c), id=f"{layer}-{f}-{c}") for f in formats for c in claims]
        return pytest.mark.parametrize("jacobians_claim", cases)(test)

    return decorate


class JacobianTests:
    """A mixin for unittest.TestCase: a subclass with a `layer` gets one test for each format and claim.

    Attributes:
        layer, dtype, adapter, settings: as for `verify_layer`.
        seed: of points and probes.
    """

    layer: str = ""
    dtype: str | Iterable[str] = FORMATS
    adapter: str | None = None
    settings: dict[str, Any] = {}
    seed: int = 0

    def fast(self) -> Any:
        """The code to verify."""
        raise NotImplementedError(f"{type(self).__name__} must define fast(self), which returns the code to verify")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.layer:
            return
        reports = _Reports(cls.layer, cls.adapter, cls.settings)
        for format in _formats(cls.dtype):
            for claim in _claims(cls.layer):
                name = f"test_{cls.layer}_{format}_{claim.replace('-', '_')}"
                setattr(cls, name, _method(name, reports, format, claim))


def _method(name: str, reports: _Reports, format: str, claim: str) -> Callable[[Any], None]:
    def test(self: Any) -> None:
        __tracebackhide__ = True
        same = f"python -m unittest {type(self).__module__}.{type(self).__qualname__}.{name} (seed {self.seed})"
        text = reports.failure(class_of(self).fast, (self,), {}, format, claim, self.seed, same)
        if text:
            self.fail(text)

    test.__name__ = name
    return test


class _Reports:
    """The reports on one piece of code, each made when first asked for."""

    def __init__(self, layer: str, adapter: str | None, settings: dict[str, Any]):
        self.layer, self.adapter, self.settings = layer, adapter, settings
        self.made: list[tuple[Any, Report | JacobiansError]] = []

    def failure(
        self, make: Any, args: Any, fixtures: dict[str, Any], format: str, claim: str, seed: int, same: str
    ) -> str | None:
        """What to say of a claim that did not pass; None where it did."""
        # of the objects that the code is made from those count that are not the test case itself
        key = (format, seed, [v for n, v in sorted(fixtures.items()) if n != "request"])
        found = next((report for known, report in self.made if _same(known, key)), None)
        if found is None:
            try:
                found = verified(make(*args, **fixtures), self.layer, format, seed, self.adapter, self.settings)
            except JacobiansError as error:
                found = error
            self.made.append((key, found))
        if isinstance(found, JacobiansError):
            return f"{self.layer}: {found}"
        known = list(_claims(self.layer))
        if claim != "contract" and not any(r.claim in ("forward", "gradient") for r in found.results):
            claim = "contract"  # the code broke before any number came
        return failure([r for r in found.results if _claim(r, known) == claim], same)


def _same(one: Any, other: Any) -> bool:
    """The same format and seed, and the very same fixtures."""
    return one[:2] == other[:2] and [id(v) for v in one[2]] == [id(v) for v in other[2]]


def verified(
    fast: Any, layer: str, dtype: str | Iterable[str], seed: int, adapter: str | None, settings: dict[str, Any]
) -> Report:
    """The report on anything that can be adapted (adapters/wrap.py).

    Raises:
        JacobiansError: no such layer or format, or code that cannot be adapted.
    """
    from .adapters.wrap import fast_of
    from .layers import find
    from .verify.check import check

    cls = find(layer)
    return check(fast_of(fast, cls, adapter), cls, tuple(_formats(dtype)), seed, settings)


def failure(results: list[Result], same: str) -> str | None:
    """What to say of results that did not all pass: the mistake, where it shows, how to see it again."""
    wrong = [r for r in results if r.verdict != "PASS"]
    if not wrong:
        return None
    blocks = [_block(r) for r in wrong]
    return "\n".join([*blocks, f"again: {same}"])


def _block(r: Result) -> str:
    about = "forward" if r.claim == "forward" else f"{r.claim} of {r.argument}"
    about = f"{r.layer}, {about}, {r.dtype}"
    if r.diagnosis:
        rest = r.text.removesuffix(r.diagnosis.text).rstrip("; ")
        first = [f"{r.verdict} {r.diagnosis.name}: {r.diagnosis.text}", f"{about}: {rest}"]
    else:
        first = [f"{r.verdict} {about}: {r.text}"]
    shown = ["to reproduce:", *(f"    {line}" for line in r.example.splitlines())] if r.example else []
    return "\n".join([*first, *shown])


def _claim(r: Result, known: list[str]) -> str:
    """The test that a result belongs to; of an argument that only some points have (x2), that of the contracts."""
    said = "forward" if r.claim == "forward" else f"{r.claim}-{r.argument}"
    return said if said in known else "contract"


def _claims(layer: str) -> Iterator[str]:
    from .layers import find
    from .point import differentiable

    yield "forward"
    yield from (f"gradient-{a}" for a in differentiable(find(layer)()))
    yield "contract"


def _formats(dtype: str | Iterable[str]) -> list[str]:
    from .verify.formats import get_format

    listed = re.split(r"[,\s]+", dtype.strip()) if isinstance(dtype, str) else list(dtype)
    return [get_format(name).name for name in listed]
