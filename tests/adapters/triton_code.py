"""Triton kernels behind their torch wrapper: relu, right, and with what goes wrong in kernels."""

import torch
import triton
import triton.language as tl


@triton.jit
def _forward(x_at, y_at, n, BLOCK: tl.constexpr):
    k = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_at + k, mask=k < n)
    tl.store(y_at + k, tl.maximum(x, 0.0), mask=k < n)


@triton.jit
def _backward(x_at, g_at, dx_at, n, BLOCK: tl.constexpr):
    k = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_at + k, mask=k < n)
    g = tl.load(g_at + k, mask=k < n)
    tl.store(dx_at + k, tl.where(x >= 0, g, 0.0), mask=k < n)


class Relu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        x = x.contiguous()
        ctx.save_for_backward(x)
        y = torch.empty_like(x)
        if x.numel():
            _forward[(triton.cdiv(x.numel(), 16),)](x, y, x.numel(), BLOCK=16)
        return y

    @classmethod
    def launch(cls, blocks, x, g):
        dx = torch.zeros_like(x)
        if blocks:
            _backward[(blocks,)](x, g, dx, x.numel(), BLOCK=16)
        return dx

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return Relu.launch(triton.cdiv(x.numel(), 16), x, g.contiguous())


class DropsTheTail(Relu):
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return Relu.launch(x.numel() // 16, x, g.contiguous())


class ReadsGAsContiguous(Relu):
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return Relu.launch(triton.cdiv(x.numel(), 16), x, g)
