"""The pytest plugin: --jacobians-seed, and the fixture for one-off use. The decorator is in testing.py.

Loaded by every pytest run where this package is installed, so it imports nothing else until it is used.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .asked import LayerLike
    from .verify.results import Report


def pytest_addoption(parser: pytest.Parser) -> None:
    """--jacobians-seed."""
    text = "seed of the points and probes that fast code is verified with (default: 0)"
    parser.getgroup("jacobians").addoption("--jacobians-seed", type=_seed, default=0, metavar="N", help=text)


def pytest_report_header(config: pytest.Config) -> str | None:
    """The seed, where one was given."""
    seed = config.getoption("jacobians_seed")
    return f"jacobians: seed {seed}" if seed else None


@pytest.fixture
def jacobians_check(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """`jacobians_check(fast, "rms_norm")`: the Report, once everything passed; else the test fails with the diagnosis.

    It takes a layer of any kind, dtype, adapter and settings as `jacobians.testing.verify_layer` does.
    """
    from .asked import asked
    from .errors import JacobiansError
    from .tested import failure, verified
    from .testing import FORMATS

    seed: Any = request.config.getoption("jacobians_seed")

    def check(
        fast: Any, layer: LayerLike, dtype: str | Iterable[str] = FORMATS, adapter: str | None = None, **settings: Any
    ) -> Report:
        try:
            report = verified(fast, asked(layer, settings), dtype, seed, adapter)
        except JacobiansError as error:
            said = layer if isinstance(layer, str) else getattr(layer, "__name__", repr(layer))
            pytest.fail(f"{said}: {error}", pytrace=False)
        same = f"pytest --jacobians-seed={seed} '{request.node.nodeid}'"
        text = failure(report.results, same)
        if text:
            pytest.fail(text, pytrace=False)
        return report

    return check


def _seed(text: str) -> int:
    """A whole number from 0 on."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no seed: write a whole number from 0 on")
    return int(text)
