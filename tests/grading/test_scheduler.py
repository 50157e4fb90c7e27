"""A class on a real Dask scheduler, its workers processes of their own."""

from __future__ import annotations

import pytest

from jacobians.__main__ import main
from jacobians.errors import BadFile
from jacobians.grading.scheduler import dask_executor
from tests.grading.homework import RIGHT, SHORT, changed
from tests.grading.test_classroom import marks


def test_a_cluster_grades_a_class(toml, tmp_path, monkeypatch, capsys):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed (extra: dask)")
    monkeypatch.setenv("JACOBIANS_SECRET", "x" * 32)
    folder = tmp_path / "class"
    folder.mkdir()
    for name, source in (("a", RIGHT.encode()), ("b", changed(("g * (x > 0)", "g"))), ("c", b"def f(:\n")):
        (folder / f"{name}.py").write_bytes(source)
    path = toml(text=SHORT)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(tmp_path)
    ) as cluster:
        arguments = ["grade", folder, "--assignment", path, "--out", tmp_path / "o"]
        assert main([str(a) for a in [*arguments, "--scheduler", cluster.scheduler_address]]) == 0
    assert marks(tmp_path / "o") == {"a": 2, "b": 1, "c": 0}
    assert "3 of 3 submissions graded" in capsys.readouterr().out


def test_no_scheduler_is_said():
    pytest.importorskip("distributed", reason="Dask is not installed (extra: dask)")
    with (
        pytest.raises(BadFile, match="no Dask scheduler answers there"),
        dask_executor("tcp://127.0.0.1:1", patience=1),
    ):
        pass
