"""In a test suite: one test a claim and format, the diagnosis first in what fails, nothing of ours in the way."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

import pytest

from jacobians.errors import UnknownName
from jacobians.testing import JacobianTests, verify_layer

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parent.parent
FAST = """
import numpy as np

class Right:
    @staticmethod
    def forward(x): return np.maximum(x, 0), x
    @staticmethod
    def backward(g, x): return {"x": g * (x >= 0)}

class Twice(Right):
    @staticmethod
    def backward(g, x): return {"x": 2 * g * (x >= 0)}

class Writes(Right):
    @staticmethod
    def backward(g, x):
        g *= x >= 0
        return {"x": g}
"""
DECORATED = """
from fast import Right, Twice, Writes
from jacobians.testing import verify_layer

@verify_layer("relu", dtype="float32,float64")
def test_right():
    return Right

@verify_layer("relu", dtype=["float32"])
def test_twice():
    return Twice()

@verify_layer("relu", dtype="float32")
def test_writes(tmp_path):
    return Writes

class TestInAClass:
    @verify_layer("relu", dtype="float32", at_zero=0.0)
    def test_it(self, request):
        return Right
"""


@pytest.fixture
def suite(pytester, monkeypatch):
    """Run pytest in a folder with these tests, as someone who has installed the package does."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(pytester.path)]))
    monkeypatch.setenv("PY_COLORS", "0")
    pytester.makepyfile(fast=FAST)

    def run(*args, **files):
        if files:
            pytester.makepyfile(**files)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-W",
            "error",
            "-p",
            "jacobians.pytest_plugin",
            "-p",
            "no:cacheprovider",
        ]
        command += ["-p", "no:jacobians", *args]  # once only, where the package is installed besides
        return pytester.run(*command)

    return run


def test_one_decorator_makes_a_test_of_each_claim_and_a_failure_begins_with_the_diagnosis(suite):
    result = suite("-v", "--jacobians-seed=3", test_it=DECORATED)
    result.assert_outcomes(passed=6 + 2 + 2 + 2, failed=3)
    lines = result.stdout.str().splitlines()
    passed = [line.partition(" PASSED")[0] for line in lines if " PASSED" in line]
    assert "test_it.py::test_right[relu-float64-gradient-x]" in passed
    assert "test_it.py::test_twice[relu-float32-forward]" in passed
    assert "jacobians: seed 3" in lines
    assert not [line for line in lines if "Traceback" in line or ("jacobians/" in line and ".py" in line)]
    start = next(k for k, line in enumerate(lines) if "test_twice[relu-float32-gradient-x] __" in line) + 1
    assert lines[start] == "FAIL factor:2: it is 2 times g·L"
    assert lines[start + 1].startswith("relu, gradient of x, float32: entry [")
    assert lines[start + 2] == "to reproduce:"
    end = next(k for k, line in enumerate(lines) if line.startswith("again: "))
    assert lines[end] == "again: pytest --jacobians-seed=3 'test_it.py::test_twice[relu-float32-gradient-x]'"
    assert end - start < 15, "no wall of numbers"
    result.stdout.fnmatch_lines(["FAIL relu, unchanged of g, float32: backward wrote into the upstream gradient g*"])


def test_the_ids_are_the_same_in_every_worker(suite):
    pytest.importorskip("xdist")
    result = suite("-n", "2", "-k", "class", test_it=DECORATED)
    result.assert_outcomes(passed=2, failed=1)  # at_zero is held where this relu keeps the other


def test_the_fixture_checks_once_and_returns_the_report(suite):
    result = suite(
        test_once="""
        from fast import Right, Twice

        def test_right(jacobians_check):
            report = jacobians_check(Right, "relu", dtype="float32", at_zero=1.0)
            assert report.verdict == "PASS" and {r.dtype for r in report.results} == {"float32"}

        def test_wrong(jacobians_check):
            jacobians_check(Twice, "relu", dtype="float32")

        def test_layer(jacobians_check):
            jacobians_check(Twice, "relus")
        """
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["FAIL factor:2: it is 2 times g·L", "relus: no layer is called 'relus'.*'relu'?*"])


def test_a_seed_that_is_none_is_refused(suite):
    result = suite("--jacobians-seed=x")
    assert result.ret == 4
    assert "Traceback" not in result.stderr.str()
    result.stderr.fnmatch_lines(["*--jacobians-seed*invalid*'x'*"])


def test_a_run_that_does_not_use_it_imports_nothing_of_it(suite):
    result = suite(
        "-s",
        test_it="""
        import sys

        def test_nothing():
            assert "numpy" not in sys.modules
            ours = sorted(m for m in sys.modules if m.startswith("jacobians"))
            assert ours == ["jacobians", "jacobians.pytest_plugin"]
        """,
    )
    result.assert_outcomes(passed=1)
    assert "seed" not in result.stdout.str()


def test_unittest_has_a_mixin(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(
        fast=FAST,
        test_unit="""
        import unittest
        from fast import Right, Twice
        from jacobians.testing import JacobianTests

        class TestRight(JacobianTests, unittest.TestCase):
            layer, dtype = "relu", "float32"
            def fast(self): return Right

        class TestTwice(TestRight):
            def fast(self): return Twice
        """,
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "unittest", "-v", "test_unit"],
        cwd=pytester.path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Ran 6 tests" in done.stderr
    assert done.stderr.count("... ok") == 5
    assert "AssertionError: FAIL factor:2: it is 2 times g·L\n" in done.stderr
    assert "testing.py" not in done.stderr
    assert "again: python -m unittest test_unit.TestTwice.test_relu_float32_gradient_x (seed 0)" in done.stderr


def test_unknown_names_are_refused_when_the_tests_are_made():
    with pytest.raises(UnknownName, match=r"Did you mean 'relu'\?"):
        verify_layer("rellu")
    with pytest.raises(UnknownName, match=r"Did you mean 'float32'\?"):
        verify_layer("relu", dtype="float23")


def test_a_mixin_without_fast_says_what_to_write():
    class Forgotten(JacobianTests, unittest.TestCase):
        layer, dtype = "relu", "float32"

    with pytest.raises(NotImplementedError, match="Forgotten must define fast"):
        Forgotten("test_relu_float32_forward").debug()
