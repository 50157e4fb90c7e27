"""PyTorch and JAX code that is called otherwise than it was written for."""

ROWS = "rms_norm"


def of_jax(write, layer="relu"):
    """The report on the JAX function that `write` gives of tests/adapters/jax_code.py."""

    def report(at):
        from jacobians.adapters.jax import adapt
        from jacobians.layers import find

        from ...adapters import jax_code

        return at.reported(adapt(write(jax_code), find(layer), "mine"), layer, ("float32",))

    return report


def of_torch(write, layer=ROWS):
    """The report on the PyTorch code that `write` gives of torch and of tests/adapters/torch_code.py."""

    def report(at):
        import torch

        from jacobians.adapters.torch import adapt
        from jacobians.layers import find

        from ...adapters import torch_code

        return at.reported(adapt(write(torch, torch_code), find(layer), label="mine"), layer, ("float32",))

    return report


def norm(**methods):
    """RMS norm with forward or backward written otherwise: a function of torch, the right class and its arguments."""

    def write(torch, code):
        def static(other):
            return staticmethod(lambda *given: other(torch, code.Norm, *given))

        return type("Mine", (code.Norm,), {name: static(other) for name, other in methods.items()})

    return of_torch(write)


def counted(torch, code):
    code.Counts.uses = 0
    return code.Counts


def some_missing(torch, Norm, ctx, g):
    found = Norm.backward(ctx, g)
    return (None, found[1], None) if not ctx.needs_input_grad[1] else found


def stops_at_grad(torch, Norm, ctx, g):
    if ctx.saved_tensors[1].grad is not None:
        raise RuntimeError("no")
    return Norm.backward(ctx, g)


def needing(torch, code):
    class Needs(torch.autograd.Function):
        @staticmethod
        def forward(ctx, factor, x):
            return factor * x

    return Needs


def unmade(torch, code):
    class Unmade(torch.nn.Module):
        def __init__(self, depth):
            super().__init__()

    return Unmade


class Pair:
    @staticmethod
    def forward(x):
        return x

    @staticmethod
    def backward(g, saved):
        return {"x": g}


CASES = {
    "adapters/jax.py": {
        "under jax.jit it raised ConcretizationTypeError": of_jax(lambda code: code.looks),
        "under jax.vmap the gradient of x is wrong, without it right": of_jax(
            lambda code: code.with_rule(
                code.relu,
                lambda x, g: code.jnp.where(x >= 0, g, 0) * (2 if "Batch" in type(g).__name__ else 1),
            )
        ),
        "the function returned a value of type tuple: return y alone, one array of JAX's": of_jax(
            lambda code: lambda x: (x, x)
        ),
    },
    "adapters/torch.py": {
        "the code returned a tuple of 2: return y alone, one tensor": of_torch(
            lambda torch, code: lambda x: (x, x), "relu"
        ),
        "it writes into its argument: name a function that calls it with a copy, x.clone()": of_torch(
            lambda torch, code: lambda x: x.clamp_(min=0), "relu"
        ),
        "y has no graph (it was detached, made under no_grad, or computed outside of PyTorch): autograd": of_torch(
            lambda torch, code: lambda x: x.detach().clamp(min=0), "relu"
        ),
    },
    "adapters/torch_call.py": {
        "mine.forward needs factor, which the layer does not have: write a function of x that calls": of_torch(
            needing, "relu"
        ),
        "mine returned a module: name the class, or an instance of it": of_torch(
            lambda torch, code: lambda x: torch.nn.ReLU(), "relu"
        ),
    },
    "adapters/torch_contracts.py": {
        "asked by y.backward(), each .grad holding numbers already, the code raised RuntimeError: no": norm(
            backward=stops_at_grad
        ),
        "asked for the gradient of gamma only, it raised UnboundLocalError": of_torch(
            lambda torch, code: code.OnlyTogether
        ),
        "asked for the gradient of x only, it gives none for x: see ctx.needs_input_grad": norm(backward=some_missing),
        "y.backward() does not add the gradient of gamma to the gamma.grad that was there": of_torch(
            lambda torch, code: code.OverwritesGrad
        ),
        "x changed in place between forward and backward silently changes the gradient of x and gamma: keep": of_torch(
            lambda torch, code: code.AsAttribute
        ),
        "used twice in one graph, the gradient of gamma is not the sum of both: keep all in ctx": of_torch(counted),
        "under torch.no_grad() forward gives another y, and must give the same": of_torch(
            lambda torch, code: code.InferenceBranch
        ),
    },
    "adapters/torch_module.py": {
        "mine needs 'depth' to be made: name an instance, or a function of the layer's arguments": of_torch(
            unmade, "relu"
        ),
        "mine has the parameters none, the layer has gamma: name them alike, or write a function": of_torch(
            lambda torch, code: torch.nn.Identity()
        ),
    },
    "adapters/torch_pair.py": {
        "forward returned a value of type Tensor: return the pair (y, saved)": of_torch(
            lambda torch, code: Pair, "relu"
        ),
    },
}
