"""In a test suite: one test a claim and format, the diagnosis first in what fails, nothing of ours in the way."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

import numpy as np
import pytest

from jacobians.asked import asked
from jacobians.errors import BadFile, UnknownName
from jacobians.tested import Reports
from jacobians.testing import JacobianTests, verify_layer
from reference import rms_norm

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
    result.stderr.fnmatch_lines(["*--jacobians-seed: 'x' is no seed: write a whole number from 0 on"])


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


def test_a_class_that_inherits_the_test_is_judged_by_its_own_code(suite):
    result = suite(
        test_it="""
        import pytest
        from fast import Right, Twice
        from jacobians.testing import verify_layer

        class TestA:
            code = Right

            @verify_layer("relu", dtype="float32")
            def test_it(self):
                return self.code

        class TestB(TestA):
            code = Twice

        @pytest.fixture(autouse=True, params=["right", "twice"])
        def chosen(request):
            global CODE
            CODE = {"right": Right, "twice": Twice}[request.param]

        @verify_layer("relu", dtype="float32")
        def test_asks(request):
            return {"right": Right, "twice": Twice}[request.getfixturevalue("chosen2")]

        @pytest.fixture
        def chosen2(chosen, request):
            return "right" if CODE is Right else "twice"

        @verify_layer("relu", dtype="float32")
        def test_global():
            return CODE
        """
    )
    lines = result.stdout.str().splitlines()
    failed = {line.split()[1].partition("::")[2] for line in lines if line.startswith("FAILED")}
    assert {f.partition("-float32")[0] for f in failed} == {"TestB::test_it[right-relu", "TestB::test_it[twice-relu",
        "test_asks[twice-relu", "test_global[twice-relu"}  # fmt: skip
    assert all("gradient-x" in f for f in failed)


def test_code_is_checked_once_for_each_format_and_a_method_s_own_object_again():
    checked = []

    def make():
        checked.append(1)
        return Doubled()

    reports = Reports(asked("relu", {}), None)
    said = [reports.failure(make, None, [], ("float32", c), 0, "…") for c in reports.known]
    assert (len(checked), [s is None for s in said]) == (1, [True, False, True])
    code, one = Doubled(), []
    for owner in (checked, one):
        for claim in reports.known:
            reports.failure(lambda: code, owner, [], ("float32", claim), 0, "…")
    assert len(reports.made) == 2
    reports.failure(make, one, [], ("float32", "forward"), 0, "…")
    assert len(reports.made) == 3


class Doubled:
    def forward(self, x):
        return np.maximum(x, 0), x

    def backward(self, g, x):
        return {"x": 2 * g * (x >= 0)}


class Normed:
    """RMSNorm, whose gradient of gamma is replaced."""

    def __init__(self, gamma):
        self.gamma, self.forward = gamma, rms_norm.forward

    def backward(self, g, saved):
        grads = rms_norm.backward(g, saved)
        gamma = self.gamma(grads.pop("gamma"))
        return grads if gamma is None else grads | {"gamma": gamma}


@pytest.mark.parametrize(
    ("gamma", "said"),
    [
        (lambda d: None, "FAIL rms_norm, missing of gamma, float64: backward returned no gradient for gamma"),
        (lambda d: d[None], "FAIL rms_norm, shape of gamma, float64: the gradient of gamma has shape [1, "),
        (lambda d: d.astype("float16"), "FAIL rms_norm, dtype of gamma, float64: the gradient of gamma is float16"),
        (lambda d: d * (np.nan if len(d) > 4 else 1), "FAIL rms_norm, finite of gamma, float64: the gradient of gamma"),
    ],
)
def test_the_test_of_a_gradient_that_was_not_compared_fails_with_the_fault(gamma, said):
    reports = Reports(asked("rms_norm", {}), None)
    text = {c: reports.failure(lambda: Normed(gamma), None, [], ("float64", c), 0, "…") for c in reports.known}
    assert text["gradient-gamma"].startswith(said)
    assert text["contract"].startswith(said)
    assert text["forward"] is text["gradient-x"] is None


def test_where_nothing_at_all_was_compared_every_test_says_why():
    class NoPair(Doubled):
        def forward(self, x):
            return x

    class Raises(Doubled):
        def backward(self, g, x):
            raise ValueError("no")

    for code, forward in ((NoPair(), "FAIL relu, forward, "), (Raises(), "FAIL relu, forward, float32: nothing was")):
        reports = Reports(asked("relu", {}), None)
        text = {c: reports.failure(lambda code=code: code, None, [], ("float32", c), 0, "…") for c in reports.known}
        assert text["forward"].startswith(forward)
        assert text["gradient-x"].startswith("FAIL relu, gradient-x, float32: nothing was compared\nFAIL relu, ")
        assert text["contract"].startswith("FAIL relu, ")


def test_a_gradient_that_may_be_left_out_is_skipped_and_one_that_is_there_judged(suite):
    result = suite(
        "-rs",
        test_it="""
        from jacobians.testing import verify_layer
        from reference import squared_error

        class Loss:
            forward = staticmethod(squared_error.forward)
            def __init__(self, factor): self.factor = factor
            def backward(self, g, saved):
                d = squared_error.backward(g, saved)["yhat"]
                return {"yhat": d} | ({} if self.factor is None else {"y": self.factor * d})

        @verify_layer("squared_error", dtype="float32")
        def test_without():
            return Loss(None)

        @verify_layer("squared_error", dtype="float32")
        def test_with():
            return Loss(1)
        """,
    )
    result.assert_outcomes(passed=3 + 3, skipped=1, failed=1)
    result.stdout.fnmatch_lines(["SKIPPED*squared_error, gradient-y, float32: backward leaves it out, as it may*"])


def test_a_test_that_returns_nothing_is_told_to_return_the_code(suite):
    result = suite(
        "-k",
        "forward",
        test_it="""
        from jacobians.testing import verify_layer

        @verify_layer("relu", dtype="float32")
        def test_it():
            pass
        """,
    )
    result.assert_outcomes(failed=1, deselected=2)
    result.stdout.fnmatch_lines(["relu: None arrived instead of the code to verify: end the test with `return *"])


OWN = """
import numpy as np
from jacobians import Layer, Point, function_layer
from jacobians.matrix import diag

