"""`jacobians bench`: what dense, sparse and fused backward cost."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ._options import add_memory, out
from .check import lengths

HELP = "time dense, sparse and fused backward: build L and multiply g·L apart, time and memory"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("layers", nargs="*", metavar="LAYER", help="which layers (default: every layer found)")
    parser.add_argument("--sizes", type=lengths, default=(8, 16, 32, 64), metavar="LIST", help="n of the layer's point")
    parser.add_argument("--batches", type=lengths, default=(1, 16), metavar="LIST", help="numbers of examples")
    parser.add_argument("--dtype", default="float64,float32", metavar="LIST", help="float64, float32 or both")
    parser.add_argument("--threads", type=lengths, metavar="LIST", help="of BLAS (default: 1 and all cores)")
    parser.add_argument("--seconds", type=float, default=0.3, metavar="S", help="for one line (default: %(default)s)")
    parser.add_argument(
        "--peers", metavar="LIST",
        help="of torch, torch-compiled, jax, autograd, in the same rounds; none for none (default: those installed, "
        "but torch-compiled, which compiles for every line)",
    )  # fmt: skip
    said = "time against size and a roofline for each layer: .png, .svg"
    parser.add_argument("--plot", type=out, metavar="OUT", help=said)
    parser.add_argument("--html", type=out, metavar="OUT", help="a report to look at: one self-contained page")
    parser.add_argument("--json", type=out, metavar="OUT", help="every measurement, a row each; - for standard output")
    add_memory(parser, "leave out a form whose matrix takes more, e.g. 500MB (default: 268MB where it is dense)")


def run(args: Namespace) -> int:
    from ..benching import run_bench
    from ._options import within_memory

    with within_memory(args.memory):
        return run_bench(args)
