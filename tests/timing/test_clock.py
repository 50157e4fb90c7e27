"""The clock: each contestant in every round, one reading long enough, and the noise said."""

import time

import numpy as np

from jacobians.timing.clock import peak_memory, race


def test_what_waits_longer_takes_longer():
    found = race({"short": lambda: time.sleep(0.001), "long": lambda: time.sleep(0.004)}, seconds=0.1)
    assert 0.001 <= found["short"].fastest <= found["short"].median
    assert found["long"].fastest >= 0.004
    assert found["short"].rounds == found["long"].rounds >= 5


def test_contestants_take_turns():
    order = []
    race({name: lambda name=name: (order.append(name), time.sleep(0.0005)) for name in "ab"}, seconds=0.05)
    rounds = [tuple(order[k : k + 2]) for k in range(4, len(order) - 1, 2)]  # after two calls of each to warm up
    assert {frozenset(r) for r in rounds} == {frozenset("ab")}
    assert len(set(rounds)) == 2, "in another order now and then"


def test_a_short_call_is_repeated_within_one_reading():
    calls = []
    found = race({"nothing": lambda: calls.append(1)}, seconds=0.01)
    assert len(calls) > 20 * found["nothing"].rounds
    assert found["nothing"].median < 1e-4


def test_peak_memory_is_what_lives_at_one_time():
    n = 1 << 18
    assert 8 * n <= peak_memory(lambda: np.ones(n)) < 9 * n
    assert 16 * n <= peak_memory(lambda: np.ones(n) + np.ones(n)) < 25 * n
