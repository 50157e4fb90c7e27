"""What the bench found, in words: a row a size, the exponents, and from which size on which form is the fastest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .bench import Row
from .growth import crossover, exponent

_COLUMNS = (
    ("dense", "build"),
    ("sparse", "build"),
    ("dense", "multiply"),
    ("sparse", "multiply"),
    ("fused", "multiply"),
)


def header() -> str:
    """Above the rows: milliseconds of each form, the noise of the noisiest."""
    names = ["build dense", "sparse", "g·L dense", "sparse", "fused"]
    return f"{'':<34}{'entries of L':>14}{'non-zero':>10}" + "".join(f"{n:>12}" for n in names) + f"{'± noise':>9}"


def line(rows: list[Row]) -> str:
    """One point's rows as a line, in milliseconds; – where L would be too large."""
    first, by = rows[0], {(r.form, r.what): r for r in rows}
    label = f"{first.layer} {first.size} × {first.batch} {first.dtype} {first.threads}t"
    times = "".join(f"{f'{by[c].seconds * 1e3:.3f}' if c in by else '–':>12}" for c in _COLUMNS)
    noise = max(r.spread for r in rows)
    return f"{label:<34}{first.entries:>14,}{first.nonzero:>10,}{times}{f'{noise:.0%}':>9}"


def growth(rows: Iterable[Row]) -> Iterator[str]:
    """For each way of timing a layer: how each form's time and bytes grow with size, and the crossovers."""
    groups: dict[tuple[str, int, str, int], list[Row]] = {}
    for r in rows:
        groups.setdefault((r.layer, r.batch, r.dtype, r.threads), []).append(r)
    for (layer, batch, dtype, n), found in groups.items():
        said = [_grows(form, what, found) for form, what in _COLUMNS]
        where = f"{layer}, batch of {batch}, {dtype}, {n} thread{'s' if n > 1 else ''}"
        if any(said):
            yield f"{where}: time (bytes) grow with size to the power {', '.join(filter(None, said))}"
        for text in _crossovers(found):
            yield f"{where}: {text}"


def _grows(form: str, what: str, rows: list[Row]) -> str:
    mine = [r for r in rows if (r.form, r.what) == (form, what)]
    sizes = [r.size for r in mine]
    time, size = exponent(sizes, [r.seconds for r in mine]), exponent(sizes, [r.bytes for r in mine])
    return "" if time is None or size is None else f"{what} {form} {time:.1f} ({size:.1f})"


def _crossovers(rows: list[Row]) -> Iterator[str]:
    for slow, fast in (("dense", "sparse"), ("sparse", "fused")):
        a, b = ({r.size: r.seconds for r in rows if (r.form, r.what) == (form, "multiply")} for form in (slow, fast))
        sizes = sorted(a.keys() & b.keys())
        if len(sizes) > 1:
            at = crossover(sizes, [a[s] for s in sizes], [b[s] for s in sizes])
            when = "at no size here" if at is None else "at every size" if at <= sizes[0] else f"from size {at:.0f} on"
            yield f"{fast} is faster than {slow} {when}"
