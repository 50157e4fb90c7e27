"""What is remembered, and what is not."""

import numpy as np
import pytest

from jacobians import keeping
from jacobians.keeping import kept
from jacobians.memory import limit


@pytest.fixture
def store(monkeypatch):
    """An empty store of 1,000 bytes."""
    monkeypatch.setattr(keeping, "STORE", 1000)
    monkeypatch.setattr(keeping, "_known", type(keeping._known)())
    monkeypatch.setattr(keeping, "_taken", 0)
    return keeping


@pytest.fixture
def zeros(store):
    """A kept function, and what it was called with."""
    calls = []

    def make(n, *rest, **settings):
        calls.append((n, *rest, *settings.values()))
        return np.zeros(n, np.int8)

    return kept(make), calls


def test_made_once_for_each_argument(zeros):
    function, calls = zeros
    first = function(3, (1, 2), axis=1)
    assert function(3, (1, 2), axis=1) is first
    assert function(3, (1, 2), axis=0) is not first
    assert calls == [(3, (1, 2), 1), (3, (1, 2), 0)]


def test_two_functions_of_the_same_arguments(store):
    assert kept(lambda n: (n, "a"))(1) != kept(lambda n: (n, "b"))(1)


def test_what_cannot_be_told_apart_is_made_each_time(zeros):
    function, calls = zeros
    assert function(3, [1]) is not function(3, [1])
    assert len(calls) == 2


def test_the_longest_unused_goes_first(zeros):
    function, calls = zeros
    for n in (400, 401, 400, 402):  # 400 is used again before there is no room for 402
        function(n)
    assert [n for (n,) in calls] == [400, 401, 402]
    function(400)
    assert len(calls) == 3
    function(401)
    assert len(calls) == 4


def test_what_is_larger_than_the_store_is_not_kept_and_nothing_goes_for_it(zeros):
    function, calls = zeros
    function(400)
    function(1001)
    function(1001)
    function(400)
    assert [n for (n,) in calls] == [400, 1001, 1001]


def test_the_parts_of_a_tuple_count(store):
    function = kept(lambda k: (np.zeros(300, np.int8), (np.zeros(300, np.int8), k)))
    first = function(0)
    function(1)
    assert function(0) is not first
    assert store._taken <= 1000


def test_an_error_is_not_kept(store):
    answers = iter([None, 5])

    @kept
    def once(n):
        if next(answers) is None:
            raise ValueError("no")
        return n

    with pytest.raises(ValueError, match="no"):
        once(5)
    assert once(5) == 5


def test_the_limit_of_memory_holds_for_what_is_kept(zeros):
    """A quarter of it, so that patterns do not take the room of the matrices."""
    function, calls = zeros
    function(100)
    with limit(800):
        function(201)
        function(150)
    function(100), function(201), function(150)
    assert [n for (n,) in calls] == [100, 201, 150, 100, 201]
