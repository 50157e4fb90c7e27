"""What a person names is found, and arguments are matched by the names that others give them."""

import pytest

from jacobians.__main__ import main
from jacobians.adapters import matching, wrap
from jacobians.errors import BadFile, UnknownName
from jacobians.layers import find


def test_an_adapter_is_a_file_that_loads():
    assert {"torch", "jax", "native"} <= set(wrap.adapter_names())
    assert "wrap" not in wrap.adapter_names()


def test_an_adapter_is_told_from_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert wrap.named("torch:m:f") == ("torch", "m:f")
    assert [wrap.named(path) for path in ("mine.py", "C:\\mine.py", "/a/b.py")] == [None] * 3
    (tmp_path / "odd:name.py").touch()
    assert wrap.named("odd:name.py") is None


def test_an_unknown_adapter_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match=r"no adapter is called 'trch'.* Did you mean 'torch'\?"):
        wrap.load("trch", "m:f", find("relu"))


def test_an_object_is_found_in_a_file_and_in_a_module(tmp_path, monkeypatch):
    (tmp_path / "mine_to_find.py").write_text("class A:\n    def f(self): ...\nother = A()\n")
    monkeypatch.chdir(tmp_path)
    assert wrap.found("mine_to_find.py:A.f", "torch").__qualname__ == "A.f"
    assert wrap.found("mine_to_find:other", "torch").__class__.__name__ == "A"
    assert wrap.found("mine_to_find.py", "torch").A.__name__ == "A"
    with pytest.raises(BadFile, match=r"mine_to_find.py has no 'othr'\. ?It has A|Did you mean"):
        wrap.found("mine_to_find.py:othr", "torch")


def test_a_module_that_fails_is_told_with_its_error(tmp_path, monkeypatch):
    (tmp_path / "broken_to_find.py").write_text("import not_there_at_all\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadFile, match="could not be imported: it raised ModuleNotFoundError: No module named 'not_th"):
        wrap.found("broken_to_find:f", "torch")


@pytest.mark.parametrize(
    ("args", "taken", "wanted"),
    [
        (("x", "W", "b"), ("input", "weight", "bias"), {"x": "input", "W": "weight", "b": "bias"}),
        (("x", "gamma", "beta"), ("X", "w", "b", "eps"), {"x": "X", "gamma": "w", "beta": "b"}),
        (("x", "gamma"), ("weight", "x"), {"x": "x", "gamma": "weight"}),
        (("x", "labels"), ("y", "x"), {"x": "x", "labels": "y"}),
        (("x", "gamma", "beta"), ("x", "weight"), {"x": "x", "gamma": "weight"}),
    ],
)
def test_arguments_are_matched_by_name(args, taken, wanted):
    assert matching.matched(args, taken) == wanted


def test_where_names_do_not_tell_the_order_does():
    positions, given = matching.in_call(lambda p, q, eps=1: 0, ("x", "gamma"), ("eps",), "f")
    assert (positions, given) == (["x", "gamma"], {"eps": "eps"})
    with pytest.raises(BadFile, match="f takes p, and the layer has the arguments x and gamma"):
        matching.in_call(lambda p: 0, ("x", "gamma"), (), "f")


def test_a_plain_function_must_say_whose_arrays_it_takes():
    with pytest.raises(BadFile, match='say whose arrays it takes, adapter="torch" or adapter="jax"'):
        wrap.fast_of(lambda x: x, find("relu"))


PAIR = """
class Double:
    @staticmethod
    def forward(x, by=2.0): return x * x.dtype.type(by), by
    @staticmethod
    def backward(g, by): return {"x": g * g.dtype.type(by)}
"""


@pytest.mark.parametrize(
    ("spec", "layer", "status", "said"),
    [
        ("native:pair.py:Double", "scale", 0, "1 PASS"),
        ("native:pair.py:Double", "relu", 1, "1 FAIL"),
        ("native:pair.py:Dubble", "scale", 2, "native:pair.py:Dubble: pair.py has no 'Dubble'. Did you mean 'Double'?"),
        ("native:pair.py:Double", "scal", 2, "no layer is called 'scal'"),
        ("nativ:pair.py:Double", "scale", 2, "no adapter is called 'nativ'"),
        ("native:pair.py", "scale", 2, "native:pair.py has no function 'forward'"),
    ],
)
def test_the_command_takes_an_adapter_where_a_file_stands(spec, layer, status, said, tmp_path, monkeypatch, capsys):
    (tmp_path / "pair.py").write_text(PAIR)
    monkeypatch.chdir(tmp_path)
    assert main(["check", spec, "--layer", layer, "--dtype", "float32"]) == status
    out, err = capsys.readouterr()
    assert said in (err if status == 2 else out)
    assert err.count("\n") == (1 if status == 2 else 0)


def test_a_library_that_is_not_installed_is_named(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError("No module named 'jax'", name="jax")

    layer = find("relu")
    monkeypatch.setattr(wrap.importlib, "import_module", missing)
    with pytest.raises(BadFile, match="jax: needs the package jax, which is not installed: pip install jax"):
        wrap.load("jax", "m:f", layer)


@pytest.mark.parametrize(
    "error",
    [
        ImportError("libcudart.so.12: cannot open shared object file"),
        OSError("libtorch_cpu.so: undefined symbol"),
        ModuleNotFoundError("No module named 'torch._C'", name="torch._C"),
    ],
)
def test_a_library_that_cannot_be_imported_is_told_with_its_error(error, tmp_path, monkeypatch, capsys):
    def failing(name, *package):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(wrap.importlib, "import_module", failing)
        with pytest.raises(BadFile) as caught:
            wrap.get("torch")
    assert str(caught.value) == (
        "torch: its library could not be imported: mend the installation until `import torch` works; it raised "
        f"{type(error).__name__}: {error}, at line {error.__traceback__.tb_next.tb_lineno}, `raise error`"
    )
