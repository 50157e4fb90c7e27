"""What bundles hold (this package as a wheel, the assignment, its secret and its solution), and how they are packed."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

from ...errors import BadFile
from ..assignment import Assignment
from ..fields import read_toml
from ..secret import read_secret
from ..toml import toml
from ._wheel import EPOCH, wheel, wheel_name

Files = dict[str, bytes]


def grader_files(assignment: Assignment, wheels: Path | None) -> Files:
    """assignment.toml, secret.key, solution.py, and the wheels, by their names.

    Raises:
        BadFile: the secret is not there, or `wheels` is no folder of wheels.
    """
    assert assignment.path
    said = read_toml(assignment.path, "an assignment")[0] | {"secret": "file:secret.key"}
    files = {"secret.key": read_secret(assignment), f"wheels/{wheel_name()}": wheel()}
    if assignment.solution is not None:
        said["solution"], files["solution.py"] = "solution.py", assignment.solution.encode()
    if own := convention_file(assignment):
        files |= own
        [said["convention"]] = own
    if wheels is not None:
        found = sorted(wheels.glob("*.whl"))
        if not found:
            raise BadFile(
                f"--wheels {wheels}: there is no wheel; `pip download -d {wheels} numpy scipy` puts them there"
            )
        files |= {f"wheels/{p.name}": p.read_bytes() for p in found}
    return files | {"assignment.toml": toml(said).encode()}


def convention_file(assignment: Assignment) -> Files:
    """A convention of the course's own, by the name that the assignment calls it in a bundle; else nothing."""
    own = "\n" in assignment.convention
    return {"convention.toml": assignment.convention.encode()} if own else {}


def within(folder: str, files: Files) -> Files:
    """The same files in a folder."""
    return {f"{folder}/{name}": data for name, data in files.items()}


def zipped(files: Files) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = _mode(data) << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def tarred(folder: str, files: Files) -> bytes:
    """A tar of a folder with these files: first the folder's own entry, as Autolab's reader wants it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entry = tarfile.TarInfo(folder)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(entry)
        for name, data in sorted(within(folder, files).items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), _mode(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _mode(data: bytes) -> int:
    """Scripts may be run, and the rest is for its owner alone."""
    return 0o755 if data[:2] == b"#!" else 0o600
