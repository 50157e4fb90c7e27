"""Ordinary batched backpropagation, as it is written for speed: outer products, gates, sums.

One file per layer, under the name of the layer's file in jacobians/layers, with NumPy and nothing else:

    forward(**arguments, **settings) -> (y, saved)       saved: whatever backward will want
    backward(g, saved) -> {argument: gradient}           each in the shape of its argument

`networks/` holds what is fused over several layers.

Every argument but the parameters has the batch as its leading axis. Each file is derived from the layer's definition
and not from its Jacobian: it is one of the three legs (formula of L, efficient backward, difference quotient) that must
agree, and it enters `jacobians check` by the same door as anyone's code.
"""
