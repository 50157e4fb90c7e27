"""`jacobians conventions`: the list, and one of them."""

from pathlib import Path

from jacobians.__main__ import main
from jacobians.adapters.conventions.convention import convention_names


def test_the_list(capsys):
    assert main(["conventions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == convention_names()
    assert all(len(line.split()) > 5 for line in lines)


def test_one_of_them(capsys):
    assert main(["conventions", "cs231n"]) == 0
    out = capsys.readouterr().out
    assert "affine: linear\n    out, cache = affine_forward(x, w, b)\n    dx, dw, db = affine_backward(dout" in out
    assert "affine_relu: z = linear(x, W, b); out = relu(z)\n" in out


def test_none_of_them(capsys):
    assert main(["conventions", "cs231m"]) == 2
    assert "Did you mean 'cs231n'?" in capsys.readouterr().err


def test_readme_names_them_all():
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    table = text[text.index("| `--convention` |") :]
    table = table[: table.index("\n\n")]
    named = {name for row in table.splitlines()[2:] for name in row.split("|")[1].replace(",", " ").split()}
    assert named == set(convention_names())
