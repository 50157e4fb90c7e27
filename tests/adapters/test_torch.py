"""PyTorch code of every kind is found, called and judged as it is; each planted mistake is named."""

import numpy as np
import pytest

from jacobians.errors import BadFile
from jacobians.layers import find
from jacobians.verify.check import check
from jacobians.verify.results import Verdict

from ..test_readme import ROOT, run, section, write_files
from ..verify.trials import at_points, broken

torch = pytest.importorskip("torch")

from jacobians.adapters.torch import adapt, load  # noqa: E402
from jacobians.adapters.torch_call import every_shape_compiled  # noqa: E402
from jacobians.adapters.torch_module import _constructed  # noqa: E402

from . import torch_code as code  # noqa: E402

ROWS, RELU = at_points("rms_norm"), at_points("relu")  # their first points


def tried(target, layer=ROWS, formats=("float32",), **settings):
    return check(adapt(target, layer), layer, formats, settings=settings, lengths=())


@pytest.mark.parametrize(
    "target",
    [
        code.Norm,
        code.Module,
        code.Module(3),
        code.ByHand,
        code.function,
        code.other_names,
    ],
    ids=["Function", "Module class", "Module", "forward and backward", "function", "other names"],
)
def test_right_code_of_each_kind_passes(target):
    report = tried(target)
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.argument for r in report.results} == {"y", "x", "gamma"}


@pytest.mark.parametrize("format", ["float64", "float16", "bfloat16"])
def test_every_format_crosses(format):
    report = tried(code.Norm, formats=(format,))
    assert not [r for r in report.results if r.verdict is Verdict.FAIL]
    assert all(r.ratio is not None and 0 < r.ratio <= 1 for r in report.results)


def test_a_wrong_formula_is_named():
    report = tried(code.MissingTerm)
    wrong = {r.argument: r.diagnosis.name for r in report.failures if r.diagnosis}
    assert wrong == {"x": "missing-xhat"} or list(wrong) == ["x"], wrong


@pytest.mark.parametrize(
    ("target", "claim", "argument"),
    [
        (code.OnlyTogether, "needs-input-grad", "gamma"),
        (code.AsAttribute, "saved", "x"),
        (code.OverwritesGrad, "accumulate", "gamma"),
        (code.FlatG, "strides", "x"),
        (code.InferenceBranch, "no-grad", "y"),
    ],
)
def test_a_broken_contract_is_named(target, claim, argument):
    report = tried(target)
    assert (claim, argument) in broken(report), report.failures
    assert {c for c, _ in broken(report)} == {claim}


def test_what_one_use_leaves_for_the_next_is_seen():
    code.Counts.uses = 0
    assert ("double-use", "gamma") in broken(tried(code.Counts))


def test_writing_into_an_input_is_seen():
    assert ("unchanged", "x") in broken(tried(code.WritesInput, at_points("relu")))


def test_forward_mode_is_asked_of_a_function_that_has_its_own():
    right, wrong = (tried(f, at_points("relu")) for f in (code.Relu, code.WrongJvp))
    assert [r.claim for r in right.results] == ["forward", "gradient", "jvp"]
    assert right.verdict is Verdict.PASS
    assert [(r.claim, r.diagnosis and r.diagnosis.name) for r in wrong.failures] == [("jvp", "negated")]
    assert adapt(code.Norm, ROWS).jvp is None


def test_a_custom_operator_passes_with_its_setting():
    for target in (code.operator, torch.ops.jacobians_tests.scaled):
        report = tried(target, at_points("scale"))
        assert report.verdict is Verdict.PASS, report.failures


def test_a_compiled_function_is_compiled_in_every_shape():
    compiled = []

    def counting(graph, example):
        compiled.append(example)
        return graph

    function = torch.compile(lambda x: x * 2, backend=counting, dynamic=False)
    with every_shape_compiled(function):
        for n in range(1, 14):
            function(torch.ones(n))
    assert len(compiled) == 13
    assert tried(code.compiled, at_points("relu")).verdict is Verdict.PASS


def test_labels_are_no_argument_to_differentiate_by():
    report = tried(torch.nn.functional.cross_entropy, at_points("cross_entropy"))
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.argument for r in report.results} == {"y", "x"}


def test_a_layer_of_any_number_of_arguments():
    report = tried(lambda *x: torch.cat(x, dim=1), find("concatenate"), axis=0)
    assert report.verdict is Verdict.PASS, report.failures


