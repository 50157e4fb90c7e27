"""`jacobians layers`: the table of layers."""

from jacobians.layers import layer_names


def test_layers(typed):
    status, out, err = typed("layers")
    assert (status, err) == (0, "")
    heads = [k for k, line in enumerate(out.splitlines()) if not line.startswith(" ")]
    assert [out.splitlines()[k].split()[0] for k in heads] == ["layer", *layer_names()]
    below = out.splitlines()[heads[1 + layer_names().index("linear")] + 1]
    assert below == "    x; θ: W, b | L^x 5×4 dense 20/20 | L^W 5×20 sparse 20/100 | L^b 5×5 sparse 5/25"
    status, out, _ = typed("layers", "--markdown")
    assert status == 0
    assert out.splitlines()[1] == "|---|---|---|---|"
    assert len(out.splitlines()) == 2 + len(layer_names())
    assert {line.count("|") for line in out.splitlines()} == {5}
