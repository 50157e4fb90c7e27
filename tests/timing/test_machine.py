"""What a machine can do: the bandwidth is that of as many threads as the peak is."""

import threading

import pytest

from jacobians.timing import bench, machine


@pytest.mark.parametrize("n", [1, 3])
def test_so_many_threads_copy_at_once(n, monkeypatch):
    together, copied = threading.Barrier(n, timeout=10), []

    def copyto(target, source):
        together.wait()  # broken unless n threads arrive
        copied.append(source.size)

    monkeypatch.setattr(machine, "_LARGE", 8 * 1000)
    monkeypatch.setattr(machine.np, "copyto", copyto)
    assert machine.bandwidth(n, seconds=0.001) > 0
    assert sum(copied[:n]) == n * 1000


def test_a_share_of_the_bandwidth_is_of_that_of_its_threads(monkeypatch):
    pytest.importorskip("threadpoolctl")
    monkeypatch.setattr(bench, "bandwidth", lambda n: 1e9 * n)
    sweep = bench.Sweep(sizes=(2,), batches=(1,), dtypes=("float64",), threads=(1, 2), seconds=0.001)
    rows = [row for same in bench.bench("relu", sweep) for row in same]
    assert {(row.threads, row.bandwidth) for row in rows} == {(1, 1e9), (2, 2e9)}
