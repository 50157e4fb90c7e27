"""This package as a wheel, from the files that are running: there need be no source tree and no build tool.

The format is that of packaging.python.org/en/latest/specifications/binary-distribution-format.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from importlib import metadata
from pathlib import Path

from ... import __version__

EPOCH = (2020, 1, 1, 0, 0, 0)  # the same bundle is the same bytes
PACKAGES = ("jacobians", "reference")


def wheel_name() -> str:
    return f"jacobians-{__version__}-py3-none-any.whl"


def wheel() -> bytes:
    """The wheel's bytes."""
    root = Path(__file__).resolve().parents[3]
    files = {p.relative_to(root).as_posix(): p.read_bytes() for n in PACKAGES for p in _shipped(root / n)}
    info = f"jacobians-{__version__}.dist-info"
    files[f"{info}/METADATA"] = _metadata().encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: jacobians\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = b"[console_scripts]\njacobians = jacobians.__main__:main\n"
    record = "".join(f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def _shipped(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and "__pycache__" not in p.parts]


def _metadata() -> str:
    """Name, version and what it needs: the installed package's own, or the clone's."""
    try:
        needs = metadata.requires("jacobians") or []
    except metadata.PackageNotFoundError:
        needs = ["numpy>=1.26", "scipy>=1.11"]
    run_time = [n for n in needs if "extra ==" not in n]
    lines = ["Metadata-Version: 2.1", "Name: jacobians", f"Version: {__version__}", "Requires-Python: >=3.11"]
    return "\n".join([*lines, *(f"Requires-Dist: {n}" for n in run_time)]) + "\n"


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
