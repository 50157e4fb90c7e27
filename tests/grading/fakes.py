"""A sandbox without a process: for what is not about the sandbox."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from jacobians.adapters.local import Local


class NoSandbox:
    """Opens places in this process."""

    level = "none"
    protections = (SimpleNamespace(name="separate process", active=False, detail="a test without one"),)

    def __enter__(self):
        return self

    def __exit__(self, *said):
        return None

    @contextmanager
    def open(self, source, filename, given=None, others=None, meter=None):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "handed_in.py"
            path.write_bytes(source)
            for name, data in (others or {}).items():
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / name).write_bytes(data)
            yield Local(path, given)
