"""What tests of adapters share: code in a course's convention, written to a file and put on trial."""

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jacobians.adapters.conventions.convention import Convention, Part, load, read
from jacobians.adapters.conventions.find import found_in
from jacobians.adapters.local import Local
from jacobians.point import Point
from jacobians.verify.check import check
from jacobians.verify.results import Report

# what tests put on trial is loaded by them: files as people hand them in, and code that needs another library
collect_ignore = ["solutions", "torch_code.py", "jax_code.py", "triton_code.py"]
SOLUTIONS = Path(__file__).parent / "solutions"


class Trial:
    """Writes files and checks them."""

    def __init__(self, folder: Path):
        self.folder = folder

    def place(self, text: str, name: str = "handed_in.py", convention: Convention | None = None) -> Local:
        """The text as a file, loaded."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return Local(path, {n: getattr(np, n) for n in convention.given} if convention else None)

    def found(self, text: str, convention: str | Convention, only: str | None = None) -> dict[str, Any]:
        """The parts of a convention that the text has."""
        which = load(convention) if isinstance(convention, str) else convention
        return found_in(self.place(text, convention=which), which, only)

    def checked(self, text: str, convention: str | Convention, part: str, most: int = 3, **options: Any) -> Report:
        """The report on one part, at the first points of its layer and at those of the convention's own."""
        fast = self.found(text, convention, part)[part]
        return checked(fast, most, **options)


def checked(fast: Any, most: int = 3, formats: tuple[str, ...] = ("float64",), **options: Any) -> Report:
    """The report on code at the first points that it takes, and at the convention's own."""
    own = len(fast.part.points) * (2 if fast.part.graph else 1)

    def taken(point: Point) -> bool:
        batched = {a: v if a in fast.layer.theta else np.asarray(v)[None] for a, v in point.values.items()}
        return fast.takes(point if fast.layer.interacts else Point(point.map, batched))

    def points(cls: type, rng: np.random.Generator, n: int) -> Any:
        listed = list(fast.layer.points.__func__(cls, rng, n))
        yield from islice(filter(taken, listed[: len(listed) - own]), most)
        yield from listed[len(listed) - own :]

    body = {"points": classmethod(points), "__module__": fast.layer.__module__, "__doc__": ""}
    few = type(fast.layer.__name__, (fast.layer,), body)
    return check(fast, few, formats, lengths=(), **options)


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


def a_part(**keys: Any) -> Part:
    """A part of a convention that says no more than these keys."""
    return read({"parts": {"it": keys}}, "mine").parts["it"]
