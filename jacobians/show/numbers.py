"""Numbers as a person reads them: one number of decimals for all that stand together."""

from __future__ import annotations

import numpy as np

DECIMALS = 3


def numbers(values: np.ndarray) -> list[str]:
    """The numbers, row by row, each written with the same decimals: as few as are exact, at most DECIMALS.

    Where they are too large or too small for that, with DECIMALS significant digits.
    """
    flat = np.asarray(values).ravel()
    if flat.dtype.kind in "iub":
        return [str(v) for v in flat.astype(int).tolist()]
    flat = flat.astype(np.float64) + 0.0
    finite = np.abs(flat[np.isfinite(flat) & (flat != 0)])
    if finite.size == 0:
        return [f"{v:.0f}" for v in flat]
    if finite.max() < 1e5:
        for decimals in range(DECIMALS + 1):
            if np.abs(finite.round(decimals) - finite).max() <= 1e-12 * finite.max():
                return [f"{v:.{decimals}f}" for v in flat]
        if finite.min() >= 10.0**-DECIMALS and finite.max() < 1e4:
            return [_signed(f"{v:.{DECIMALS}f}") for v in flat]
    return [f"{v:.{DECIMALS}g}" for v in flat]


def _signed(text: str) -> str:
    return text.removeprefix("-") if not text.strip("-0.") else text


def shape_of(values: object) -> str:
    """'[3 × 2]', '[3]', or 'a number'."""
    shape = np.asarray(values).shape
    return f"[{' × '.join(map(str, shape))}]" if shape else "a number"
