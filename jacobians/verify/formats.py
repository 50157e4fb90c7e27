"""The formats that code on trial runs in, and their rounding units.

    format      p   u = 2^−p     least normal    largest
    float64    53   1.1e−16      2^−1022         1.8e308
    float32    24   6.0e−8       2^−126          3.4e38
    float16    11   4.9e−4       2^−14           65504
    bfloat16    8   3.9e−3       2^−126          3.4e38         (needs the package ml_dtypes)

`u` is the largest relative error of one rounding to nearest; `tiny`, the least normal number, is what flushing to zero
may lose absolutely. Code that stores 16 bits may still compute in more: a format is judged in *readings*, the tightest
first, and the verdict names the loosest precision needed to explain what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..errors import UnknownName, nearest


@dataclass(frozen=True)
class Format:
    """A floating-point format, and the precision that code in it is taken to compute with.

    Attributes:
        name: NumPy's name of the type that inputs and results are stored in.
        p: bits of precision of that type.
        tiny, huge: its least normal and its largest number.
        inside_p: bits of precision of every intermediate result.
        sum_p: bits of precision of the accumulator of a sum.
        reading: in words, what inside_p and sum_p suppose.
        exact_data: whether results that need no rounding are granted none. True only where all of a computation's data
            is whole: else code that adds and multiplies in another order rounds where this order does not.
    """

    name: str
    p: int
    tiny: float
    huge: float
    inside_p: int
    sum_p: int
    reading: str = ""
    exact_data: bool = True

    @property
    def u(self) -> float:
        """Unit roundoff of storing a result."""
        return 2.0**-self.p

    @property
    def u_inside(self) -> float:
        """Unit roundoff of an intermediate result."""
        return 2.0**-self.inside_p

    @property
    def tiny_inside(self) -> float:
        """Least normal number of an intermediate result: float32's, where that is what is computed with."""
        return self.tiny if self.inside_p == self.p else 2.0**-126

    @property
    def u_sum(self) -> float:
        """Unit roundoff of one addition in a sum."""
        return 2.0**-self.sum_p

    @property
    def dtype(self) -> np.dtype:
        """The NumPy type. bfloat16 comes from ml_dtypes."""
        if self.name == "bfloat16":
            try:
                import ml_dtypes  # pyright: ignore[reportMissingImports]
            except ImportError:
                raise UnknownName("bfloat16 needs the package ml_dtypes: pip install '.[bfloat16]'") from None
            return np.dtype(ml_dtypes.bfloat16)
        return np.dtype(self.name)

    def readings(self) -> tuple[Format, ...]:
        """This format with all the precisions code may compute with, the tightest first."""
        if self.inside_p == self.p:
            return (self,)
        stored = replace(self, inside_p=self.p, reading=f"{self.name} for every intermediate result, sums in float32")
        return (self, stored, replace(stored, sum_p=self.p, reading=f"{self.name} for everything, sums too"))

    def reaches(self, array: np.ndarray) -> bool:
        """Whether all of these numbers lie within the format's range."""
        return bool(np.isfinite(array).all()) and float(np.abs(array).max(initial=0.0)) <= self.huge

    def round(self, array: np.ndarray) -> np.ndarray:
        """The nearest numbers of this format, held in float64; infinite beyond its reach."""
        with np.errstate(over="ignore"):
            return np.asarray(array, np.float64).astype(self.dtype).astype(np.float64)


FORMATS = {
    f.name: f
    for f in (
        Format("float64", 53, 2.0**-1022, 1.7976931348623157e308, 53, 53),
        Format("float32", 24, 2.0**-126, 3.4028234663852886e38, 24, 24),
        Format("float16", 11, 2.0**-14, 65504.0, 24, 24, "float32 inside"),
        Format("bfloat16", 8, 2.0**-126, 3.3895313892515355e38, 24, 24, "float32 inside"),
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
