"""Fixtures shared by all tests."""

import numpy as np
import pytest

collect_ignore = ["torch_peers"]  # they need torch, and test_torch_peers.py loads them


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the test's own name, so that no test depends on another."""
    return np.random.default_rng(list(request.node.nodeid.encode()))
