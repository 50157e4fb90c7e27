"""The codec: what goes out comes back, to the bit; what is not to the letter is Malformed and nothing else."""

import json
import math
import struct
from typing import Any

import numpy as np
import pytest

from jacobians.grading.sandbox.inside.wire import HEAD, KINDS, Malformed, Reader, Writer, header_of


class Numbered(Writer):
    def number(self, array: np.ndarray) -> int:
        return 1


def there_and_back(value: Any) -> Any:
    out = Numbered()
    frame = out.frame({"value": out.node(value)})
    size, body = HEAD.unpack(frame[: HEAD.size])
    assert len(frame) == HEAD.size + size + body
    reader = Reader(frame[HEAD.size + size :])
    got = reader.value(header_of(frame[HEAD.size : HEAD.size + size])["value"])
    reader.end()
    return got


@pytest.mark.parametrize(
    "value",
    [None, True, False, 0, -(2**63) + 1, 0.1, -0.0, 1e-320, math.inf, "", "∂J/∂x", [], (), {}, [1, (2.5, "x")],
     {"W": (None, [True])}, {(0, 1): "a key"}],
    ids=repr,
)  # fmt: skip
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    got = there_and_back(value)
    assert got == value
    assert repr(got) == repr(value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4), (4, 0, 2)])
def test_arrays_come_back_to_the_bit(kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> None:
    raw = rng.integers(0, 2 if kind == "b1" else 256, (*shape, KINDS[kind].itemsize), np.uint8)
    array = raw.view(KINDS[kind]).reshape(shape)  # NaN and all
    got = there_and_back({"x": array, "y": (array[..., None],)})
    assert got["x"].dtype == array.dtype
    assert got["x"].shape == shape
    assert got["x"].tobytes() == array.tobytes() == got["y"][0].tobytes()
    assert got["x"].flags.writeable


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_of_numpys_keeps_its_type(kind: str) -> None:
    number = np.ones(1, kind)[0]
    assert type(there_and_back(number)) is type(number)
    assert there_and_back(number) == number


def test_an_array_of_the_other_byte_order_arrives_as_its_numbers(rng: np.random.Generator) -> None:
    array = rng.standard_normal((3, 2))
    np.testing.assert_array_equal(there_and_back(array.astype(">f8")), array)


@pytest.mark.parametrize("value", [object(), 2**64, 1j, b"x", np.zeros(2, complex), np.array([None]), {"f": print}])
def test_what_does_not_cross_is_refused_where_there_are_no_handles(value: Any) -> None:
    with pytest.raises(Malformed):
        there_and_back(value)


def nested(depth: int) -> Any:
    node: Any = 0
    for _ in range(depth):
        node = [node]
    return node


@pytest.mark.parametrize(
    ("node", "body"),
    [
        (2**63, b""),
        (0.5, b""),
        ({}, b""),
        ({"float": "0x1", "tuple": []}, b""),
        ({"float": 1}, b""),
        ({"float": "nine"}, b""),
        ({"float": "0x1p99999"}, b""),
        ({"tuple": {"0": 1}}, b""),
        ({"dict": [[1]]}, b""),
        ({"dict": [[[1], 2]]}, b""),
        ({"__class__": []}, b""),
        ({"value": 0}, b""),
        ({"handle": [1, "an object"]}, b""),
        ({"handle": ["1", "an object"]}, b""),
        ({"scalar": ["f8", "00"]}, b""),
        ({"scalar": ["f8", "00" * 9]}, b""),
        ({"scalar": ["f8", "zz" * 8]}, b""),
        ({"scalar": ["b1", "02"]}, b""),
        ({"array": ["f8", [2], 1]}, b"\0" * 16),
        ({"array": ["f8", [2], 1, None]}, b"\0" * 15),
        ({"array": ["f8", [2], 1, None]}, b"\0" * 17),
        ({"array": ["f8", [2**39, 2**39], 1, None]}, b""),
        ({"array": ["f8", [2**40, 0], 1, None]}, b""),
        ({"array": ["f8", [-1], 1, None]}, b""),
        ({"array": ["f8", [True], 1, None]}, b"\0" * 8),
        ({"array": ["f8", [1.0], 1, None]}, b"\0" * 8),
        ({"array": ["f8", [1] * 65, 1, None]}, b"\0" * 8),
        ({"array": ["f8", [2**39, 2**39, 0], 1, None]}, b""),
        ({"array": ["f8", [1], "1", None]}, b"\0" * 8),
        ({"array": ["O", [1], 1, None]}, b"\0" * 8),
        ({"array": ["V8", [1], 1, None]}, b"\0" * 8),
        ({"array": [["f8"], [1], 1, None]}, b"\0" * 8),
        ({"array": ["b1", [1], 1, None]}, b"\2"),
        (nested(40), b""),
        ([0] * 200_000, b""),
    ],
    ids=lambda v: str(v)[:50],
)
def test_a_value_that_is_not_to_the_letter_is_malformed(node: Any, body: bytes) -> None:
    def read() -> None:
        reader = Reader(body)
        reader.value(node)
        reader.end()

    with pytest.raises(Malformed):
        read()


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1.5}', b"\xff", b"9" * 10_000, b'"x"',
     b'{"a":' * 50_000, b"[" * 100_000],
    ids=lambda t: str(t[:12]),
)  # fmt: skip
def test_a_header_that_is_no_json_object_is_malformed(text: bytes) -> None:
    with pytest.raises(Malformed):
        header_of(text)


def test_noise_is_never_more_than_malformed(rng: np.random.Generator) -> None:
    """Frames with some bytes changed: a value, or Malformed."""
    out = Numbered()
    node = out.node({"y": rng.standard_normal((2, 3)), "n": (1, [2.5, None, np.float32(3)])})
    text, body = json.dumps({"value": node}).encode(), b"".join(out.body)
    refused = 0
    for _ in range(2000):
        noisy = bytearray(text)
        for at in rng.integers(0, len(noisy), rng.integers(1, 4)):
            noisy[at] = rng.integers(32, 127)
        try:
            reader = Reader(body)
            reader.value(header_of(noisy).get("value"))
            reader.end()
        except Malformed:
            refused += 1
    assert 500 < refused < 2000


def test_a_header_has_an_end() -> None:
    out = Numbered()
    with pytest.raises(Malformed, match="use arrays"):
        out.frame({"value": out.node("x" * (2 << 20))})


def test_a_frame_is_as_documented() -> None:
    out = Numbered()
    frame = out.frame({"value": out.node(np.array([1.0]))})
    text = b'{"value":{"array":["f8",[1],1,null]}}'
    assert frame == struct.pack("<IQ", len(text), 8) + text + struct.pack("<d", 1.0)
