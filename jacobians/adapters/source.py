"""What somebody hands in, as Python: a .py file as it is, of a notebook the functions, classes and imports.

A notebook is not executed as one: of its code cells only definitions, imports and constants are taken, in their order.
Magics (%) and shell lines (!) are dropped.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from ..errors import BadFile, not_python
from ..kinds import is_dict, is_list

MOST_CODE = 1_000_000  # characters of homework: what takes them apart takes a hundred times the memory
_MOST = 32 << 20  # bytes of a notebook: a larger one is full of pictures, and nobody's homework
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def read_source(path: str | Path) -> str:
    """The Python that is in a .py file or a notebook (.ipynb).

    Raises:
        BadFile: no such file, neither of both, not readable, or a code cell that is not Python (it is named).
    """
    path = Path(path)
    if not path.is_file():
        what = "that is a folder" if path.is_dir() else "there is no such file"
        raise BadFile(f"{path}: {what}; give the path of a Python file or a notebook (.py, .ipynb)")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} could not be read ({error.strerror})") from None
    return source_text(data, str(path))


def source_text(data: bytes, name: str) -> str:
    """The Python in the contents of a file of this name.

    Raises:
        BadFile: see `read_source`.
    """
    suffix = Path(name).suffix
    if suffix not in (".py", ".ipynb"):
        raise BadFile(f"{name!r} is a {suffix or 'nameless'} file: give a Python file or a notebook (.py, .ipynb)")
    if len(data) > _MOST:
        raise BadFile(f"{name} has {len(data) >> 20} MiB: at most {_MOST >> 20} are read; clear its outputs")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(f"{name} is not a text file in UTF-8: give a Python file or a notebook") from None
    return text if suffix == ".py" else from_notebook(text, name)


def parsed(text: str, label: str) -> ast.Module:
    """The source text as Python.

    Raises:
        BadFile: it is none.
    """
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise BadFile(f"{label} {not_python(error)}") from None
    except (ValueError, RecursionError, MemoryError):
        said = "it holds what is no character, or is nested too deeply; write it with fewer brackets and signs"
        raise BadFile(f"{label} is not valid Python: {said}") from None


def from_notebook(text: str, label: str) -> str:
    """The definitions, imports and constants in the code cells of a notebook, each cell under its number.

    Raises:
        BadFile: no notebook, more code than MOST_CODE, or a code cell that is not Python.
    """
    parts: list[str] = []
    cells = _code_cells(text, label)
    if (total := sum(len(cell) for _, cell in cells)) > MOST_CODE:
        raise BadFile(f"{label} has {total:,} characters of code: nobody writes more than {MOST_CODE:,}")
    for number, cell in cells:
        source = _python(cell)
        tree = parsed(source, f"{label}: cell {number}")
        lines = source.encode().split(b"\n")
        kept = [_segment(lines, _whole(node)) for node in tree.body if _kept(node)]
        if kept:
            parts.append("\n".join([f"# cell {number}", *kept]))
    return "\n\n\n".join(parts) + "\n"


def _segment(lines: list[bytes], node: ast.stmt) -> str:
    """The text of a node. (`ast.get_source_segment` would split the whole cell again for each.)

    Args:
        lines: of the cell, which has no line ends but \\n.
    """
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    if first == last:
        return lines[first][node.col_offset : node.end_col_offset].decode()
    whole = [lines[first][node.col_offset :], *lines[first + 1 : last], lines[last][: node.end_col_offset]]
    return b"\n".join(whole).decode()


def _code_cells(text: str, label: str) -> list[tuple[int, str]]:
    """(number, source) of each code cell, counted from 1 among all cells."""
    wrong = f"{label} is not a notebook"
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFile(f"{wrong}: it is not JSON; save it again as .ipynb") from None
    cells: Any = notebook.get("cells") if is_dict(notebook) else None
    if cells is None and is_dict(notebook) and notebook.get("worksheets"):
        raise BadFile(f"{label} is a notebook of format 3: save it in format 4 (`jupyter nbconvert --to notebook`)")
    if not is_list(cells):
        raise BadFile(f"{wrong}: it has no list of cells; save it again as .ipynb")
    found: list[tuple[int, str]] = []
    for number, cell in enumerate(cells, start=1):
        if is_dict(cell) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            found.append((number, "".join(map(str, source)) if is_list(source) else str(source)))
    return found


def _python(cell: str) -> str:
    """The cell without magics and shell lines, its lines keeping their numbers; nothing of a cell that a %% heads."""
    lines = cell.splitlines()
    first = next((line.lstrip() for line in lines if line.strip()), "")
    if first.startswith("%%"):
        keep = first.split()[0] in ("%%time", "%%timeit", "%%capture", "%%prun")  # the rest of these is Python
        return "\n".join("" if line.lstrip().startswith("%%") else line for line in lines) if keep else ""
    return "\n".join(_dropped(line) for line in lines)


def _dropped(line: str) -> str:
    """`pass` where a magic or a shell line stood, at its indentation: a block may hold nothing else."""
    bare = line.lstrip()
    magic = bare.startswith(("!", "?")) or (bare.startswith("%") and bare[1:2].isalpha()) or bare.rstrip().endswith("?")
    return line[: len(line) - len(bare)] + "pass" if magic and not bare.startswith("#") else line


def _kept(node: ast.stmt) -> bool:
    if isinstance(node, _DEFINITIONS):
        return True
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return value is not None and _constant(value)


def _constant(node: ast.expr) -> bool:
    """Whether it is a number, a text, or a tuple, list or dict of such."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _whole(node: ast.stmt) -> ast.stmt:
    """The node with its decorators, which Python counts before it."""
    decorators = getattr(node, "decorator_list", [])
    if decorators:
        node.lineno, node.col_offset = decorators[0].lineno, decorators[0].col_offset - 1
    return node
