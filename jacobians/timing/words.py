"""What the bench found, in words: a row a size, the exponents, and from which size on which form is the fastest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .bench import Row
from .growth import algebra, crossover, exponent

_COLUMNS = (
    ("dense", "build"),
    ("sparse", "build"),
    ("dense", "multiply"),
    ("sparse", "multiply"),
    ("fused", "multiply"),
)


def header(peers: Sequence[str] = ()) -> str:
    """Above the rows: milliseconds of each form, the noise of the noisiest."""
    names = ["build dense", "sparse", "g·L dense", "sparse", "fused", *(_short(p) for p in peers)]
    return f"{'':<34}{'entries of L':>14}{'non-zero':>10}" + "".join(f"{n:>12}" for n in names) + f"{'± noise':>9}"


def _short(peer: str) -> str:
    return peer.replace("compiled", "comp")


def line(rows: list[Row], peers: Sequence[str] = ()) -> str:
    """One point's rows as a line, in milliseconds; – where L would be too large, or a peer was left out."""
    columns = (*_COLUMNS, *((p, "multiply") for p in peers))
    first, by = rows[0], {(r.form, r.what): r for r in rows}
    label = f"{first.layer} {first.size} × {first.batch} {first.dtype} {first.threads}t"
    times = "".join(f"{f'{by[c].seconds * 1e3:.3f}' if c in by else '–':>12}" for c in columns)
    noise = max(r.spread for r in rows)
    return f"{label:<34}{first.entries:>14,}{first.nonzero:>10,}{times}{f'{noise:.0%}':>9}"


def growth(rows: Iterable[Row]) -> Iterator[str]:
    """For each way of timing a layer: how each form's time grows with size, as measured and as counted; crossovers."""
    groups: dict[tuple[str, int, str, int], list[Row]] = {}
    for r in rows:
        groups.setdefault((r.layer, r.batch, r.dtype, r.threads), []).append(r)
    for (layer, batch, dtype, n), found in groups.items():
        peers = dict.fromkeys((r.form, r.what) for r in found if (r.form, r.what) not in _COLUMNS)
        said = [grows(form, what, found) for form, what in (*_COLUMNS, *peers)]
        where = f"{layer}, batch of {batch}, {dtype}, {n} thread{'s' if n > 1 else ''}"
        if any(said):
            yield f"{where}: time grows as {', '.join(filter(None, said))}"
        for text in _crossovers(found):
            yield f"{where}: {text}"


def grows(form: str, what: str, rows: list[Row]) -> str:
    """'build dense n^1.9 (algebra n^2)': the exponent of its times, and that of its operations, or bytes if none."""
    mine = [r for r in rows if (r.form, r.what) == (form, what)]
    sizes = [r.size for r in mine]
    time = exponent(sizes, [r.seconds for r in mine])
    count = algebra(sizes, [r.flops or r.bytes for r in mine])
    if time is None:
        return ""
    return f"{what} {form} n^{time:.1f}" + ("" if count is None else f" (algebra n^{count:.2g})")


def _crossovers(rows: list[Row]) -> Iterator[str]:
    for slow, fast, at, least in crossings(rows):
        when = "at no size here" if at is None else "at every size" if at <= least else f"from size {at:.0f} on"
        yield f"{fast} is faster than {slow} {when}"


def crossings(rows: list[Row]) -> Iterator[tuple[str, str, float | None, float]]:
    """(slow, fast, the size from which on it is the faster one, the least size), of g·L, where there are two sizes."""
    for slow, fast in (("dense", "sparse"), ("sparse", "fused"), ("dense", "fused")):
        a, b = ({r.size: r.seconds for r in rows if (r.form, r.what) == (form, "multiply")} for form in (slow, fast))
        sizes = sorted(a.keys() & b.keys())
        if len(sizes) > 1:
            yield slow, fast, crossover(sizes, [a[s] for s in sizes], [b[s] for s in sizes]), sizes[0]