@pytest.mark.parametrize("layer", ["linear", "embedding"])
def test_pytorchs_own_modules_by_their_classes(layer):
    report = tried(getattr(torch.nn, layer.capitalize()), at_points(layer))
    assert report.verdict is Verdict.PASS, report.failures


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("torch.nn:Lineer", "Did you mean 'Linear'?"),
        ("torch.nn", "torch.nn is a module"),
        ("nowhere:f", "no module is called 'nowhere'"),
        ("torch.nn:Linear@gpu", "device 'gpu'"),
        ("nofile.py:f", "there is no file 'nofile.py'"),
        ("", "names no code"),
        ("torch:float32", "name an autograd.Function"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(spec, said):
    with pytest.raises(BadFile) as caught:
        load(spec, find("linear"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (lambda x: x, "name its parameters like them"),
        (torch.nn.Identity(), "has the parameters none"),
        (torch.nn.LSTMCell(2, 3), "weight_ih, weight_hh, bias_ih and bias_hh"),
        (lambda x, W, b: (x, W), "a tuple of 2"),
        (lambda x, W, b: x.detach() @ W.detach().T, "y has no graph"),
    ],
)
def test_code_that_does_not_fit_is_told_why(target, said):
    try:
        texts = [r.text for r in tried(target, at_points("linear")).failures]
    except BadFile as error:
        texts = [str(error)]
    assert any(said in text for text in texts), texts


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here: nothing was tried on one")
def test_on_a_gpu():
    assert check(load("torch.nn:Linear@cuda", find("linear")), find("linear"), ("float64",)).verdict is Verdict.PASS


def test_gradients_come_in_memory_of_their_own(rng):
    fast = adapt(lambda a, b: a + b, find("add"))
    g = rng.standard_normal((2, 3))
    _, saved = fast.forward(a=g + 1, b=g + 2)
    found = fast.backward(g, saved)
    assert not any(np.shares_memory(found[a], g) for a in found)
    assert not np.shares_memory(*found.values())


@pytest.mark.parametrize("name", ["BatchNorm1d", "BatchNorm2d"])
def test_a_batch_norm_is_asked_where_x_has_the_axes_that_it_takes(name):
    fast = load(f"torch.nn:{name}", find("batch_norm"))
    report = check(fast, find("batch_norm"), ("float32",), lengths=())
    assert report.verdict is Verdict.PASS, report.failures
    assert {r.argument for r in report.results if r.ratio is not None} == {"y", "x", "gamma", "beta"}


def test_the_example_of_readme_passes_as_a_file_and_as_a_test(tmp_path):
    files = write_files(tmp_path, section("Check PyTorch or JAX code") + section("In your test suite"))
    assert [path.name for path in files] == ["kernels.py", "test_kernels.py", "test_gate.py"]
    found = load(f"{files[0]}:RMSNorm", find("rms_norm"))
    assert check(found, at_points("rms_norm"), ("float16",), lengths=()).verdict is Verdict.PASS
    command = "python -m pytest -q -p no:jacobians -p jacobians.pytest_plugin --collect-only test_kernels.py"
    assert "9 tests collected" in run(f"PYTHONPATH={ROOT} {command}", tmp_path)


@pytest.mark.parametrize("target", ["Doubled", "DoubledPair"])
def test_what_reproduces_a_failure_runs_as_it_stands(target, tmp_path, monkeypatch, capsys):
    (tmp_path / "mine.py").write_text(DOUBLED)
    monkeypatch.chdir(tmp_path)
    report = check(load(f"mine.py:{target}", RELU), RELU, ("float32",), lengths=())
    [failed] = report.failures
    assert failed.example
    exec(failed.example, {})
    got, want = (float(v) for v in capsys.readouterr().out.split())
    assert got == pytest.approx(2 * want, rel=1e-6) != 0


DOUBLED = """
import torch

class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)
    @staticmethod
    def backward(ctx, g):
        return 2 * g * (ctx.saved_tensors[0] >= 0)

class DoubledPair:
    def forward(x):
        return x.clamp(min=0), x
    def backward(g, x):
        return {"x": 2 * g * (x >= 0)}
"""


@pytest.mark.parametrize(
    ("spec", "layer"),
    [
        ("torch.nn.functional:embedding", "embedding"),  # takes input before weight
        ("torch.nn.functional:cross_entropy", "cross_entropy"),  # the weights of the classes are a tensor
        ("torch.nn:GroupNorm", "group_norm"),
    ],
)
def test_pytorchs_own_by_its_own_names(spec, layer):
    report = check(load(spec, find(layer)), find(layer), ("float64",), lengths=())
    assert report.verdict is Verdict.PASS, report.failures


def test_a_convolution_in_groups_is_made_of_all_its_channels():
    for cls, channels in ((torch.nn.Conv2d, (3, 6)), (torch.nn.ConvTranspose2d, (6, 3))):
        made = _constructed(cls, {"W": torch.zeros(6, 1, 2, 3)}, {"groups": 3}, "")
        assert (made.in_channels, made.out_channels, made.weight.shape) == (*channels, (6, 1, 2, 3))


class LastAxis(torch.nn.Module):
    def __init__(self, hidden_size, eps=1e-6):
        super().__init__()
        self.weight, self.eps = torch.nn.Parameter(torch.ones(hidden_size)), eps

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps)


@pytest.mark.parametrize("target", [LastAxis, LastAxis(5)])
def test_a_module_of_the_last_axis_is_not_asked_about_two(target):
    report = check(adapt(target, find("rms_norm")), find("rms_norm"), ("float64",), settings={"eps": 1e-6}, lengths=())
    assert report.verdict is Verdict.PASS, report.failures


@pytest.mark.parametrize(
    ("target", "layer", "said"),
    [(torch.nn.functional.layer_norm, "layer_norm", "or write a function of x, gamma and beta that calls it")],
)
def test_what_else_a_function_needs_is_told_before_it_is_called(target, layer, said):
    with pytest.raises(BadFile, match=said):
        adapt(target, find(layer))


def test_code_that_writes_into_its_argument_is_told_to_take_a_copy():
    report = tried(lambda x: torch.nn.functional.relu(x, inplace=True), RELU)
    assert "x.clone()" in report.failures[0].text
