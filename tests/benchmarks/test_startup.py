"""What starting up waits for: neither NumPy, before it is needed, nor what is not asked for."""

import json
import subprocess
import sys

from benchmarks import startup


def test_one_row_each(tmp_path, monkeypatch):
    monkeypatch.setattr(
        startup, "ASKED", {k: v for k, v in startup.ASKED.items() if "numpy" not in k and "from" not in k}
    )
    assert startup.main(["--json", str(tmp_path / "out.json"), "--seconds", "0.01"]) == 0
    rows = json.loads((tmp_path / "out.json").read_text())["rows"]
    assert [row["competitor"] for row in rows] == list(startup.ASKED)
    assert all(row["seconds"] > 0 and row["ratio"] > 0 for row in rows)


def test_version_and_import_load_neither_numpy_nor_scipy():
    for words in (["import jacobians"], ["import jacobians.__main__ as m; m.build_parser()"]):
        asked = f"import sys; {words[0]}; print(sorted({{'numpy', 'scipy', 'torch', 'jax'}} & set(sys.modules)))"
        assert (
            subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"
        )
