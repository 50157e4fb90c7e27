"""`jacobians check --convention chapter`: classes as the chapter's listing has them."""

import re

import pytest

from .code import LISTING


def chapter(typed, path: str) -> tuple[int, str]:
    status, out, _ = typed("check", path, "--convention", "chapter", "--dtype", "float64")
    return status, out


def test_the_listing_as_printed_is_refused_with_the_reason(file, typed):
    printed = LISTING.replace("matmul(self.W,x_in)+self.b", "matmul(W,x)+b").replace(
        "matmul(J_out,self.W)", "matmul(J_out,W)"
    )
    status, out = chapter(typed, file(printed))
    assert status == 1
    assert "forward raised NameError: name 'W' is not defined, at line 9, `return matmul(W,x)+b`" in out
    assert "forward reads W, x and b, defined nowhere; write self.W, x_in and self.b" in out
    half = LISTING.replace("matmul(J_out,self.W)", "matmul(J_out,W)")
    status, out = chapter(typed, file(half))
    assert status == 1
    assert "backward reads W, defined nowhere; write self.W" in out


def test_the_corrected_listing_passes(file, typed):
    """Its update writes into W in place, as the listing's does: that is its right."""
    status, out = chapter(typed, file(LISTING))
    assert status == 0
    assert re.search(r"^linear +x W b .*PASS$", out, re.MULTILINE)


def test_a_transposed_dJdW_is_named(file, typed):
    status, out = chapter(typed, file(LISTING.replace("matmul(self.x_in,J_out)", "matmul(self.x_in,J_out).T")))
    assert status == 1
    assert "dJdW has shape [6, 5], the chapter's is [5, 6]: it is transposed" in out


@pytest.mark.parametrize("kept", ["self.W -= self.lr*dJdW.transpose()", "self.b -= self.lr*dJdb.transpose()"])
def test_update_must_transpose(kept, file, typed):
    status, out = chapter(typed, file(LISTING.replace(kept, kept.replace(".transpose()", ""))))
    assert status == 1
    assert "update raised ValueError" in out
    assert "θ is a column and ∂J/∂θ a row: transpose it" in out


@pytest.mark.parametrize("wrong", ["self.W += ", "self.W = - ", "other = "])
def test_update_must_go_down(wrong, file, typed):
    status, out = chapter(typed, file(LISTING.replace("self.W -= ", wrong)))
    assert status == 1
    assert "update does not leave W − lr·(∂J/∂W)ᵀ in self.W" in out


def test_a_wrong_gradient_in_the_chapters_convention(file, typed):
    status, out = chapter(typed, file(LISTING.replace("dJdb = J_out", "dJdb = 2*J_out")))
    assert status == 1
    assert "linear gradient of b, float64" in out
    assert "it is 2 times g·L" in out


def test_several_classes_in_one_file(file, typed):
    relu = "\nclass ReLU:\n    def forward(self, x_in):\n        self.x = x_in\n        return x_in * (x_in >= 0)\n"
    relu += "    def backward(self, J_out):\n        return J_out * (self.x >= 0).T\n"
    status, out = chapter(typed, file(LISTING + relu + "\nclass Helper:\n    pass\n"))
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["layer", "linear", "relu", "2"]
    status, out, _ = typed(
        "check", file(LISTING + relu), "--convention", "chapter", "--layer", "relu", "--dtype", "float64"
    )
    assert [line.split()[0] for line in out.splitlines()] == ["layer", "relu", "PASS", "1"]


def test_a_list_of_gradients_will_do(file, typed):
    assert chapter(typed, file(LISTING.replace("return J_in, dJdW, dJdb", "return [J_in, dJdW, dJdb]")))[0] == 0


def test_only_points_that_are_columns_are_asked(file, typed):
    """A softmax of one column is right, though the layer also has points of several slices."""
    softmax = """
import numpy as np
class Softmax:
    def forward(self, x_in):
        e = np.exp(x_in - x_in.max())
        self.y = e / e.sum()
        return self.y
    def backward(self, J_out):
        return (J_out - J_out @ self.y) * self.y.T
"""
    status, out = chapter(typed, file(softmax))
    assert status == 0
    assert "note  points with data that this convention has no form for were left out" in out
    assert chapter(typed, file(softmax.replace(" - J_out @ self.y", "")))[0] == 1


def test_values_too_few_from_backward(file, typed):
    status, out = chapter(typed, file(LISTING.replace("return J_in, dJdW, dJdb", "return J_in")))
    assert status == 1
    assert re.search(r"backward returned an array of shape \[1, \d\]: return J_in, dJdW, dJdb", out)
