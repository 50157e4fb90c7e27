"""The last step of a walk: how far the efficient way is from g · L, what rounding allows, and what g · L costs."""

from __future__ import annotations

import numpy as np

from ..matrix import multiplications
from .colour import Pen
from .layout import Lines
from .product import Product
from .twin import Agreement


def equal_lines(drawn: list[Product], agreements: dict[str, Agreement], pen: Pen) -> Lines:
    """A line for each argument: how far apart the two are, and what g · L costs; then what is wrong."""
    head = f"  {'':<10} {'largest difference':>20} {'rounding allows':>16} {'multiplications in g · L':>26}"
    lines, wrong = [pen.faint(head)], list[str]()
    for product in drawn:
        a, count = product.argument, multiplications(product.g, product.L)
        whole = product.L.shape[0] * product.L.shape[1]
        cost = f"{count}" if count == whole else f"{count} of {whole}, no zeros"
        if (one := agreements.get(a)) is None:
            lines.append(f"  {a:<10} {'not returned':>20} {'':>16} {cost:>26}")
            continue
        off = np.abs(one.got - one.want)
        at = np.unravel_index(int((off - one.allowed).argmax()), off.shape) if off.size else ()
        differs = pen("  they differ", "1;31") if one.wrong.any() else ""
        worst, allowed = (off.max(), one.allowed[at]) if off.size else (0.0, 0.0)
        lines.append(f"  {a:<10} {worst:>20.2g} {allowed:>16.2g} {cost:>26}{differs}")
        if one.wrong.any():
            entry = f"∂J/∂{a}{list(map(int, at)) if at else ''}"
            said = f"{entry}: the code gives {one.got[at]:.9g}, g · L^{a} is {one.want[at]:.9g}"
            wrong.append(f"  {said}; {int(one.wrong.sum())} of {off.size} entries differ")
    return lines + wrong