class Cubic(Layer):
    c: float = 1.0
    def forward(self, x): return self.c * x * x * x
    def L_x(self, x): return diag(3 * self.c * x * x)
    @classmethod
    def points(cls, rng, n):
        yield Point(cls(), {"x": rng.standard_normal(n)}, "typical")
        yield Point(cls(c=-2.0), {"x": rng.standard_normal(n)}, "negative")

class Cube:
    @staticmethod
    def forward(x, c=1.0): return c * x**3, (c, x)
    @staticmethod
    def backward(g, saved): return {"x": 3 * saved[0] * saved[1]**2 * g}

class TwiceCube(Cube):
    @staticmethod
    def forward(x): return 2 * x**3, (2.0, x)

def bump(x): return x * np.exp(-x * x)

class Bump:
    @staticmethod
    def forward(x): return bump(x), x
    @staticmethod
    def backward(g, x): return {"x": g * np.exp(-x * x) * (1 - x * x)}  # 2 x² is right

loose = function_layer(bump, {"x": np.linspace(-1, 2, 5)})
"""


def test_a_layer_of_one_s_own_gets_the_same_tests_by_class_instance_and_function(suite, pytester):
    pytester.makepyfile(own=OWN)
    result = suite(
        "-v",
        test_it="""
        import unittest
        from own import Bump, Cube, Cubic, TwiceCube, loose
        from jacobians.testing import JacobianTests, verify_layer

        @verify_layer(Cubic, dtype="float32")
        def test_class():
            return Cube

        @verify_layer(Cubic(c=2.0), dtype="float32")
        def test_instance():
            return TwiceCube

        @verify_layer(loose, dtype="float64")
        def test_loose():
            return Bump

        def test_once(jacobians_check):
            assert jacobians_check(Cube, Cubic).verdict == "PASS"
            jacobians_check(Bump, loose, dtype="float64")

        class TestUnit(JacobianTests, unittest.TestCase):
            layer, dtype = Cubic(c=2.0), "float32"
            def fast(self): return TwiceCube
        """,
    )
    result.assert_outcomes(passed=3 + 3 + 2 + 3, failed=1 + 1)
    lines = [line.partition("::")[2].split(" PASSED")[0] for line in result.stdout.lines if " PASSED" in line]
    for claim in ("forward", "gradient-x", "contract"):
        assert f"test_class[Cubic-float32-{claim}]" in lines
        assert f"test_instance[Cubic-float32-{claim}]" in lines
        assert f"TestUnit::test_Cubic_float32_{claim.replace('-', '_')}" in lines
    assert "test_loose[bump-float64-forward]" in lines
    result.stdout.fnmatch_lines(["*test_loose?bump-float64-gradient-x? FAILED*", "FAIL *bump, gradient of x, float64*"])


def test_a_coroutine_and_a_generator_are_refused_when_the_tests_are_made():
    async def test_it():
        return Doubled

    def test_that():
        yield Doubled

    for make, said in ((test_it, "test_it is asynchronous"), (test_that, "test_that is a generator")):
        with pytest.raises(BadFile, match=f"{said}: decorate a plain function, `def test_.*: return MyFunction`"):
            verify_layer("relu")(make)


def test_what_a_test_raises_and_skips_is_shown_at_its_own_lines(suite):
    result = suite(
        "-rs",
        test_it="""
        import pytest
        from jacobians.testing import verify_layer

        @verify_layer("relu", dtype="float32")
        def test_raises():
            raise RuntimeError("before there is code")

        class TestIn:
            @verify_layer("relu", dtype="float32")
            def test_too(self):
                raise RuntimeError("in a class")

        @pytest.mark.skip(reason="later")
        @verify_layer("relu", dtype="float32")
        def test_skipped():
            pass
        """,
    )
    result.assert_outcomes(failed=6, skipped=3)
    lines = [line.removeprefix(">").strip() for line in result.stdout.lines]
    assert lines.count('raise RuntimeError("before there is code")') == 3
    assert lines.count('raise RuntimeError("in a class")') == 3
    assert not [line for line in lines if "testing.py" in line or "tested.py" in line]
    result.stdout.fnmatch_lines(["SKIPPED * test_it.py:*: later"])


def test_a_case_drops_the_tests_of_a_base_that_are_not_its_own():
    class Base(JacobianTests, unittest.TestCase):
        layer, dtype = "relu", "float64,float32"

        def fast(self):
            return Doubled

    class Narrow(Base):
        dtype = "float32"

    class Other(Narrow):
        layer = "tanh"

    def names(case):
        return unittest.defaultTestLoader.getTestCaseNames(case)

    assert len(names(Base)) == 6
    assert names(Narrow) == [n for n in names(Base) if "float32" in n]
    assert names(Other) == [n.replace("relu", "tanh") for n in names(Narrow)]


def test_a_case_without_layer_is_refused_and_a_mixin_of_it_is_not():
    class Shared(JacobianTests):
        def fast(self):
            return Doubled

    with pytest.raises(UnknownName, match=r"Lost has no layer to be tested as \(it defines layr\): write `layer = "):

        class Lost(Shared, unittest.TestCase):
            layr = "relu"


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
