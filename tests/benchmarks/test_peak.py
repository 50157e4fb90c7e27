"""The peak of memory of a call, as the system tells it."""

import mmap

import pytest

from benchmarks.peak import resident_peak


def test_what_is_held_and_let_go_shows():
    size = 64 << 20

    def call():
        with mmap.mmap(-1, size) as held:
            held.write(b"\1" * size)

    found = resident_peak(call)
    if found is None:
        pytest.skip("this system does not tell")
    assert size <= found < 3 * size, "the mapping, and the bytes written into it"
    assert resident_peak(lambda: None) < size / 4
