"""What a notebook shows of a map that has no numbers yet: its words, and nothing evaluated."""

import sys
from types import ModuleType

import pytest

from jacobians import Batch, Chain, Graph, Layer
from jacobians.layers import BatchNorm, CrossEntropy, LeakyReLU, Linear, ReLU, find_all

from .looked_at import Tags


def test_a_layer_shows_its_equation_arguments_settings_and_formulas():
    page = Tags(LeakyReLU(slope=0.3)._repr_html_())
    for said in ("LeakyReLU(slope=0.3): y = x if x > 0, else slope · x", "arguments: x", "slope = 0.3 (usually 0.01)"):
        assert said in page.text
    assert "at_zero" in page.text
    assert "at_zero = 1.0 (usually" not in page.text
    page = Tags(Linear()._repr_html_())
    assert "parameters θ: W, b" in page.text
    assert "L^W" in page.text
    assert "settings" not in page.text
    assert "constant, without a Jacobian: labels" in Tags(CrossEntropy()._repr_html_()).text
    assert "the whole batch" in Tags(BatchNorm()._repr_html_()).text


@pytest.mark.parametrize("name", find_all())
def test_every_layer_shows_itself_small_and_without_evaluating_anything(name, monkeypatch):
    layer = find_all()[name]
    monkeypatch.setattr(layer, "forward", None)
    monkeypatch.setattr(layer, "points", None)
    shown = layer()._repr_html_()
    assert f"{layer.__name__}()" in Tags(shown).text
    assert f"{layer.__name__}(): {layer.equation()}" in Tags(shown).text
    assert len(shown) < 6000


def test_a_batch_shows_what_is_shared_and_its_map():
    page = Tags(Batch(Linear())._repr_html_())
    for said in ("Batch(Linear())", "with an axis of examples in front: x", "the same for all examples: W, b"):
        assert said in page.text
    assert "Linear(): y = W x + b" in page.text
    net = Graph(h=(Linear(), "x", "W", "b"), y=(ReLU(), "h"))
    assert Tags(Batch(net)._repr_html_()).count("svg") == 1
    assert "same for all examples: none" in Tags(Batch(ReLU())._repr_html_()).text


def test_a_chain_shows_its_network():
    assert Tags(Chain(Linear(), ReLU())._repr_html_()).count("svg") == 1


def test_a_layer_of_one_s_own_is_not_given_the_words_of_the_file_it_is_in(monkeypatch):
    class Own(Layer):
        label: str = "<b>"

        def forward(self, x):
            return x

        def L_x(self, x):
            raise AssertionError("nothing is evaluated")

        @classmethod
        def points(cls, rng, n):
            raise AssertionError("nothing is evaluated")

    there = ModuleType("notebook", "Notes: y = something else (1)\n\ny   = something else  (1)")
    monkeypatch.setitem(sys.modules, "notebook", there)
    for module in ("notebook", "nowhere"):
        monkeypatch.setattr(Own, "__module__", module)
        page = Tags(Own(label="a<c")._repr_html_())
        assert "Own(label='a<c')" in page.text
        assert "label = 'a<c' (usually '<b>')" in page.text
        assert "something else" not in page.text
