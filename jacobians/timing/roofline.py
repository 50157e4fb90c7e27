"""The roofline model: how near a product comes to what memory, or else arithmetic, allows.

    operations a second  ≤  min(bandwidth · x, peak)        x operations a byte moved at least              (1)

Williams, Waterman & Patterson 2009, CACM 52(4), 65–76. The bandwidth is that of memory: what stays in a cache may lie
above the slanted part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .bench import Row


def places(rows: Iterable[Row]) -> dict[str, list[tuple[float, float]]]:
    """{form: (operations a byte, operations a second) of each g·L that has operations, by growing size}."""
    found: dict[str, list[tuple[float, float]]] = {}
    for r in sorted(rows, key=lambda r: r.size):
        if r.what == "multiply" and r.flops and r.bytes:
            found.setdefault(r.form, []).append((r.flops / r.bytes, r.flops / r.fastest))
    return found


def roof(row: Row, reach: Sequence[float]) -> list[tuple[float, float]]:
    """(1) as three points, from below the least to above the largest of `reach`, by the machine's figures in `row`."""
    ridge = row.product / row.bandwidth
    low, high = min(*reach, ridge) / 2, max(*reach, ridge) * 2
    return [(low, row.bandwidth * low), (ridge, row.product), (high, row.product)]
