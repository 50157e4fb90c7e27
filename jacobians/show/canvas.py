"""matplotlib, the extra `plot`: imported here and nowhere else, drawing into files and never on a screen."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..errors import BadFile, UnknownName
from .files import examine_path

ENDINGS = (".png", ".svg", ".pdf")
TINTS = ("#4C9BE8", "#F0A23B", "#9B72CF", "#4CB782", "#E0719C", "#8C9BA5")  # one for each block in turn
POSITIVE, NEGATIVE = "#2F6FB7", "#C0504D"


def figure(path: str, width: float, height: float) -> Any:
    """An empty matplotlib Figure of so many inches, once it is known that `path` can be written.

    Raises:
        UnknownName: matplotlib is not installed.
        BadFile: nothing can be written to that path.
    """
    examine_path("--plot", path, ENDINGS)
    try:
        matplotlib: Any = import_module("matplotlib.figure")
    except ImportError:
        raise UnknownName("drawing needs the package matplotlib: pip install '.[plot]'") from None
    return matplotlib.Figure(figsize=(width, height), facecolor="white")


def save(drawing: Any, path: str) -> None:
    """Write the figure, the same bytes each time.

    Raises:
        BadFile: the system does not let us.
    """
    matplotlib: Any = import_module("matplotlib")

    metadata = {"Date": None} if path.lower().endswith(".svg") else {}
    metadata = {"CreationDate": None} if path.lower().endswith(".pdf") else metadata
    try:
        with matplotlib.rc_context({"svg.hashsalt": "jacobians", "svg.fonttype": "none"}):
            drawing.savefig(path, dpi=150, metadata=metadata, bbox_inches="tight", pad_inches=0.15)
    except OSError as error:
        raise BadFile(f"--plot {path}: could not be written ({error.strerror})") from None
