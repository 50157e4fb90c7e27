"""`jacobians new layer NAME`: the two files to start from, right as they stand; nothing is ever overwritten."""

from __future__ import annotations

import keyword
import re
from argparse import Namespace
from importlib import resources
from pathlib import Path

from .errors import BadFile, UnknownName
from .layers import layer_names


def run_new_layer(args: Namespace) -> int:
    """Carry out `jacobians new layer` and return its exit status.

    Raises:
        JacobiansError: a name that cannot be a layer's, or a file that is there already.
    """
    name = _examine_name(args.name)
    clone = None if args.into else _clone(Path.cwd())
    texts = {kind: _template(kind, name, args.pointwise) for kind in ("layer", "twin")}
    if clone:
        paths = {"layer": clone / "jacobians/layers" / f"{name}.py", "twin": clone / "reference" / f"{name}.py"}
    else:
        folder = Path(args.into or ".")
        paths = {"layer": folder / f"{name}.py", "twin": folder / f"{name}_fast.py"}
        texts["layer"] = texts["layer"].replace("from ..", "from jacobians.")
    _write({paths[kind]: texts[kind] for kind in texts})
    for kind, said in (("layer", "its mathematics: forward, every L_a, points"), ("twin", "its efficient twin")):
        print(f"{_shown(paths[kind])}    {said}")
    print(_next_steps(name, clone is not None))
    return 0


def class_name(name: str) -> str:
    """layer_norm: LayerNorm."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _examine_name(name: str) -> str:
    if keyword.iskeyword(name):
        raise UnknownName(f"{name!r} cannot be the name of a layer: it is a word of Python; write '{name}_layer'")
    if not re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]|[a-z]", name) or "__" in name:
        better = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")
        instead = f"{better!r}" if re.match("[a-z]", better) and not keyword.iskeyword(better) else "'my_layer'"
        raise UnknownName(
            f"{name!r} cannot be the name of a layer: write small letters, digits and _, such as {instead}"
        )
    if clash := [known for known in layer_names() if known.replace("_", "") == name.replace("_", "")]:
        raise UnknownName(f"there is a layer {clash[0]!r} already: choose another name")
    return name


def _clone(start: Path) -> Path | None:
    """The folder of a clone of this project that `start` is in, if it is in one."""
    marks = ("jacobians/layers/__init__.py", "reference/__init__.py", "pyproject.toml")
    return next((f for f in (start, *start.parents) if all((f / mark).is_file() for mark in marks)), None)


def _template(kind: str, name: str, pointwise: bool) -> str:
    file = f"pointwise_{kind}.txt" if pointwise else f"{kind}.txt"
    text = (resources.files("jacobians") / "templates" / file).read_text(encoding="utf-8")
    return text.replace("CLASS", class_name(name))


def _write(texts: dict[Path, str]) -> None:
    """Write all of the files, or none."""
    for path in texts:
        if not path.parent.is_dir():
            raise BadFile(f"there is no folder {str(path.parent)!r} to write {path.name} in: make it first")
        if path.exists():
            raise BadFile(f"{_shown(path)} is there already, and nothing is overwritten: choose another name")
    try:
        for path, text in texts.items():
            with open(path, "x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise BadFile(f"{error.filename}: could not be written ({error.strerror})") from None


def _shown(path: Path) -> str:
    """The path as a person would type it from here."""
    path = path.resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _next_steps(name: str, in_clone: bool) -> str:
    if in_clone:
        tests = "tests/test_every_layer.py tests/test_reference.py tests/test_planted_in_L.py"
        return f"Change both, then:\n  jacobians check --layer {name}\n  python -m pytest {tests} -k {name}"
    call = f"jacobians.check({name}_fast, {name}.{class_name(name)})"
    return (
        "Change both, then, in this folder:\n"
        f'  python -c "import jacobians, {name}, {name}_fast; print({call}.verdict)"'
    )
