"""What students hand in is read with care: nothing leads out of its folder, swells, or is anything but a file."""

from __future__ import annotations

import os
import stat
import zipfile

import pytest

from jacobians.errors import BadFile
from jacobians.grading import submission, unpack
from jacobians.grading.submission import read_submission, source_for, sources_of
from jacobians.grading.unpack import files_of


def zip_of(path, *entries):
    """A zip of (name or ZipInfo, bytes)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def test_a_file_a_folder_and_a_zip_hold_the_same(tmp_path):
    (tmp_path / "f" / "sub").mkdir(parents=True)
    (tmp_path / "f" / "a.py").write_bytes(b"x = 1\n")
    (tmp_path / "f" / "sub" / "b.py").write_bytes(b"y = 2\n")
    (tmp_path / "f" / "picture.png").write_bytes(b"no")
    wanted = {"a.py": b"x = 1\n", "sub/b.py": b"y = 2\n"}
    assert files_of(tmp_path / "f") == wanted
    zipped = zip_of(tmp_path / "z.zip", *wanted.items(), ("picture.png", b"no"), ("__MACOSX/._a.py", b"no"))
    assert files_of(zipped) == wanted
    assert files_of(tmp_path / "f" / "a.py") == {"a.py": b"x = 1\n"}


def test_links_and_devices_and_pipes_are_not_followed(tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_bytes(b"answers = 42\n")
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "a.py").write_bytes(b"x = 1\n")
    (folder / "link.py").symlink_to(secret)
    (folder / "away").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.py")
    assert set(files_of(folder)) == {"a.py"}
    with pytest.raises(BadFile, match="is a link"):
        files_of(folder / "link.py")
    with pytest.raises(BadFile, match="no regular file"):
        files_of(folder / "pipe.py")


@pytest.mark.parametrize("name", ["../up.py", "a/../../up.py", "/etc/x.py", "C:\\x.py", "a\\..\\x.py"])
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    entry = zipfile.ZipInfo("x.py")
    entry.filename = name
    with pytest.raises(BadFile, match="leads out"):
        files_of(zip_of(tmp_path / "z.zip", (entry, b"x")))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_zip_of_what_is_no_file_is_refused(tmp_path, kind):
    entry = zipfile.ZipInfo("x.py")
    entry.external_attr = (kind | 0o777) << 16
    with pytest.raises(BadFile, match=r"a link|no regular file"):
        files_of(zip_of(tmp_path / "z.zip", (entry, b"/etc/passwd")))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with pytest.raises(BadFile, match="would unpack to"):
        files_of(zip_of(tmp_path / "z.zip", ("x.py", b"\0" * (unpack.MOST_BYTES + 1))))
    with pytest.raises(BadFile, match="would unpack to"):
        files_of(zip_of(tmp_path / "z.zip", ("x.py", b"\0" * (1 << 20))))


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = zip_of(tmp_path / "z.zip", ("x.py", os.urandom(1000) + b"\0" * 100_000))
    data = path.read_bytes()
    path.write_bytes(data.replace((101_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises(BadFile, match="no zip archive that can be read"):
        files_of(path)


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "MOST_FILES", 3)
    path = zip_of(tmp_path / "z.zip", *((f"{k}.py", b"x") for k in range(4)))
    with pytest.raises(BadFile, match="more than 3 files"):
        files_of(path)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.zip", b"no zip", "no zip archive"),
        ("a.zip", b"", "no zip archive"),
        ("a.txt", b"x", "is a .txt file"),
        ("a", b"x", "nameless"),
    ],
)
def test_what_is_none_of_them_is_refused(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadFile, match=said):
        files_of(tmp_path / name)


def test_an_empty_or_a_locked_zip_is_refused(tmp_path):
    with pytest.raises(BadFile, match=r"no \.py file"):
        files_of(zip_of(tmp_path / "z.zip", ("readme.txt", b"x")))
    path = zip_of(tmp_path / "z.zip", ("x.py", b"x = 1"))
    data = bytearray(path.read_bytes())
    for at in (6, data.index(b"PK\1\2") + 8):
        data[at] |= 1  # the flag of an encrypted entry
    path.write_bytes(data)
    with pytest.raises(BadFile, match="no zip archive that can be read"):
        files_of(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED, 99])
def test_a_zip_that_its_decompressor_refuses_is_one_sentence(tmp_path, method):
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x.py", b"x = 1")
    data = bytearray(path.read_bytes())
    data[8] = data[data.index(b"PK\1\2") + 10] = method
    data[data.index(b"x.py") + 8] = 0xFF  # the first of LZMA's properties
    path.write_bytes(data)
    problem = read_submission(path).problem
    assert problem is not None
    assert problem.startswith("z.zip is no zip archive that can be read (")


def test_whatever_happens_while_one_is_read_is_said_of_that_one(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "files_of", lambda path: bytes(1 << 62))
    problem = read_submission(tmp_path / "s.py").problem
    assert problem is not None
    assert problem.startswith("s.py could not be read (MemoryError")


def test_the_digest_tells_names_and_bytes_apart(tmp_path):
    def digest(*entries):
        return read_submission(zip_of(tmp_path / "s.zip", *entries)).digest

    first = digest(("a.py", b"x"), ("b.py", b"y"))
    assert digest(("b.py", b"y"), ("a.py", b"x")) == first
    assert len({first, digest(("a.py", b"y"), ("b.py", b"x")), digest(("a.py", b"xb.py"), ("c.py", b"y"))}) == 3


def test_a_question_goes_to_the_file_that_defines_it(tmp_path):
    path = zip_of(
        tmp_path / "s.zip",
        ("hw/nets.py", b"from .layers import relu_forward\nclass Net: pass\n"),
        ("hw/layers.py", b"def relu_forward(x): pass\n"),
        ("hw/broken.py", b"def f(:\n"),
    )
    sources = sources_of(read_submission(path), ())
    assert source_for(sources, ["relu_forward", "relu_backward"]).name == "hw/layers.py"
    assert source_for(sources, ["Net"]).name == "hw/nets.py"
    assert "hw/layers.py" in source_for(sources, ["Net"]).others
    with pytest.raises(BadFile, match=r"there is no file 'layer.py'.*Did you mean 'layers.py'"):
        sources_of(read_submission(path), ("layer.py",))
    with pytest.raises(BadFile, match=r"broken.py is not valid Python: line 1, `def f\(:`"):
        sources_of(read_submission(path), ("broken.py",))


def test_a_notebook_is_read_and_never_run(tmp_path):
    cells = '{"cells": [{"cell_type": "code", "source": "def relu_forward(x): return x\\nraise SystemExit"}]}'
    (tmp_path / "n.ipynb").write_text(cells)
    [source] = sources_of(read_submission(tmp_path / "n.ipynb"), ())
    assert "def relu_forward" in source.text
    assert "SystemExit" not in source.text


@pytest.mark.parametrize(
    "text",
    [
        b"x = 1\0",
        b"\xff\xfe",
        b"(" * 5000,
        b"-" * 100_000 + b"1",
        b"x = " + b"9" * 100_000,
        b"def f(:",
        b"x = 1\n" * 200_000,
    ],
)
def test_text_that_breaks_a_parser_is_one_sentence(tmp_path, text):
    (tmp_path / "s.py").write_bytes(text)
    with pytest.raises(BadFile, match=r"s\.py") as found:
        sources_of(read_submission(tmp_path / "s.py"), ())
    assert len(str(found.value)) < 400


def test_a_stream_of_bytes_is_read_no_further_than_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "MOST_BYTES", 10)
    (tmp_path / "s.py").write_bytes(b"x" * 11)
    with pytest.raises(BadFile, match="larger than"):
        files_of(tmp_path / "s.py")
