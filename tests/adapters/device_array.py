"""An array on a device, as CuPy's: it computes with its like and with numbers, and is NumPy's by `get` only."""

import operator

import numpy as np


class DeviceArray:
    """What fast code sees of a CuPy array, of two axes at most."""

    __array_ufunc__ = None  # of NumPy's functions and operators it has no part

    def __init__(self, host):
        self._held = np.array(host)
        self.shape, self.dtype, self.ndim = self._held.shape, self._held.dtype, self._held.ndim

    def get(self, stream=None, order="C", out=None, blocking=True):
        return self._held.copy(order)

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`")

    def __setitem__(self, key, value):
        self._held[key] = value

    @property
    def T(self):
        return DeviceArray(self._held.T)

    def sum(self, axis=None):
        return DeviceArray(self._held.sum(axis=axis))

    def _with(self, other, operation):
        if isinstance(other, np.ndarray):
            raise TypeError(f"Unsupported type {type(other)}")
        return DeviceArray(operation(self._held, other._held if isinstance(other, DeviceArray) else other))

    def __add__(self, other):
        return self._with(other, operator.add)

    def __mul__(self, other):
        return self._with(other, operator.mul)

    def __matmul__(self, other):
        return self._with(other, operator.matmul)
