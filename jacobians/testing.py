"""Fast code as a set of tests, in pytest by a decorator and in unittest by a mixin: one test a claim and format.

    @verify_layer("rms_norm", dtype="float32,bfloat16")          class TestRMSNorm(JacobianTests, unittest.TestCase):
    def test_rms_norm():                                             layer, dtype = "rms_norm", "float32"
        return MyFunction                                            def fast(self): return MyFunction

A claim is `forward`, `gradient-ARGUMENT`, or `contract`: everything else (broken contracts, forward mode).
The code is checked once for each format, whichever of its claims is asked first; nothing is shared between processes.
A method is called for each test, and what it returns checked again where that is another object; so is code made from
fixtures of that test alone.
"""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .asked import asked
from .errors import BadFile, UnknownName
from .tested import Reports, formats_of

if TYPE_CHECKING:
    from .asked import LayerLike

__unittest = True  # unittest leaves the frames of such a module out of a traceback
FORMATS = "float64,float32"


def verify_layer(
    layer: LayerLike, dtype: str | Iterable[str] = FORMATS, adapter: str | None = None, **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make tests of a function that returns fast code: one for each format and claim, with ids to select them by.

    Args:
        layer: what the code claims to be: a layer's name (`jacobians layers`), a layer class of your own, an instance
            (settings other than the usual ones are then held fixed), or what `jacobians.function_layer` makes.
        dtype: the formats to try it in, comma-separated or a list.
        adapter: "torch" or "jax", for a plain function; objects of these libraries tell by themselves.
        settings: settings of the layer held fixed (at_zero=0.0).

    Returns:
        a decorator. The function may take fixtures, and returns anything that `jacobians.adapters.wrap.fast_of` takes.

    Raises:
        UnknownName: no such layer, format or setting.
        BadFile: what is decorated is no function that returns the code: a class, a coroutine, a generator.

    >>> @verify_layer("rms_norm", dtype="float32")
    ... def test_rms_norm(): return "torch:kernels.py:RMSNorm"
    >>> for case in test_rms_norm.pytestmark[0].args[1]: print(case.id)
    rms_norm-float32-forward
    rms_norm-float32-gradient-x
    rms_norm-float32-gradient-gamma
    rms_norm-float32-contract
    """
    of = asked(layer, settings)
    cases = [(f, c) for f in formats_of(dtype) for c in of.claims()]

    def decorate(make: Callable[..., Any]) -> Callable[..., Any]:
        import pytest

        _examine(make)
        reports = Reports(of, adapter)

        def test(*args: Any, request: Any, jacobians_claim: tuple[str, str], **fixtures: Any) -> None:
            if "request" in parameters:
                fixtures["request"] = request
            seed = request.config.getoption("jacobians_seed", 0)
            same = f"pytest --jacobians-seed={seed} '{request.node.nodeid}'"
            params = {k: v for k, v in request.node.callspec.params.items() if k != "jacobians_claim"}
            given = [v for _, v in sorted((params | fixtures).items())]
            owner = args[0] if args else None
            try:
                text = reports.failure(lambda: make(*args, **fixtures), owner, given, jacobians_claim, seed, same)
            except unittest.SkipTest as reason:
                pytest.skip(str(reason))
            if text:
                pytest.fail(text, pytrace=False)

        parameters = dict(inspect.signature(make).parameters)
        ours = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in ("request", "jacobians_claim")]
        functools.update_wrapper(test, make)  # pytest finds the line, and where a traceback begins, by __wrapped__
        own = [p for n, p in parameters.items() if n != "request"]
        test.__signature__ = inspect.Signature([*own, *ours])  # pyright: ignore[reportFunctionMemberAccess]
        tests = [pytest.param((f, c), id=f"{of.name}-{f}-{c}") for f, c in cases]
        return pytest.mark.parametrize("jacobians_claim", tests)(test)

    return decorate


def _examine(make: Callable[..., Any]) -> None:
    odd = {"a class": inspect.isclass, "asynchronous": inspect.iscoroutinefunction}
    odd |= {"a generator": lambda f: inspect.isgeneratorfunction(f) or inspect.isasyncgenfunction(f)}
    for kind in (kind for kind, is_odd in odd.items() if is_odd(make)):
        name = make.__name__
        raise BadFile(f"{name} is {kind}: decorate a plain function, `def {name.lower()}(): return MyFunction`")


class JacobianTests:
    """A mixin for unittest.TestCase: a subclass with a `layer` gets one test for each format and claim.

    Attributes:
        layer, dtype, adapter, settings: as for `verify_layer`.
        seed: of points and probes.
    """

    layer: LayerLike = ""
    dtype: str | Iterable[str] = FORMATS
    adapter: str | None = None
    settings: dict[str, Any] = {}
    seed: int = 0

    def fast(self) -> Any:
        """The code to verify."""
        raise NotImplementedError(f"{type(self).__name__} must define fast(self), which returns the code to verify")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in {n for base in cls.__mro__[1:] for n, v in vars(base).items() if hasattr(v, "jacobians_claim")}:
            if name not in vars(cls):
                setattr(cls, name, None)  # of the code of a base, perhaps of another layer: no test here
        if not cls.layer and issubclass(cls, unittest.TestCase):
            there = ", ".join(n for n in vars(cls) if not n.startswith("_")) or "nothing"
            raise UnknownName(
                f'{cls.__name__} has no layer to be tested as (it defines {there}): write `layer = "relu"`, one that '
                "`jacobians layers` lists, or leave unittest.TestCase to the subclasses that have one"
            )
        if cls.layer:
            reports = Reports(asked(cls.layer, cls.settings), cls.adapter)
            for case in ((f, c) for f in formats_of(cls.dtype) for c in reports.known):
                name = f"test_{reports.layer}_{case[0]}_{case[1].replace('-', '_')}"
                setattr(cls, name, _method(name, reports, case))


def _method(name: str, reports: Reports, case: tuple[str, str]) -> Callable[[Any], None]:
    def test(self: Any) -> None:
        __tracebackhide__ = True
        same = f"python -m unittest {type(self).__module__}.{type(self).__qualname__}.{name} (seed {self.seed})"
        text = reports.failure(self.fast, self, [], case, self.seed, same)
        if text:
            self.fail(text)

    test.__name__ = name
    vars(test)["jacobians_claim"] = case
    return test
