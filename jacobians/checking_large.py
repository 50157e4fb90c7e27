"""What `jacobians check --at SIZES` does: say what it will take, then check at that one point, block by block."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from math import prod
from typing import Any, Protocol

from .blockwise import Plan
from .cut import shape_of_y
from .errors import ArgumentError, JacobiansError
from .layer import Layer
from .memory import amount, available
from .point import Point
from .sized import require_room, sized_point, sizes
from .verify import report as words
from .verify.formats import get_format
from .verify.large import check_large, exact_there, plan_check
from .verify.results import Report


class Out(Protocol):
    """Where it is said."""

    def progress(self, text: str) -> None: ...
    def line(self, text: str) -> None: ...


def check_sizes(
    args: Namespace, fast: Any, layer: type[Layer], settings: dict[str, Any], formats: tuple[str, ...], out: Out
) -> Report:
    """The report on code at arguments of the sizes in `args.at`, within `args.memory` bytes.

    Raises:
        JacobiansError: sizes that do not fit the layer or the memory, or an L that cannot be cut small enough.
    """
    at = sizes(args.at)
    memory = args.memory or available() // 2
    draw = partial(sized_point, layer, settings, at, args.seed)
    plans = {name: _plan(draw(), name, memory, args.at) for name in formats}
    wholes = (False, True) if exact_there(plans[formats[0]], draw(whole=True)) else (False,)
    arrays = sum(8 * prod(shape) for shape in at.values())
    times = ", twice: at random and at whole numbers" if len(wholes) > 1 else ""
    out.line(f"within {amount(memory)}, beside arguments of {amount(arrays)}, gradients, and what the code takes:")
    for name, plan in plans.items():
        out.line(f"{name}: {plan}{times}")
    out.line(words.header(formats))
    draws = [partial(draw, whole=whole) for whole in wholes]
    return check_large(fast, layer, draws, plans, args.seed, settings, out.progress)


def _plan(point: Point, name: str, memory: int, said: str) -> Plan:
    try:
        require_room([shape_of_y(point)], "a y")
        return plan_check(point, get_format(name), memory)
    except JacobiansError:
        raise
    except (ValueError, IndexError, TypeError) as error:  # what NumPy says of such arrays
        text = " ".join(str(error).split())
        raise ArgumentError(f"--at {said}: the layer cannot take arguments of these sizes ({text})") from None
