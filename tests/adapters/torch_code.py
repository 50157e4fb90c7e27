"""PyTorch code to put on trial: RMS norm as people write it, and each with one thing wrong."""

import torch


class Norm(torch.autograd.Function):
    """y = weight x rstd over the last axis, as right as it can be."""

    @staticmethod
    def forward(ctx, x, weight, eps=1e-6):
        rstd = torch.rsqrt((x * x).mean(-1, keepdim=True) + eps)
        ctx.save_for_backward(x, weight, rstd)
        return x * rstd * weight

    @staticmethod
    def backward(ctx, g):
        x, weight, rstd = ctx.saved_tensors
        dx = dw = None
        xhat = x * rstd
        if ctx.needs_input_grad[0]:
            gx = g * weight
            dx = rstd * (gx - xhat * (gx * xhat).mean(-1, keepdim=True))
        if ctx.needs_input_grad[1]:
            dw = (g * xhat).reshape(-1, weight.numel()).sum(0)
        return dx, dw, None


class MissingTerm(Norm):
    @staticmethod
    def backward(ctx, g):
        x, weight, rstd = ctx.saved_tensors
        return rstd * g * weight, (g * x * rstd).reshape(-1, weight.numel()).sum(0), None


class OnlyTogether(Norm):
    """Asked for the gradient of weight alone, it stumbles over what only the other branch computes."""

    @staticmethod
    def backward(ctx, g):
        x, weight, rstd = ctx.saved_tensors
        dx = dw = None
        if ctx.needs_input_grad[0]:
            xhat = x * rstd
            gx = g * weight
            dx = rstd * (gx - xhat * (gx * xhat).mean(-1, keepdim=True))
        if ctx.needs_input_grad[1]:
            dw = (g * xhat).reshape(-1, weight.numel()).sum(0)
        return dx, dw, None


class AsAttribute(Norm):
    """What it keeps is no saved tensor: nobody notices when it changes."""

    @staticmethod
    def forward(ctx, x, weight, eps=1e-6):
        ctx.kept = x, weight, torch.rsqrt((x * x).mean(-1, keepdim=True) + eps)
        return x * ctx.kept[2] * weight

    @staticmethod
    def backward(ctx, g):
        x, weight, rstd = ctx.kept
        xhat, gx = x * rstd, g * weight
        dx = rstd * (gx - xhat * (gx * xhat).mean(-1, keepdim=True))
        return dx, (g * xhat).reshape(-1, weight.numel()).sum(0), None


class OverwritesGrad(Norm):
    @staticmethod
    def backward(ctx, g):
        weight = ctx.saved_tensors[1]
        if weight.grad is not None:
            weight.grad.zero_()
        return Norm.backward(ctx, g)


class FlatG(Norm):
    """It reads g as if it lay in memory row by row."""

    @staticmethod
    def backward(ctx, g):
        held = g.untyped_storage().size() // g.element_size()
        return Norm.backward(ctx, torch.as_strided(g, (g.numel(),), (1,)).reshape(g.shape) if held >= g.numel() else g)


class Counts(Norm):
    """What one use leaves behind changes the next."""

    uses = 0

    @staticmethod
    def forward(ctx, x, weight, eps=1e-6):
        Counts.uses += 1
        ctx.factor = 1.0
        return Norm.forward(ctx, x, weight, eps)

    @staticmethod
    def backward(ctx, g):
        Counts.uses -= 1
        dx, dw, _ = Norm.backward(ctx, g)
        return dx, dw if Counts.uses <= 0 or dw is None else 2 * dw, None


class InferenceBranch(torch.nn.Module):
    """Another formula where no gradient is wanted."""

    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        if not torch.is_grad_enabled():
            return x * torch.rsqrt((x * x).mean(-1, keepdim=True)) * self.weight * 1.5
        return Norm.apply(x, self.weight, self.eps)


class Module(torch.nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, hidden_states):
        return Norm.apply(hidden_states, self.scale, self.eps)


class ByHand:
    """Forward and backward of tensors, as a pair of kernels is written."""

    @staticmethod
    def forward(x, gamma, eps=1e-6):
        rstd = torch.rsqrt((x * x).mean(-1, keepdim=True) + eps)
        return x * rstd * gamma, (x, gamma, rstd)

    @staticmethod
    def backward(g, saved):
        x, gamma, rstd = saved
        xhat, gx = x * rstd, g * gamma
        dx = rstd * (gx - xhat * (gx * xhat).mean(-1, keepdim=True))
        return {"x": dx, "gamma": (g * xhat).reshape(-1, gamma.numel()).sum(0)}


def function(x, gamma, eps=1e-6):
    return Norm.apply(x, gamma, eps)


def other_names(a, b):
    return Norm.apply(a, b)


@torch.library.custom_op("jacobians_tests::scaled", mutates_args=())
def operator(x: torch.Tensor, by: float) -> torch.Tensor:
    return x * by


operator.register_autograd(
    lambda ctx, g: (g * ctx.by, None), setup_context=lambda ctx, inputs, output: _keep(ctx, inputs)
)


def _keep(ctx, inputs):
    ctx.by = inputs[1]


class Relu(torch.autograd.Function):
    """With a forward mode of its own."""

    factor = 1.0

    @staticmethod
    def forward(x):
        return x.clamp(min=0)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(inputs[0])
        ctx.save_for_forward(inputs[0])

    @staticmethod
    def backward(ctx, g):
        return g * (ctx.saved_tensors[0] >= 0)

    @staticmethod
    def jvp(ctx, t):
        return t * (ctx.saved_tensors[0] >= 0)


class WrongJvp(Relu):
    @staticmethod
    def jvp(ctx, t):
        return -t * (ctx.saved_tensors[0] >= 0)


class Plain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, g):
        return g * (ctx.saved_tensors[0] >= 0)


@torch.compile(backend="aot_eager", dynamic=False)
def compiled(x):
    return Plain.apply(x)


class WritesInput(Relu):
    @staticmethod
    def forward(x):
        y = x.clamp(min=0)
        x.zero_()
        return y
