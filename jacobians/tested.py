"""What the test of one claim says: the report on some code, made when first asked for, and what of it is the claim's.

A claim passes on results of its own alone: one about which nothing was compared has not been shown, and fails with the
reason. A gradient that code may leave out, and does, is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from .errors import BadFile, JacobiansError
from .kinds import class_of

if TYPE_CHECKING:
    from .asked import Asked
    from .verify.results import Report, Result

__unittest = True  # unittest leaves the frames of such a module out of a traceback
NO_NUMBER = ("missing", "shape", "dtype", "finite")  # contracts without which there is no number to compare


class Reports:
    """The reports on what one test or test case gives, each made when first asked for."""

    def __init__(self, asked: Asked, adapter: str | None):
        self.asked, self.adapter = asked, adapter
        self.layer, self.known = asked.name, asked.claims()
        self.made: list[tuple[str, int, list[Any], Report | JacobiansError]] = []

    def failure(
        self, make: Callable[[], Any], owner: Any, given: list[Any], asked: tuple[str, str], seed: int, same: str
    ) -> str | None:
        """What to say of a claim that did not pass; None where it did.

        Args:
            make: gives the code.
            owner: the object whose method that is, if any: it is asked each time, for another may give other code.
            given: what else the code is made from; the same report stands only for the very same things.
            asked: the format and the claim.
            seed: of points and probes.
            same: what to type to see it again.

        Raises:
            SkipTest: the code leaves out a gradient that it may leave out.
        """
        format, claim = asked
        try:
            report = self._report(make, owner, given, format, seed)
        except JacobiansError as error:
            return f"{self.layer}: {error}"
        own = [r for r in report.results if claim in _tests(r, self.known)]
        compared = any(r.ratio is not None for r in report.results)
        if own or (claim == "contract" and compared):
            return failure(own, same)
        if compared and claim in self.asked.optional:
            raise SkipTest(f"{self.layer}, {claim}, {format}: backward leaves it out, as it may; nothing was compared")
        why = failure(report.results, same) or f"again: {same}"
        return f"FAIL {self.layer}, {claim}, {format}: nothing was compared\n{why}"

    def _report(self, make: Callable[[], Any], owner: Any, given: list[Any], format: str, seed: int) -> Report:
        code = None if owner is None else make()
        objects = given if owner is None else [*given, class_of(owner), code]
        found = next((r for f, s, known, r in self.made if (f, s) == (format, seed) and _same(known, objects)), None)
        if found is None:
            try:
                code = make() if owner is None else code
                found = verified(code, self.asked, format, seed, self.adapter)
            except JacobiansError as error:
                found = error
            self.made.append((format, seed, objects, found))
        if isinstance(found, JacobiansError):
            raise found
        return found


def _same(some: list[Any], others: list[Any]) -> bool:
    """The very same objects."""
    return [id(v) for v in some] == [id(v) for v in others]


def verified(fast: Any, asked: Asked, dtype: str | Iterable[str], seed: int, adapter: str | None) -> Report:
    """The report on anything that can be adapted (adapters/wrap.py).

    Raises:
        JacobiansError: no such format, or code that cannot be adapted.
    """
    if fast is None:
        raise BadFile("None arrived instead of the code to verify: end the test with `return MyFunction`")
    from .adapters.loose import check_layer

    return check_layer(fast, asked.layer, tuple(formats_of(dtype)), seed, adapter, asked.held)


def failure(results: list[Result], same: str) -> str | None:
    """What to say of results that did not all pass: the mistake, where it shows, how to see it again."""
    wrong = [r for r in results if r.verdict != "PASS"]
    if not wrong:
        return None
    blocks = [_block(r) for r in wrong]
    return "\n".join([*blocks, f"again: {same}"])


def _block(r: Result) -> str:
    about = "forward" if r.claim == "forward" else f"{r.claim} of {r.argument}"
    about = f"{r.layer}, {about}, {r.dtype}"
    if r.diagnosis:
        rest = r.text.removesuffix(r.diagnosis.text).rstrip("; ")
        first = [f"{r.verdict} {r.diagnosis.name}: {r.diagnosis.text}", f"{about}: {rest}"]
    else:
        first = [f"{r.verdict} {about}: {r.text}"]
    shown = ["to reproduce:", *(f"    {line}" for line in r.example.splitlines())] if r.example else []
    return "\n".join([*first, *shown])


def _tests(r: Result, known: list[str]) -> list[str]:
    """The tests that a result belongs to; of an argument that only some points have (x2), that of the contracts."""
    if r.claim in NO_NUMBER:  # a broken contract, and why a number is not there
        return ["contract", f"gradient-{r.argument}", *(["forward"] if r.argument == "y" else [])]
    said = "forward" if r.claim == "forward" else f"{r.claim}-{r.argument}"
    return [said if said in known else "contract"]


def formats_of(dtype: str | Iterable[str]) -> list[str]:
    """The names of formats, comma-separated or in a list.

    Raises:
        UnknownName: no such format.
    """
    from .verify.formats import get_format

    listed = re.split(r"[,\s]+", dtype.strip()) if isinstance(dtype, str) else list(dtype)
    return [get_format(name).name for name in listed]
