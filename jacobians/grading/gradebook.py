"""The gradebook: CSV, one row a submission, one column a part, for any course platform's import."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

Result = dict[str, Any]


def gradebook(results: Iterable[Result]) -> str:
    """The CSV text; every result must be of the same assignment, of which the first one gives the columns."""
    out, header = io.StringIO(), None
    writer = csv.writer(out, lineterminator="\n")
    for result in results:
        parts = {f"{q['id']}.{p['id']}": p["points"] for q in result["questions"] for p in q["parts"]}
        if header is None:
            header = list(parts)
            writer.writerow(["submission", "points", "max_points", *header, "gradable", "flags", "problem"])
        flags = sorted({f["name"] for f in result["flags"]})
        row = [result["submission"]["name"], _number(result["points"]), _number(result["max_points"])]
        row += [_number(parts.get(k, 0.0)) for k in header]
        writer.writerow([_safe(v) for v in (*row, str(result["gradable"]), " ".join(flags), result["problem"] or "")])
    return out.getvalue()


def _number(v: float) -> str:
    return f"{v:.6g}"


def _safe(text: str) -> str:
    """Text that a spreadsheet will not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
