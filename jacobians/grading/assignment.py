"""An assignment: one TOML file that says what is asked, what it is worth, and what a student is told.

    title = "Assignment 2"
    convention = "cs231n"              how students write their layers (jacobians check --convention): a name, or a
                                       file of one's own, "ours.toml"
    secret = "env:COURSE_SECRET"       or "file:secret.key": what makes the inputs unguessable; students never get it
    hints = "category"                 none, category, location or formula

    [[question]]
    id = "conv"
    layer = "conv2d"
    points = {forward = 3, x = 3, W = 3, b = 1, contract = 1}

    [[question.regime]]                a case of one's own, besides those of the layer; the first is the typical one
    name = "padding 1"                 x and the others for one example (where examples interact, for the batch)
    shapes = {x = [3, 4, 5], W = [2, 3, 3, 3], b = [2]}
    settings = {padding = 1}

    [regimes]                          what a failed case costs, as a share of its part; others: an even share
    "batch of 1" = 0.1

    [limits]                           of a submission: cpu, idle, wall, total (seconds), memory_mb, processes
    cpu = 5

`part` names the convention's part where a layer has several ("batchnorm_alt"); `layer` may then be left out.
`points` has a key for each part: forward, the arguments whose gradient is asked, contract (inputs left as they are, the
same answer twice), update. Everything else has a default, said at the attribute.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HINTS = ("none", "category", "location", "formula")
VISIBLE = ("visible", "after_due_date", "after_published", "hidden")
FORWARD, CONTRACT, UPDATE = "forward", "contract", "update"
LIMITS = ("cpu", "idle", "wall", "total", "memory_mb", "processes")


@dataclass(frozen=True)
class Regime:
    """A regime of the instructor's own: settings of the layer, and the shape of each argument for one example."""

    name: str
    shapes: dict[str, tuple[int, ...]]
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One layer to be written.

    Attributes:
        id: its stable name; `title`: what people read.
        layer: a name of `jacobians layers`; `settings`: settings of it held fixed.
        part: of the convention, which says how that layer is written there.
        points: marks by part.
        names: the student's names where they are not the convention's.
        requires: questions whose code this one may call: where one of them failed, this question is judged with the
            solution's code in its place.
        visible: what the student's platform shows of it, and when.
        regimes: the instructor's own, put before those of the layer: the first of them is the typical one.
    """

    id: str
    title: str
    layer: str
    part: str
    points: dict[str, float]
    settings: dict[str, Any] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    visible: str = "visible"
    regimes: tuple[Regime, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """What assignment_file.py reads from a file.

    Attributes:
        convention: its name, or the text of a file of the course's own.
        carried: the share of a gradient's marks where forward is wrong, and backward right for that forward.
        regimes: what each failed regime costs, a share of its part by the regime's name; one not named costs an even
            share. Where the first regime of a layer, the typical one, fails, the part gets nothing.
        files: the submission's files that are read, in this order; empty: its only .py file or notebook.
        solution: the source of a correct solution, or None.
        secret: where the course's secret is kept ("env:NAME", "file:PATH"), or None.
        digest: sha256 of everything above that a mark depends on.
    """

    title: str
    convention: str
    questions: tuple[Question, ...]
    hints: str = "category"
    dtype: str = "float64"
    carried: float = 0.5
    regimes: dict[str, float] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    allow: tuple[str, ...] = ("numpy",)
    limits: dict[str, float] = field(default_factory=dict)
    solution: str | None = None
    secret: str | None = None
    visible: str = "visible"
    digest: str = ""
    path: Path | None = None

    @property
    def max_points(self) -> float:
        return sum(sum(q.points.values()) for q in self.questions)
