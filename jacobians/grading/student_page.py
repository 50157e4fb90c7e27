"""One student's marks and hints as an HTML page: the words of words.py, in the style of `jacobians check --html`."""

from __future__ import annotations

from html import escape
from typing import Any

from .. import __version__
from ..show.html_page import page
from .words import later, part_said, protections_text, question_problems, shown_of

Result = dict[str, Any]
_STYLES = {"passed": "PASS", "partly": "SUSPICIOUS", "failed": "FAIL", "not gradable": "INCONCLUSIVE"}


def student_page(result: Result, hidden: bool = False) -> str:
    """The whole page.

    Args:
        hidden: with the questions that are not visible yet.
    """
    name, title = result["submission"]["name"], result["assignment"]["title"]
    shown, points, most = shown_of(result, hidden)
    style = "PASS" if points >= most else "SUSPICIOUS" if points else "FAIL"
    head = f'<h1>{escape(name)}: <span class="verdict {style}">{points:g} of {most:g} points</span></h1>'
    body = [head, f"<p>{escape(title)}</p>"]
    if result["gradable"]:
        body += [_question(question) for question in shown]
        body += [f"<p>{escape(line)}</p>" for line in later(result, shown)]
    else:
        body.append(f'<section class="card FAIL"><h2>Not gradable</h2><p>{escape(result["problem"])}</p></section>')
    return page(f"{name}: {title}", "\n".join(body), f"jacobians {__version__}; {protections_text(result)}")


def _question(question: dict[str, Any]) -> str:
    style = _STYLES[question["status"]]
    marks = f"{question['points']:g} of {question['max_points']:g}"
    head = f'<h2>{escape(question["title"])}: <span class="verdict {style}">{marks}</span></h2>'
    said = "".join(f"<p>{escape(line)}</p>" for line in question_problems(question))
    if not question["problem"]:
        said += f"<ul>{''.join(map(_part, question['parts']))}</ul>"
    return f'<section class="card {style}">{head}{said}</section>'


def _part(part: dict[str, Any]) -> str:
    right = part["points"] >= part["max_points"]
    said = f"{part['name']}: right." if right else part_said(part)
    return f"<li><b>{part['points']:g} of {part['max_points']:g}</b> {escape(said)}</li>"
