"""C prototypes: the name and the parameters of a function, read from the text of its declaration."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import BadFile, names

_REAL = {"float": "float32", "double": "float64", "_Float16": "float16", "__bf16": "bfloat16"}
_WHOLE = {
    "int": "int32", "long": "int64", "int32_t": "int32", "int64_t": "int64", "size_t": "uint64", "ptrdiff_t": "int64",
    "uint8_t": "uint8", "int8_t": "int8", "bool": "bool", "unsigned": "uint32", "uint32_t": "uint32",
    "uint64_t": "uint64",
}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One parameter of a C function. type: NumPy's name of it, or "T"."""

    name: str
    type: str
    pointer: bool
    const: bool


def prototype(text: str) -> tuple[str, list[Parameter]]:
    """The name and the parameters of a C function."""
    whole = re.fullmatch(r"\s*(?:\w[\w\s]*?\s)?(\w+)\s*\((.*)\)\s*;?\s*", text, re.DOTALL)
    if not whole:
        raise BadFile(f"{text!r} is no C prototype: write void f(const T *x, T *y, int64_t n)")
    return whole[1], [_parameter(part) for part in whole[2].split(",")]


def _parameter(text: str) -> Parameter:
    words = re.sub(r"\b(restrict|__restrict__|unsigned(?=\s+int)|struct|volatile)\b", " ", text)
    words = re.sub(r"(\w+)\s*\[\s*\]", r"*\1", words)
    kinds = r"\w+(?:\s+(?:int|long))*"
    found = re.fullmatch(rf"\s*(const\s+)?({kinds})\s*(\bconst\b)?\s*(\*?)\s*(?:const\s+)?(\w+)\s*", words)
    kind = re.sub(r"\s+", " ", found[2]) if found else ""
    kind = "long" if kind.startswith("long") else kind
    if not found or kind not in {"T", *_REAL, *_WHOLE}:
        known = names(["T", *_REAL, *_WHOLE])
        raise BadFile(f"{text.strip()!r} is no parameter that can be passed: write TYPE *NAME, TYPE one of {known}")
    return Parameter(found[5], {**_REAL, **_WHOLE}.get(kind, kind), bool(found[4]), bool(found[1] or found[3]))
