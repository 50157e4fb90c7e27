"""A report in a course's words: what the layer here calls W it may call w, and lay out or scale otherwise."""

from __future__ import annotations

from dataclasses import replace

from ...verify.results import Report, Result
from .part import Part

_NO_FORM = "points with data that this convention has no form for"
_TWICE = "divided by the batch size once more than this convention asks"


def told(report: Report, part: Part) -> Report:
    """The report, with a note on every wrong gradient that the course calls, lays out or scales otherwise.

    That points were left out is known of a part that says its layouts: it is noted of a layer that is like any other.
    """
    wrong = dict.fromkeys(r.argument for r in report.failures if r.claim == "gradient")
    notes = [note for a in wrong if a in part.args and (note := _otherwise(part, a))]
    results = [_rescaled(r, part) for r in report.results]
    kept = [note for note in report.notes if part.for_any or not note.startswith(_NO_FORM)]
    return replace(report, results=results, notes=[*kept, *notes])


def _rescaled(result: Result, part: Part) -> Result:
    """Where the course takes means, a mean too many is not a mean for a sum."""
    known = result.diagnosis
    if known is None or known.name != "mean-for-sum" or not part.scale.get(part.gradients(result.argument)[0]):
        return result
    return replace(result, diagnosis=replace(known, text=_TWICE), text=result.text.replace(known.text, _TWICE))


def _otherwise(part: Part, a: str) -> str:
    """'affine: the gradient of W is dw there, laid out m d -> d m (here -> there)'; empty where nothing is another."""
    names, course = part.gradients(a), part.course(a)
    laid_out = part.layout.get(names[0], part.layout.get(course[0], ""))
    scale = part.scale.get(names[0], "")
    if course == (a,) and not laid_out and not scale:
        return ""
    how = f", laid out {laid_out} (here -> there)" if isinstance(laid_out, str) and laid_out else ""
    times = f", times {scale}" if scale else ""
    return f"{part.name}: the gradient of {a} is {', '.join(names)} there{how}{times}"
