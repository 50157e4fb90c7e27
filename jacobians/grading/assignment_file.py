"""An assignment's file (assignment.py says what stands in it), read strictly: each error one sentence with its line."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import BadFile, UnknownName, names, nearest
from ..kinds import is_dict, is_list
from ..point import differentiable
from ..verify.formats import FORMATS
from .assignment import CONTRACT, FORWARD, HINTS, LIMITS, UPDATE, VISIBLE, Assignment, Question, Regime
from .code import examine_convention, layer_class, part_and_layer, renamable
from .fields import Fields, read_toml
from .regimes import BATCH_OF_ONE, is_regime, regime_names


def load(path: str | Path) -> Assignment:
    """Read and examine an assignment.

    Raises:
        BadFile, UnknownName: one sentence, with the line where it is known.
    """
    table, text = read_toml(path, "an assignment")
    top = Fields(table, "the assignment", str(path), text)
    folder = Path(path).resolve().parent
    solution = top.take("solution", str)
    limits = top.numbers("limits")
    title, convention = (top.take(key, str, required=True) for key in ("title", "convention"))
    if convention.endswith(".toml"):
        convention = _beside(top, "convention", folder / convention) + "\n"
    _examine_convention(convention, top)
    assignment = Assignment(
        title=title,
        convention=convention,
        hints=top.choice("hints", HINTS, "category"),
        dtype=top.choice("dtype", FORMATS, "float64"),
        carried=top.within("carried", 0, 1, 0.5),
        regimes=top.numbers("regimes"),
        files=top.texts("files"),
        allow=top.texts("allow", ("numpy",)),
        limits=limits,
        solution=_beside(top, "solution", folder / solution) if solution else None,
        secret=top.take("secret", str),
        visible=top.choice("visible", VISIBLE, "visible"),
        questions=_questions(top, convention, str(path), text),
        digest="",
        path=Path(path).resolve(),
    )
    top.end()
    _examine(assignment, top)
    return _with_digest(assignment, table)


def _questions(top: Fields, convention: str, label: str, text: str) -> tuple[Question, ...]:
    tables = top.take("question", list, [])
    if not tables or not all(is_dict(t) for t in tables):
        raise top.error("has no question: write at least one [[question]] table with id, layer and points")
    visible = top.table.get("visible", "visible")
    tried = [Fields(t, f"question {t.get('id', k)!r}", label, text) for k, t in enumerate(tables, 1)]
    read = [_question(fields, visible, convention) for fields in tried]
    seen: set[str] = set()
    for q in read:
        if q.id in seen:
            raise top.error(f"has two questions with the id {q.id!r}: give each its own")
        if stray := [r for r in q.requires if r not in seen]:
            mend = nearest(stray[0], seen)
            raise top.error(
                f"has question {q.id!r} require {stray[0]!r}, which is no earlier question: write ids of questions "
                f"above it ({names(sorted(seen))}).{mend}"
            )
        seen.add(q.id)
    return tuple(read)


def _part_and_layer(fields: Fields, convention: str) -> tuple[str, str]:
    """The convention's part and the layer that a question is about."""
    part, layer = fields.take("part", str), fields.take("layer", str)
    if part is None and layer is None:
        raise fields.error('has neither layer nor part: write `layer = "…"` (`jacobians layers` lists them)')
    try:
        return part_and_layer(convention, part, layer)
    except UnknownName as error:
        key = "part" if part else "layer"
        raise fields.error(f"has {key} = {part or layer!r}: {error}", key) from None


def _question(fields: Fields, visible: str, convention: str) -> Question:
    id = fields.take("id", str, required=True)
    part, layer = _part_and_layer(fields, convention)
    question = Question(
        id=id,
        title=fields.take("title", str, id),
        layer=layer,
        part=part,
        points=fields.numbers("points", required=True),
        settings=fields.take("settings", dict, {}),
        names=_names(fields, convention, part),
        requires=fields.texts("requires"),
        visible=fields.choice("visible", VISIBLE, visible if visible in VISIBLE else "visible"),
        regimes=tuple(_regime(fields, t) for t in fields.take("regime", list, [])),
    )
    fields.end()
    _examine_question(question, fields, convention)
    return question


