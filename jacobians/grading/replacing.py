"""Where a question's prerequisite failed: the solution's code in its place, so that nothing costs twice.

The solution runs as a module of its own, with the helpers, constants and imports that it has, and the student's file
takes the functions wanted from it, after its own. The module has a name that nobody can guess, and lacks the answers to
all other questions: the student's code runs beside it.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from ..adapters.conventions.find import loose
from ..adapters.source import from_notebook, parsed
from .assignment import Assignment
from .code import given, wanted_names
from .submission import Source


def replaced(source: Source, assignment: Assignment, failed: Collection[str], drawn: int) -> Source:
    """The student's source with the solution's functions for these questions in place of its own.

    Args:
        failed: ids of questions that did not get all their points.
        drawn: the seed of the question that is to be judged: the module's name is made of it, and does not tell it.

    Raises:
        BadFile: the solution is not Python.
    """
    tree = _solution(assignment)
    needed = _with_required(assignment, failed)
    theirs = roots(assignment, needed)
    hidden = roots(assignment, {q.id for q in assignment.questions} - needed) - theirs
    text = _module([node for node in tree.body if not hidden & {*map(loose, _names(node))}], given(assignment) or ())
    data = text.encode("utf-8", "replace")
    module = f"_{hashlib.sha256(f'{drawn} '.encode() + data).hexdigest()[:32]}"
    own = [name for node in ast.parse(source.text).body for name in _names(node)]
    lines = _taken(tree, module, roots(assignment, failed), own)
    return replace(source, text="\n".join([source.text, *lines, ""]), others=source.others | {f"{module}.py": data})


def roots(assignment: Assignment, ids: Collection[str]) -> set[str]:
    """What must be defined at the top level for these questions, as `loose` has it."""
    questions = [q for q in assignment.questions if q.id in ids]
    return {loose(name.partition(".")[0]) for q in questions for name in wanted_names(assignment, q)}


def _solution(assignment: Assignment) -> ast.Module:
    text = assignment.solution or ""
    return parsed(from_notebook(text, "the solution") if text.lstrip().startswith("{") else text, "the solution")


def _with_required(assignment: Assignment, ids: Iterable[str]) -> set[str]:
    """These questions and all that they are built on."""
    found = {*ids}
    for question in reversed(assignment.questions):  # each requires earlier ones only
        found |= {*question.requires} if question.id in found else set()
    return found


def _module(body: list[ast.stmt], given: Iterable[str]) -> str:
    """A file of these statements, with the names that the students' files need not import."""
    future = [n for n in body if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    names: list[ast.stmt] = [ast.ImportFrom("numpy", [ast.alias(n)], 0) for n in given]
    rest = [n for n in body if n not in future]
    return ast.unparse(ast.fix_missing_locations(ast.Module([*future, *names, *rest], [])))


def _taken(tree: ast.Module, module: str, wanted: set[str], own: list[str]) -> Iterator[str]:
    """The lines that take what is wanted from the module, under its own name and as the student spells it."""
    for node in tree.body:
        for name in _names(node):
            for spelled in dict.fromkeys([name, *(n for n in own if loose(n) == loose(name))]):
                if loose(name) in wanted:
                    yield f"from {module} import {name} as {spelled}"
                    if isinstance(node, ast.FunctionDef | ast.ClassDef):
                        yield f"{spelled}.__module__ = __name__"  # as if it were defined here: `Place.found` asks


def _names(node: ast.stmt) -> list[str]:
    """What a statement defines: a function, a class, names that are assigned to."""
    if isinstance(node, ast.Assign):
        return [t.id for t in node.targets if isinstance(t, ast.Name)]
    return [node.name] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []
