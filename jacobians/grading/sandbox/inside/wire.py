"""Frames and values on the wire: a JSON header, then raw little-endian bytes. No pickle, no code, no object.

    frame    length of the header (4 bytes), length of the body (8 bytes), header, body                     (1)
    value    null, true, "text", 7, [list], {"float": hex}, {"tuple": [...]}, {"dict": [[k, v], ...]},
             {"scalar": [dtype, hex]}, {"array": [dtype, shape, number, layout]}, {"handle": [number, kind]} (2)
    body     the arrays' bytes in C order, one after the other, and nothing else                            (3)

Both ends are strict: what is not to the letter of (1) to (3), or larger than agreed, is `Malformed`.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import numpy as np

from .kinds import is_dict, is_listed, is_plain_dict, is_plain_list

HEAD = struct.Struct("<IQ")  # (1)
HEADER = 1 << 20  # bytes
DEPTH = 16
ITEMS = 100_000
KINDS = {t: np.dtype(t) for t in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")}


class Malformed(Exception):
    """What arrived, or was to be sent, does not fit on the wire."""


class Writer:
    """Values to a header's nodes and a body. A subclass says what a stranger is, and numbers the arrays."""

    def __init__(self) -> None:
        self.body: list[bytes] = []
        self.items = 0

    def stranger(self, value: Any) -> Any:
        """The node of a value that does not cross."""
        raise Malformed(f"a value of type {type(value).__name__} cannot be sent")

    def number(self, array: np.ndarray) -> int:
        """The name of this array at both ends."""
        raise NotImplementedError

    def node(self, value: Any, depth: int = 0) -> Any:
        """The value as in (2)."""
        self.items += 1
        if depth > DEPTH or self.items > ITEMS:
            raise Malformed(f"a value nested more than {DEPTH} deep, or of more than {ITEMS:,} parts, cannot be sent")
        if isinstance(value, np.ndarray | np.generic):
            return self._numbers(value) if not isinstance(value, str) else str(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return str(value)
        if isinstance(value, int):
            return int(value) if abs(value) < 2**63 else self.stranger(value)
        if isinstance(value, float):
            return {"float": value.hex()}
        if is_listed(value):
            nodes = [self.node(v, depth + 1) for v in value]
            return nodes if isinstance(value, list) else {"tuple": nodes}
        if is_dict(value):
            return {"dict": [[self.node(k, depth + 1), self.node(v, depth + 1)] for k, v in value.items()]}
        return self.stranger(value)

    def _numbers(self, value: Any) -> Any:
        kind = value.dtype.str[1:]
        if kind not in KINDS or np.ma.is_masked(value):
            return self.stranger(value)
        little = np.dtype(kind).newbyteorder("<")
        if isinstance(value, np.generic):
            return {"scalar": [kind, value.astype(little).tobytes().hex()]}
        self.body.append(np.asarray(value, little).tobytes())  # (3)
        return {"array": [kind, list(value.shape), self.number(value), layout(value)]}

    def frame(self, header: dict[str, Any]) -> bytes:
        """The whole frame, the values of the header being nodes already."""
        text = _ENCODE(header).encode()
        if len(text) > HEADER:
            raise Malformed(f"more than {HEADER:,} bytes of structure cannot be sent: use arrays")
        body = b"".join(self.body)
        return HEAD.pack(len(text), len(body)) + text + body


def layout(array: np.ndarray) -> Any:
    """null for a plain array; else its strides in bytes and whether it can be written to."""
    if array.flags.c_contiguous and array.flags.writeable:
        return None
    return [list(array.strides), bool(array.flags.writeable)]


class Reader:
    """A header's nodes back to values. A subclass says what handles and numbered arrays are at its end."""

    def __init__(self, body: bytes | bytearray):
        self.body, self.at, self.items = memoryview(body), 0, 0

    def handle(self, number: int, kind: str) -> Any:
        """The object that a handle names."""
        raise Malformed("a handle where none can be")

    def known(self, array: np.ndarray, number: int, strides: Any) -> np.ndarray:
        """The array of this number at this end, now with these entries."""
        return array

    def value(self, node: Any, depth: int = 0) -> Any:
        """The value of a node (2).

        Raises:
            Malformed: it is none.
        """
        self.items += 1
        if depth > DEPTH or self.items > ITEMS:
            raise Malformed(f"a value nested more than {DEPTH} deep, or of more than {ITEMS:,} parts")
        if node is None or type(node) is bool:
            return node
        if type(node) is str:
            return node.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be printed
        if type(node) is int and abs(node) < 2**63:
            return node
        if is_plain_list(node):
            return [self.value(v, depth + 1) for v in node]
        if is_plain_dict(node) and len(node) == 1:
            ((key, inner),) = node.items()
            if key in _NODES:
                return getattr(self, f"_{key}")(inner, depth)
        raise Malformed(f"no value: {str(node)[:60]}")

    def _float(self, node: Any, depth: int) -> float:
        try:
            return float.fromhex(node)
        except (TypeError, ValueError, OverflowError):
            raise Malformed("a float that is none") from None

    def _tuple(self, node: Any, depth: int) -> tuple[Any, ...]:
        return tuple(self.value(v, depth + 1) for v in _listed(node))

    def _dict(self, node: Any, depth: int) -> dict[Any, Any]:
        pairs = [[self.value(v, depth + 1) for v in _listed(pair, 2)] for pair in _listed(node)]
        try:
            return {k: v for k, v in pairs}
        except TypeError:
            raise Malformed("a dict with a key that cannot be one") from None

    def _handle(self, node: Any, depth: int) -> Any:
        number, kind = _listed(node, 2)
        if type(number) is not int or type(kind) is not str:
            raise Malformed("a handle that is none")
        return self.handle(number, kind)

    def _scalar(self, node: Any, depth: int) -> Any:
        kind, text = _listed(node, 2)
        dtype = _kind(kind)
        try:
            raw = bytes.fromhex(text)
        except (TypeError, ValueError):
            raise Malformed("a number that is none") from None
        return self._entries(raw, dtype, [])[()]

    def _array(self, node: Any, depth: int) -> np.ndarray:
        kind, shape, number, strides = _listed(node, 4)
        dtype = _kind(kind)
        if any(type(n) is not int or not 0 <= n < 2**40 for n in _listed(shape)) or len(shape) > 32:
            raise Malformed("an array with a shape that is none")
        if type(number) is not int:
            raise Malformed("an array without a number")
        size = math.prod(shape) * dtype.itemsize  # Python's whole numbers: no overflow
        if size > len(self.body) - self.at:
            raise Malformed(f"an array of shape {shape} and {kind} with {len(self.body) - self.at:,} bytes to make it")
        raw = self.body[self.at : self.at + size]
        self.at += size
        return self.known(self._entries(raw, dtype, shape), number, strides)

    def _entries(self, raw: bytes | memoryview, dtype: np.dtype, shape: list[int]) -> np.ndarray:
        if dtype.kind == "b" and bytes(raw).strip(b"\0\1"):
            raise Malformed("truth values that are neither 0 nor 1")
        try:
            return np.frombuffer(raw, dtype.newbyteorder("<")).reshape(shape).astype(dtype)
        except ValueError:
            raise Malformed(f"{len(raw):,} bytes, which are no {dtype.name} of shape {shape}") from None

    def end(self) -> None:
        """Refuse what is left over."""
        if self.at != len(self.body):
            raise Malformed(f"{len(self.body) - self.at:,} bytes more than its arrays have")


_NODES = ("float", "tuple", "dict", "handle", "scalar", "array")


def header_of(text: bytes | bytearray) -> dict[str, Any]:
    """The header of a frame.

    Raises:
        Malformed: it is no JSON object, or one that JSON has not (NaN, a number too long, nested too deep).
    """
    try:
        header = _DECODE(bytes(text).decode())
    except (ValueError, RecursionError):
        raise Malformed("a header that is no JSON") from None
    if not is_plain_dict(header):
        raise Malformed("a header that is no JSON object")
    return header


def _no_constant(text: str) -> Any:
    raise ValueError(text)


_ENCODE = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_DECODE = json.JSONDecoder(parse_constant=_no_constant, parse_float=_no_constant).decode


def _listed(node: Any, length: int | None = None) -> list[Any]:
    if not is_plain_list(node) or (length is not None and len(node) != length):
        raise Malformed("a list that is none")
    return node


def _kind(name: Any) -> np.dtype:
    if type(name) is not str or name not in KINDS:
        raise Malformed(f"numbers of a type that does not cross: {str(name)[:20]}")
    return KINDS[name]