def _names(fields: Fields, convention: str, part: str) -> dict[str, str]:
    """What students call what the convention has other names for."""
    given, known = fields.take("names", dict, {}), renamable(convention, part)
    for key, name in given.items():
        if known and key not in known:
            raise fields.error(f"renames {key!r}: what has a name there is {names(known)}.{nearest(key, known)}", key)
        if not isinstance(name, str) or not name:
            raise fields.error(f"has names.{key} = {name!r}: write the students' name of it in quotes", key)
    return given


def _regime(question: Fields, table: Any) -> Regime:
    fields = Fields(table if is_dict(table) else {}, f"{question.where}, regime", question.label, question.text)
    name, shapes = fields.take("name", str, required=True), fields.take("shapes", dict, required=True)
    for a, shape in shapes.items():
        if not is_list(shape) or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in shape):
            raise fields.error(f"{name!r} has shapes.{a} = {shape!r}: write a list of whole numbers, such as [3, 4]", a)
    regime = Regime(name, {a: tuple(s) for a, s in shapes.items()}, fields.take("settings", dict, {}))
    fields.end()
    return regime


def _examine_question(question: Question, fields: Fields, convention: str) -> None:
    """The layer is one, its parts are parts of it, its settings are settings of it."""
    layer = layer_class(convention, question)
    parts = (FORWARD, *differentiable(layer()), CONTRACT, UPDATE)
    for part in question.points:
        if part not in parts:
            raise fields.error(
                f"gives points for {part!r}: the parts of {question.layer} are {names(parts)}.{nearest(part, parts)}",
                part,
            )
    if not question.points or not sum(question.points.values()):
        raise fields.error("is worth nothing: give some part of it points")
    if UPDATE in question.points and not layer.theta:
        raise fields.error(f"gives points for update, but {question.layer} has no parameters: take that part out")
    for name in [*question.settings, *(n for r in question.regimes for n in r.settings)]:
        if name not in layer().settings:
            known = layer().settings
            raise fields.error(
                f"fixes the setting {name!r}: {question.layer} has {names(known)}.{nearest(name, known)}", name
            )


def _beside(top: Fields, key: str, path: Path) -> str:
    """The text of a file that the assignment names."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise top.error(f"has {key} = {top.table[key]!r}, and there is no such text file beside it", key) from None


def _examine(assignment: Assignment, top: Fields) -> None:
    """What can only be told from the whole file."""
    needing = next((q.id for q in assignment.questions if q.requires), None)
    if needing and not assignment.solution:
        raise top.error(
            f'has question {needing!r} require others, so it needs `solution = "FILE.py"`: where one of them failed, '
            "the solution's code takes its place"
        )
    if stray := [k for k in assignment.limits if k not in LIMITS]:
        raise top.error(f"has no limit {stray[0]!r}: it knows {names(LIMITS)}.{nearest(stray[0], LIMITS)}", stray[0])
    if over := [k for k, v in assignment.regimes.items() if v > 1]:
        raise top.error(f"has a regime cost more than the whole part: write a number from 0 to 1 for {over[0]!r}")
    _examine_costs(assignment, top)
    secret = assignment.secret
    if secret is not None and not secret.startswith(("env:", "file:")):
        raise top.error(
            'has a secret that is written out: keep it outside, and write "env:NAME" or "file:PATH"', "secret"
        )


def _examine_costs(assignment: Assignment, top: Fields) -> None:
    """A regime that something is said of must be a regime of some question."""
    if not set(assignment.regimes) - {BATCH_OF_ONE}:
        return
    known = regime_names(assignment.convention, assignment.questions)
    for name in assignment.regimes:
        if not is_regime(name, known):
            shown = names(sorted(known)[:12]) + (", …" if len(known) > 12 else "")
            raise top.error(
                f"says what the regime {name!r} costs, and no question has it: it knows {shown}.{nearest(name, known)}",
                name,
            )


def _examine_convention(convention: str, top: Fields) -> None:
    try:
        examine_convention(convention)
    except (BadFile, UnknownName) as error:
        raise top.error(f"has convention = {top.table['convention']!r}: {error}", "convention") from None


def _with_digest(assignment: Assignment, table: dict[str, Any]) -> Assignment:
    """The digest: of the table but for where the secret is kept, of the solution, and of a convention of one's own."""
    said = repr(sorted((k, repr(v)) for k, v in table.items() if k not in ("secret", "solution")))
    own = [assignment.convention] if "\n" in assignment.convention else []
    whole = "\0".join([said, assignment.solution or "", *own])
    return replace(assignment, digest=hashlib.sha256(whole.encode()).hexdigest())
