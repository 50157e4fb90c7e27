"""A layer that cannot work is refused where it is written; the sentence names the layer, what arrived and the mend."""

import numpy as np
import pytest

from jacobians.errors import ArgumentError, LayerDefinitionError, UnknownName
from jacobians.layer import Layer
from jacobians.matrix import I
from jacobians.point import Map, Point
from jacobians.pointwise import Pointwise


def points(cls, rng, n):
    yield Point(cls(), {"x": rng.standard_normal(n)})


def define(**body):
    """class Odd(Layer) with this body; points unless given, annotations from `annotations`."""
    body = {"points": classmethod(points)} | body
    body["__annotations__"] = body.pop("annotations", {})
    return type("Odd", (Layer,), {k: v for k, v in body.items() if v is not None} | {"__module__": __name__})


def takes(*names):
    """A method with these arguments after self."""
    scope = {}
    exec(f"def method({', '.join(('self', *names))}): return None", scope)
    return scope["method"]


WRONG = {
    "no forward": (
        {"L_x": takes("x")},
        "layer Odd has no forward: write `def forward(self, x): …`",
    ),
    "no points": (
        {"forward": takes("x"), "L_x": takes("x"), "points": None},
        "layer Odd has no points: write `@classmethod def points(cls, rng, n)`",
    ),
    "a default in forward": (
        {"forward": takes("x", "stride=1"), "L_x": takes("x", "stride")},
        "layer Odd: forward must name its arguments plainly, `forward(self, x, W)`, or take `**x` alone; "
        "it has stride. What has a default value is a setting: annotate it in the class",
    ),
    "stars in forward": (
        {"forward": takes("*x"), "L_x": takes("*x")},
        "layer Odd: forward must name its arguments plainly, `forward(self, x, W)`, or take `**x` alone; it has x. ",
    ),
    "two stars beside a name": (
        {"forward": takes("W", "**x"), "L_x": takes("W", "**x")},
        "or take `**x` alone; it has x. ",
    ),
    "keyword-only": (
        {"forward": takes("x", "*", "W"), "L_x": takes("x", "W")},
        "layer Odd: forward must name its arguments plainly, `forward(self, x, W)`, or take `**x` alone; it has W. ",
    ),
    "no argument": (
        {"forward": takes()},
        "layer Odd: forward must name its arguments plainly, `forward(self, x, W)`, or take `**x` alone; it has none. ",
    ),
    "theta names nothing": (
        {"forward": takes("x", "weights"), "theta": ("weight",)},
        "layer Odd: theta names weight, which forward does not take. Did you mean 'weights'?",
    ),
    "constant names nothing near": (
        {"forward": takes("x", "W"), "constant": ("labels", "mask")},
        "layer Odd: constant names labels and mask, which forward does not take. Write some of x and W.",
    ),
    "optional names nothing": (
        {"forward": takes("x"), "optional": ("q",)},
        "layer Odd: optional names q, which forward does not take. Write some of x.",
    ),
    "a setting and an argument": (
        {"forward": takes("x", "W"), "annotations": {"W": "int"}, "W": 3},
        "layer Odd: W is both a setting and an argument; rename one",
    ),
    "conventions name no setting": (
        {"forward": takes("x"), "L_x": takes("x"), "conventions": {"at_zero": (0.0, 1.0)}},
        "layer Odd: conventions names at_zero, which is no setting of it",
    ),
    "a setting without a default value": (
        {"forward": takes("x"), "L_x": takes("x"), "annotations": {"stride": "int"}},
        "layer Odd: the setting stride has no default value: write `stride: int = …`",
    ),
    "a setting that can change": (
        {"forward": takes("x"), "L_x": takes("x"), "annotations": {"pad": list}, "pad": [1, 2]},
        "layer Odd: the setting pad is [1, 2], which can change: write a tuple, `pad: tuple = (1, 2)`",
    ),
    "theta is text": (
        {"forward": takes("x, gamma"), "L_x": takes("x, gamma"), "L_gamma": takes("x, gamma"), "theta": "gamma"},
        "layer Odd: theta is 'gamma': write a tuple of names, theta = ('gamma',)",
    ),
    "optional is a list": (
        {"forward": takes("x"), "L_x": takes("x"), "optional": ["x"]},
        "layer Odd: optional is ['x']: write a tuple of names, optional = ('x',)",
    ),
    "conventions without choices": (
        {"forward": takes("x"), "annotations": {"at_zero": float}, "at_zero": 1.0, "conventions": {"at_zero": 0.0}},
        "layer Odd: conventions is {'at_zero': 0.0}: write a dict of tuples, {\"at_zero\": (0.0, 1.0)}",
    ),
    "a word of a layer, misspelt": (
        {"forward": takes("x, W"), "L_x": takes("x, W"), "L_W": takes("x, W"), "thetas": ("W",)},
        "layer Odd: thetas means nothing to a layer. Did you mean 'theta'?",
    ),
    "many arguments without n": (
        {"forward": takes("**x"), "L_x": takes("k", "**x")},
        "layer Odd: forward takes **x, so it needs a setting: write `n: int = 2`",
    ),
    "no L_W": (
        {"forward": takes("x", "W"), "L_x": takes("x", "W")},
        "layer Odd has no L_W: write `def L_W(self, x, W)` returning ∂y/∂W, or list 'W' in `constant` if it has no "
        "derivative",
    ),
    "a stray L, near": (
        {"forward": takes("x", "bias"), "L_x": takes("x", "bias"), "L_bias": takes("x", "bias"), "L_bia": takes("x")},
        "layer Odd has L_bia, but no argument 'bia' with a derivative. Did you mean 'bias'?",
    ),
    "a stray L, far": (
        {"forward": takes("x", "W"), "L_x": takes("x", "W"), "L_W": takes("x", "W"), "L_c": takes("x", "W")},
        "layer Odd has L_c, but no argument 'c' with a derivative. It takes x and W; rename or remove L_c.",
    ),
    "an L of a constant": (
        {"forward": takes("x", "mask"), "constant": ("mask",), "L_x": takes("x", "mask"), "L_mask": takes("x", "mask")},
        "layer Odd has L_mask, but no argument 'mask' with a derivative.",
    ),
    "an L with other arguments": (
        {"forward": takes("x", "W"), "L_x": takes("x"), "L_W": takes("x", "W")},
        "layer Odd: L_x takes x, forward takes x and W: write `def L_x(self, x, W)`",
    ),
    "an L with the arguments in another order": (
        {"forward": takes("x", "W"), "L_x": takes("x", "W"), "L_W": takes("W", "x")},
        "layer Odd: L_W takes W and x, forward takes x and W: write `def L_W(self, x, W)`",
    ),
    "an L of many arguments without k": (
        {"forward": takes("**x"), "L_x": takes("**x"), "annotations": {"n": "int"}, "n": 2},
        "layer Odd: L_x takes x, forward takes x: write `def L_x(self, k, **x)`",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_refused(mistake):
    body, said = WRONG[mistake]
    with pytest.raises(LayerDefinitionError) as caught:
        define(**body)
    assert said in str(caught.value)
    assert str(caught.value).startswith("layer Odd")
    assert isinstance(caught.value, TypeError)


def test_the_same_layers_mended_are_accepted():
    define(forward=takes("x", "W"), L_x=takes("x", "W"), L_W=takes("x", "W"), theta=("W",))
    define(forward=takes("x", "mask"), L_x=takes("x", "mask"), constant=("mask",))
    define(forward=takes("x"), L_x=takes("x"), L_x_from_output=takes("y", "x"))
    define(
        forward=takes("x"),
        L_x=takes("x"),
        annotations={"at_zero": "float"},
        at_zero=1.0,
        conventions={"at_zero": (1.0,)},
    )
    many = define(forward=takes("**x"), L_x=takes("k", "**x"), annotations={"n": "int"}, n=2)
    assert many().args == ("x0", "x1")
    assert many(n=3).args == ("x0", "x1", "x2")


def test_an_abstract_family_is_not_examined():
    class Family(Layer, abstract=True):
        pass

    class Twice(Pointwise):
        def h(self, x):
            return 2 * x

        def dh(self, x):
            return np.full(x.shape, 2.0)

    assert Twice().args == ("x",)


class Scaled(Layer):
    by: float = 3.0
    shift: int = 0

    def forward(self, x):
        return self.by * x + self.shift

    def L_x(self, x):
        return self.by * I(x.size)

    points = classmethod(points)


def test_a_setting_that_is_none_is_refused():
    with pytest.raises(ArgumentError, match=r"Scaled has no setting 'buy': it has by and shift. Did you mean 'by'\?"):
        Scaled(buy=2.0)  # type: ignore[call-arg]


def test_settings_are_frozen_fields():
    layer = Scaled(by=2.0)
    assert isinstance(layer, Map)
    assert layer.settings == {"by": 2.0, "shift": 0}
    assert repr(layer) == "Scaled(by=2.0)"
    assert repr(Scaled()) == "Scaled()"
    assert Scaled(by=2.0) == layer != Scaled()
    assert hash(Scaled(by=2.0)) == hash(layer)
    with pytest.raises(AttributeError):
        layer.by = 4.0  # type: ignore[misc]


def test_L_has_the_type_of_the_values():
    for dtype in (np.float32, np.float64):
        L = Scaled().L("x", x=np.ones(3, dtype))
        assert L.dtype == dtype
        np.testing.assert_array_equal(L.toarray(), 3 * np.eye(3))
    assert Scaled().L("x", x=np.ones(3, int)).dtype == np.float64


def test_an_unknown_argument_of_L():
    with pytest.raises(
        UnknownName, match=r"Scaled\(by=2.0\) has no Jacobian for 'xx': write one of x. Did you mean 'x'\?"
    ):
        Scaled(by=2.0).L("xx", x=np.ones(3))


def test_a_pointwise_layer_without_its_derivative():
    """The formulas that a family leaves open must be written."""
    with pytest.raises(LayerDefinitionError, match=r"layer Half has no dh: write `def dh\(self, x\)`"):
        half_a_pointwise_layer()


def half_a_pointwise_layer():
    class Half(Pointwise):
        def h(self, x):
            return x / 2
