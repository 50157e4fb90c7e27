"""What a class's results say together: who got how much, which mistakes how often. One result at a time is held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

BINS = 10
Result = dict[str, Any]


@dataclass
class Census:
    """The counts of a class.

    Attributes:
        shares: how many got how many tenths of all points; full marks in the last one.
        points: by "question.part": (marks got, marks there were), summed.
        mistakes: (question, part, diagnosis) and how often; regimes: (question, part, regime) that failed, how often.
        flags: name of a flag, and the submissions that raise it.
        same: submissions by the digest of their files.
    """

    title: str = ""
    count: int = 0
    total: float = 0.0
    most: float = 0.0
    shares: list[int] = field(default_factory=lambda: [0] * BINS)
    points: dict[tuple[str, str], list[float]] = field(default_factory=dict[tuple[str, str], list[float]])
    mistakes: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    regimes: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    flags: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    ungradable: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    same: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    protections: Counter[str] = field(default_factory=Counter[str])

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0


def census(results: Iterable[Result]) -> Census:
    """Count."""
    found = Census()
    for result in results:
        name = result["submission"]["name"]
        found.title, found.most = result["assignment"]["title"], result["max_points"]
        found.count += 1
        found.total += result["points"]
        share = result["points"] / result["max_points"] if result["max_points"] else 0.0
        found.shares[min(int(share * BINS), BINS - 1)] += 1
        found.same[result["submission"]["digest"]].append(name)
        found.protections[result["sandbox"]["level"]] += 1
        for flag in {f["name"] for f in result["flags"]}:
            found.flags[flag].append(name)
        if not result["gradable"]:
            found.ungradable.append((name, result["problem"] or ""))
        for question in result["questions"]:
            _count(found, question)
    return found


def _count(found: Census, question: dict[str, Any]) -> None:
    for part in question["parts"]:
        got = found.points.setdefault((question["id"], part["id"]), [0.0, 0.0])
        got[0] += part["points"]
        got[1] += part["max_points"]
        if part["verdict"] == "FAIL":
            found.mistakes[question["id"], part["id"], part["diagnosis"] or "no known mistake"] += 1
        for regime in part["regimes"]:
            if regime["verdict"] == "FAIL":
                found.regimes[question["id"], part["id"], regime["name"]] += 1
