"""How benchmarks print and write: valid JSON after every row, and nothing lost when a person stops one."""

import json

import pytest

from benchmarks.rows import Row, carry_out, parser
from jacobians.errors import TooLarge

ONE = Row("try", "ours", "n = 3", "float64", 1, 0.002, 2_000_000, "a copy", 2.5, {"spread": 0.1})


def run(measure, *argv):
    return carry_out(measure, parser("try", "Trying."), list(argv))


def test_a_row_is_printed_and_written(capsys, tmp_path):
    out = tmp_path / "out.json"
    assert run(lambda args: iter([ONE]), "--json", str(out)) == 0
    line = capsys.readouterr().out
    assert " ".join(line.split()) == "n = 3, float64, 1 thread ours 2.000 ms 2 MB 2.5 × a copy"
    found = json.loads(out.read_text())
    assert (found["benchmark"], found["interrupted"]) == ("try", False)
    assert found["rows"] == [
        {
            "benchmark": "try", "competitor": "ours", "size": "n = 3", "dtype": "float64", "threads": 1,
            "seconds": 0.002, "bytes": 2_000_000, "floor": "a copy", "ratio": 2.5, "spread": 0.1,
        }
    ]  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]


def test_what_is_not_a_number_stays_json(tmp_path):
    row = Row("try", "ours", "n", "float64", 1, None, ratio=float("inf"), more={"why": "it would take 3 days"})
    assert run(lambda args: iter([row]), "--json", str(tmp_path / "o")) == 0
    (found,) = json.loads((tmp_path / "o").read_text(), parse_constant=pytest.fail)["rows"]
    assert (found["seconds"], found["ratio"]) == (None, None)
    assert "not timed: it would take 3 days" in str(row)


def test_standard_output_holds_json_alone(capsys):
    assert run(lambda args: iter([ONE]), "--json", "-") == 0
    out, err = capsys.readouterr()
    assert len(json.loads(out)["rows"]) == 1
    assert "2.5 × a copy" in err


@pytest.mark.parametrize(("stop", "status"), [(KeyboardInterrupt, 130), (TooLarge("too large here"), 2)])
def test_what_was_measured_is_kept(stop, status, tmp_path, capsys):
    def measure(args):
        yield ONE
        raise stop

    assert run(measure, "--json", str(tmp_path / "o")) == status
    found = json.loads((tmp_path / "o").read_text())
    assert (found["interrupted"], len(found["rows"])) == (True, 1)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_folder_that_is_not_there_is_told_before_anything_is_measured(capsys):
    assert run(lambda args: pytest.fail("measured"), "--json", "nowhere/out.json") == 2
    assert "there is no folder 'nowhere'" in capsys.readouterr().err
