"""Fixtures shared by all tests."""

import numpy as np
import pytest


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the test's own name, so that no test depends on another."""
    return np.random.default_rng(list(request.node.nodeid.encode()))
