"""Multi-head attention and the transformer block, as graphs of layers.

    multi_head_attention(heads=2, width=6)                             x [T × N] → [T × N]
    transformer_block(heads=2, width=6, Attention(causal="end"))       the same; norms, a perceptron, residual branches

A sequence is a matrix, one row a position. Wq, Wk and Wv are [width × N], Wo is [N × width], N being what x has; head h
has the columns from h · width/heads on. The layers' own conventions hold (masks: attention.py; pairs: rotary.py). In
PyTorch's MultiheadAttention in_proj_weight is Wq, Wk, Wv one above the other; TransformerEncoderLayer is the block.
"""

from __future__ import annotations

from typing import Any

from ..errors import ArgumentError
from ..graph import Graph
from ..layers.add import Add
from ..layers.attention import Attention
from ..layers.concatenate import Concatenate
from ..layers.dense import Dense
from ..layers.gelu import GELU
from ..layers.layer_norm import LayerNorm
from ..layers.take import Take
from ..point import Map


def multi_head_attention(
    heads: int, width: int, attention: Map | None = None, rotary: Map | None = None, memory: bool = False
) -> Graph:
    """Each head attends with its columns of the queries, keys and values; their outputs side by side are mapped by Wo.

    Args:
        heads: how many heads; it divides width.
        width: columns of the queries, keys and values, of all heads together.
        attention: a map of q, k, v, the same for every head; by default Attention(). Further arguments (a mask) are the
            graph's own.
        rotary: a map that turns each head's queries and keys: Rotary().
        memory: whether keys and values are made from another sequence, the argument `m` (cross-attention).

    Returns:
        a Graph of x, (m,) Wq, bq, Wk, bk, Wv, bv, Wo, bo.

    Raises:
        ArgumentError: heads does not divide width.
    """
    if heads < 1 or width % heads:
        raise ArgumentError(f"heads={heads} must divide width={width}: each head has width/heads columns")
    attention = Attention() if attention is None else attention
    source, size = "m" if memory else "x", width // heads
    nodes: dict[str, Any] = {
        "q": (Dense(), "x", "Wq", "bq"), "k": (Dense(), source, "Wk", "bk"), "v": (Dense(), source, "Wv", "bv")
    }  # fmt: skip
    for h in range(heads):
        columns = Take(index=(slice(None), slice(h * size, (h + 1) * size)))
        for a in ("q", "k", "v"):
            turned = rotary is not None and a != "v"
            nodes[f"{a}{h} before turning" if turned else f"{a}{h}"] = (columns, a)
            if turned:
                nodes[f"{a}{h}"] = (rotary, f"{a}{h} before turning")
        nodes[f"y{h}"] = (attention, f"q{h}", f"k{h}", f"v{h}", *attention.args[3:])
    nodes["heads"] = (Concatenate(axis=-1, n=heads), *(f"y{h}" for h in range(heads)))
    nodes["y"] = (Dense(), "heads", "Wo", "bo")
    order = ("x", source, "Wq", "bq", "Wk", "bk", "Wv", "bv", "Wo", "bo", *attention.args[3:])
    return Graph(order=dict.fromkeys(order), **nodes)


def transformer_block(
    heads: int,
    width: int,
    attention: Map | None = None,
    rotary: Map | None = None,
    norm: Map | None = None,
    pointwise: Map | None = None,
    norm_first: bool = True,
) -> Graph:
    """Attention to the sequence itself, then a perceptron on every row; each on a branch beside a residual connection.

    norm_first:  r = x + attention(norm1(x))       y = r + perceptron(norm2(r))
    otherwise    r = norm1(x + attention(x))       y = norm2(r + perceptron(r))

    Args:
        heads, width, attention, rotary: of `multi_head_attention`.
        norm: a map whose first argument is normalised; by default LayerNorm().
        pointwise: the map inside the perceptron W2 φ(W1 r + b1) + b2; by default GELU().
        norm_first: GPT-2 and after (pre-norm), or as in the transformer of 2017 (post-norm).

    Returns:
        a Graph of x, the parameters of the first norm with a 1 after their names, those of attention, those of the
        second norm, with a 2, and W1, b1, W2, b2.
    """
    attend = multi_head_attention(heads, width, attention, rotary)
    norm = LayerNorm() if norm is None else norm
    pointwise = GELU() if pointwise is None else pointwise
    of_norm = {k: tuple(f"{a}{k}" for a in norm.args[1:]) for k in (1, 2)}
    perceptron = ("W1", "b1", "W2", "b2")

    def mapped(source: str) -> dict[str, Any]:
        return {"h": (Dense(), source, "W1", "b1"), "φ": (pointwise, "h"), "p": (Dense(), "φ", "W2", "b2")}

    if norm_first:
        nodes: dict[str, Any] = {"n1": (norm, "x", *of_norm[1]), "a": (attend, "n1", *attend.args[1:])}
        nodes |= {"r": (Add(), "x", "a"), "n2": (norm, "r", *of_norm[2]), **mapped("n2"), "y": (Add(), "r", "p")}
    else:
        nodes = {"a": (attend, "x", *attend.args[1:]), "xa": (Add(), "x", "a"), "r": (norm, "xa", *of_norm[1])}
        nodes |= {**mapped("r"), "rp": (Add(), "r", "p"), "y": (norm, "rp", *of_norm[2])}
    parameters = tuple(a for a in attend.args[1:] if a in attend.theta)
    others = tuple(a for a in attend.args[1:] if a not in attend.theta)  # a mask
    return Graph(order=("x", *of_norm[1], *parameters, *of_norm[2], *perceptron, *others), **nodes)
