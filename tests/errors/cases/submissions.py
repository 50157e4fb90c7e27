"""What is handed in and cannot be read, or should not be."""

import io
import os
import stat
import zipfile
from pathlib import Path
from types import SimpleNamespace

from jacobians.grading import submission, unpack


def of_file(name, data=b"x = 1\n"):
    return lambda at: unpack.files_of(Path(at.file(data, name)))


def sources(name, data, wanted=()):
    return lambda at: submission.sources_of(submission.read_submission(Path(at.file(data, name))), wanted)


def zip_of(*entries, **limits):
    """Hand in a zip of these entries, (name or ZipInfo, bytes)."""

    def read(at):
        for name, value in limits.items():
            at.patch.setattr(unpack, name, value)
        path = at.folder / "z.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in entries:
                archive.writestr(name, data)
        return unpack.files_of(path)

    return read


def entry(name="x.py", kind=0):
    made = zipfile.ZipInfo("x.py")
    made.filename, made.external_attr = name, (kind | 0o777) << 16
    return made


def link(at):
    (at.folder / "link.py").symlink_to(at.file())
    unpack.files_of(at.folder / "link.py")


def gone_meanwhile(at):
    """A file that is one when it is looked at, and none when it is opened."""
    at.patch.setattr(unpack, "_kind", lambda path: "file")
    unpack.files_of(at.folder / "none.py")


def pipe_meanwhile(at):
    os.mkfifo(at.folder / "pipe.py")
    at.patch.setattr(unpack, "_kind", lambda path: "file")
    unpack.files_of(at.folder / "pipe.py")


def large_file(at):
    at.patch.setattr(unpack, "MOST_BYTES", 1 << 20)
    unpack.files_of(Path(at.file(b" " * ((1 << 20) + 1))))


def lying_zip(at):
    at.patch.setattr(unpack, "MOST_BYTES", 1 << 20)
    archive = SimpleNamespace(open=lambda entry: io.BytesIO(b" " * ((1 << 20) + 1)))
    unpack._inflated(archive, entry(), "z.zip")  # type: ignore[arg-type]


def two_files(at):
    for name in ("layers.py", "nets.py"):
        at.file("x = 1\n", f"hw/{name}")
    return submission.sources_of(submission.read_submission(at.folder / "hw"), ("layer.py",))


CASES = {
    "grading/submission.py": {
        "a.txt is a .txt file: hand in a .py file, a notebook or a .zip": sources("a.txt", b"x"),
        "there is no file 'layer.py': it holds layers.py and nets.py. Did you mean 'layers.py'?": lambda at: two_files(
            at
        ),
        "s.py is not a text file in UTF-8": sources("s.py", b"\xff\xfe"),
        "s.py has 1,200,000 characters: nobody writes more than": sources("s.py", b"x = 1\n" * 200_000),
    },
    "grading/unpack.py": {
        "a.txt is a .txt file: hand in a .py file, a notebook or a .zip": of_file("a.txt"),
        "z.zip holds no .py file and no notebook": zip_of(("readme.txt", b"x")),
        "none.py': give a .py file, a notebook, a .zip or a folder": lambda at: unpack.files_of(at.folder / "none.py"),
        "link.py is a link: hand in the file itself": link,
        "none.py could not be read (No such file or directory)": gone_meanwhile,
        "pipe.py is no regular file: hand in the file itself": pipe_meanwhile,
        "mine.py is larger than 1 MB": large_file,
        "a.zip is no zip archive that can be read (": of_file("a.zip"),
        "z.zip holds the name '../up.py', which leads out of its folder": zip_of((entry("../up.py"), b"x")),
        "z.zip holds 'x.py', which is a link: hand in the file itself": zip_of((entry(kind=stat.S_IFLNK), b"x")),
        "z.zip holds 'x.py', which would unpack to 1,048,576 bytes": zip_of(("x.py", b"\0" * (1 << 20))),
        "z.zip holds 'x.py', which unpacks to more than 1 MB": lying_zip,
        "z.zip holds more than 3 files or": zip_of(*((f"{k}.py", b"x") for k in range(4)), MOST_FILES=3),
    },
}
