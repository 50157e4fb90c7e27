"""Two folders of results compared: what a regrade changed, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .store import read_results

Result = dict[str, Any]
Change = tuple[str, str, str, str]  # submission, what of it, before, after


def compare(old: str | Path, new: str | Path) -> list[Change]:
    """Every mark that differs, and every submission that is in one folder only.

    Raises:
        BadFile: one of them holds no results.
    """
    before = {r["submission"]["name"]: _marks(r) for r in read_results(old)}
    changes: list[Change] = []
    seen: set[str] = set()
    for result in read_results(new):
        name, marks = result["submission"]["name"], _marks(result)
        seen.add(name)
        if name not in before:
            changes.append((name, "submission", "not there", f"{result['points']:g} points"))
            continue
        for what in dict.fromkeys((*before[name], *marks)):
            a, b = before[name].get(what, "not there"), marks.get(what, "not there")
            if a != b:
                changes.append((name, what, a, b))
    changes += [
        (name, "submission", f"{before[name]['points']} points", "not there") for name in before if name not in seen
    ]
    return sorted(changes)


def _marks(result: Result) -> dict[str, str]:
    parts = {f"{q['id']}.{p['id']}": p for q in result["questions"] for p in q["parts"]}
    said = {"points": f"{result['points']:g}", "gradable": str(result["gradable"])}
    return said | {k: f"{p['points']:g} ({p['verdict']})" for k, p in parts.items()}
