"""`jacobians check --json`: JSON that any program reads, and nothing else on standard output."""

import json

import pytest

from .code import LINEAR


def no_constants(text: str):
    return json.loads(text, parse_constant=lambda c: pytest.fail(f"{c} is not JSON"))


def test_json_to_a_file(file, typed, tmp_path):
    path = tmp_path / "out.json"
    status, out, _ = typed(
        "check", file(LINEAR.replace("g.sum(", "2 * g.sum(")), "--layer", "linear", "--json", str(path)
    )
    assert status == 1
    assert out.startswith("layer"), "what is said is said all the same"
    data = no_constants(path.read_text())
    assert (data["schema"], data["verdict"], data["seed"], data["interrupted"]) == (1, "FAIL", 0, False)
    for r in data["results"]:
        assert {"layer", "argument", "claim", "dtype", "verdict", "ratio", "where", "diagnosis"} <= set(r)
        assert r["verdict"] in ("PASS", "FAIL", "SUSPICIOUS", "INCONCLUSIVE")
    wrong = [r for r in data["results"] if r["argument"] == "b"]
    assert {r["diagnosis"]["name"] for r in wrong} == {"factor:2"}
    assert {r["diagnosis"] for r in data["results"] if r["argument"] != "b"} == {None}


def test_json_to_standard_output_and_nothing_else_there(file, typed):
    path = file("print('loading')\n" + LINEAR.replace("    x, W = saved", "    print('hello')\n    x, W = saved"))
    status, out, err = typed("check", path, "--layer", "linear", "--json", "-")
    assert status == 0
    assert no_constants(out)["verdict"] == "PASS"
    assert "loading" in err
    assert "hello" in err
    assert "1 PASS" in err


@pytest.mark.parametrize(
    "text", ["0 * g.sum(axis=0) + np.nan", "g.sum(axis=0) + np.inf", "g.sum(axis=0) + 1e300", "[1]"]
)
def test_json_has_no_nan_and_no_infinity(text, file, typed):
    path = file(LINEAR.replace("g.sum(axis=0)", text))
    status, out, _ = typed("check", path, "--layer", "linear", "--dtype", "float64", "--json", "-")
    assert status == 1
    assert no_constants(out)["verdict"] == "FAIL"


def test_the_same_seed_gives_the_same_json_and_another_another(file, typed):
    def found(seed: str) -> str:
        return typed("check", file(), "--layer", "linear", "--dtype", "float64", "--seed", seed, "--json", "-")[1]

    assert found("11") == found("11")
    assert found("11") != found("12")
    assert no_constants(found("11"))["seed"] == 11
