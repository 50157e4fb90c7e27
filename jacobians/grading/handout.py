"""The assignment that students may have: no secret, no solution, and no question that is not to be seen yet.

Without the solution a failed prerequisite cannot be replaced by it, so no question requires another here.
"""

from __future__ import annotations

from ..errors import BadFile
from .assignment import Assignment
from .fields import read_toml
from .regimes import is_regime, regime_names
from .toml import toml

_FOR_STAFF = ("secret", "solution", "question")


def handout(assignment: Assignment, convention: str | None = None) -> str:
    """The text of its file.

    Args:
        convention: where a file of the course's own will lie, if elsewhere than beside the assignment.

    Raises:
        BadFile: no question may be seen before the deadline.
    """
    assert assignment.path
    table = read_toml(assignment.path, "an assignment")[0]
    shown = {q.id for q in assignment.questions if q.visible == "visible"}
    if not shown:
        raise BadFile(f"{assignment.title}: no question is visible before the deadline")
    questions = [{k: v for k, v in q.items() if k != "requires"} for q in table["question"] if q["id"] in shown]
    kept = {k: v for k, v in table.items() if k not in _FOR_STAFF}
    if "regimes" in kept:  # what the others' cost is no regime here
        known = regime_names(assignment.convention, [q for q in assignment.questions if q.id in shown])
        kept["regimes"] = {name: cost for name, cost in kept["regimes"].items() if is_regime(name, known)}
    return toml(kept | ({"convention": convention} if convention else {}) | {"question": questions})
