"""One sandbox for all tests that need nothing special."""

from collections.abc import Iterator

import pytest

from jacobians.grading.sandbox import Limits, Sandbox


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits(cpu=0.5, idle=0.5, wall=20, total=2.5, memory=96 << 20, reply=4 << 20, output=1000)) as made:
        yield made
