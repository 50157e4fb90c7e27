"""The formats that code on trial runs in, and their rounding units.

    format      p   u = 2^−p     least normal    largest
    float64    53   1.1e−16      2^−1022         1.8e308
    float32    24   6.0e−8       2^−126          3.4e38
    float16    11   4.9e−4       2^−14           65504
    bfloat16    8   3.9e−3       2^−126          3.4e38         (needs the package ml_dtypes)

`u` is the largest relative error of one rounding to nearest; `tiny`, the least normal number, is what flushing to zero
may lose absolutely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import UnknownName, nearest


@dataclass(frozen=True)
class Format:
    """A floating-point format: `p` bits of precision, the unit roundoff `u`, the least normal number `tiny`."""

    name: str
    p: int
    tiny: float
    huge: float
    accumulate_p: int  # precision of the accumulator that code storing this format is expected to use

    @property
    def u(self) -> float:
        return 2.0**-self.p

    @property
    def u_sum(self) -> float:
        """Rounding unit of sums and of intermediate results."""
        return 2.0**-self.accumulate_p

    @property
    def dtype(self) -> np.dtype:
        """The NumPy type. bfloat16 comes from ml_dtypes."""
        if self.name == "bfloat16":
            try:
                import ml_dtypes
            except ImportError:
                raise UnknownName("bfloat16 needs the package ml_dtypes: pip install 'jacobians[bfloat16]'") from None
            return np.dtype(ml_dtypes.bfloat16)
        return np.dtype(self.name)

    def round(self, array: np.ndarray) -> np.ndarray:
        """The nearest numbers of this format, held in float64."""
        return np.asarray(array, np.float64).astype(self.dtype).astype(np.float64)


FORMATS = {
    f.name: f
    for f in (
        Format("float64", 53, 2.0**-1022, 1.7976931348623157e308, 53),
        Format("float32", 24, 2.0**-126, 3.4028234663852886e38, 24),
        Format("float16", 11, 2.0**-14, 65504.0, 24),
        Format("bfloat16", 8, 2.0**-126, 3.3895313892515355e38, 24),
    )
}


def get_format(name: str) -> Format:
    """The format of this name.

    Raises:
        UnknownName: not one of the four.
    """
    if name not in FORMATS:
        raise UnknownName(f"no format is called {name!r}: write one of {', '.join(FORMATS)}.{nearest(name, FORMATS)}")
    return FORMATS[name]
