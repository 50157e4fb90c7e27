"""The layer that a test is of: an instance, a function's; what is none is refused when the tests are made."""

import numpy as np
import pytest

from jacobians import Layer, function_layer
from jacobians.asked import asked
from jacobians.errors import UnknownName
from jacobians.layers import find
from jacobians.tested import Reports
from jacobians.testing import verify_layer
from reference import stack


class Doubled:
    @staticmethod
    def forward(x):
        return np.maximum(x, 0), x

    @staticmethod
    def backward(g, x):
        return {"x": 2 * g * (x >= 0)}


def test_what_is_no_layer_and_no_setting_is_refused_when_the_tests_are_made():
    with pytest.raises(UnknownName, match=r"test_it is no layer: write the name of one .* jacobians.function_layer"):

        @verify_layer
        def test_it():
            return Doubled

    for odd in (Doubled, Doubled(), None, Layer):
        with pytest.raises(UnknownName, match=" is no layer: write the name"):
            verify_layer(odd)
    with pytest.raises(UnknownName, match=r"ReLU has no setting 'at_zer': it has at_zero. Did you mean 'at_zero'\?"):
        verify_layer("relu", at_zer=0.0)


def test_an_instance_holds_the_settings_that_are_not_the_usual_ones():
    held = asked(find("leaky_relu")(slope=0.2), {"at_zero": 0.0}).held
    assert held == {"slope": 0.2, "at_zero": 0.0}
    assert asked(find("stack")(n=2), {}).claims() == ["forward", "gradient-x0", "gradient-x1", "contract"]
    reports = Reports(asked(find("stack")(n=2), {}), None)
    said = [reports.failure(lambda: stack, None, [], ("float64", c), 0, "…") for c in reports.known]
    assert said == [None] * 4


def test_a_wrong_L_of_a_loose_layer_fails_with_the_entry():
    layer = function_layer(lambda x: np.tanh(x), {"x": np.ones(2)}, L={"x": lambda x: np.eye(2)}, name="squash")
    text = Reports(asked(layer, {}), None).failure(lambda: Doubled, None, [], ("float64", "forward"), 0, "…")
    assert text.startswith("squash: L of x, entry [0, 0]: the L that was given has 1, difference quotients of forward")
