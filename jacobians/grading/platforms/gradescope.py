"""Gradescope: results.json, and the zip that is uploaded as the autograder.

The format is that of gradescope-autograders.readthedocs.io/en/latest/specs, every key of it that has a use here. In the
zip setup.sh is run once, with the network, or without it where `wheels` holds NumPy and SciPy too; run_autograder for
each submission, as root: so the sandbox is a full one. The zip is for the course's staff: it holds the secret.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..assignment import Assignment
from ..words import protections_text
from ._bundle import grader_files, zipped
from ._tests import plain, tests
from ._wheel import wheel_name

HELP = "results.json, and the autograder's zip"
_MOST_IN_ALL = 90_000  # characters of all messages together


def render(result: dict[str, Any], assignment: Assignment, seconds: float) -> str:
    """results.json."""
    listed = list(tests(result))
    each = max(200, _MOST_IN_ALL // max(1, len(listed)))
    problem = "" if result["gradable"] else f"Not gradable: {result['problem']}\n"
    found = {
        "score": result["points"],
        "execution_time": round(seconds, 3),
        "output": plain(problem + protections_text(result)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": assignment.visible,
        "stdout_visibility": "hidden",
        "extra_data": {"schema": result["schema"], "submission": result["submission"]["digest"], "key": result["key"]},
        "tests": [
            {
                "score": t.points,
                "max_score": t.max_points,
                "status": "passed" if t.passed else "failed",
                "name": f"{t.title}: {t.name}",
                "number": t.number,
                "output": t.message[:each],
                "tags": [t.question],
                "visibility": t.visible,
            }
            for t in listed
        ],
    }
    return json.dumps(found, indent=1, allow_nan=False) + "\n"


def bundle(assignment: Assignment, wheels: Path | None) -> tuple[str, bytes]:
    """The zip: setup.sh and run_autograder at its root.

    Args:
        wheels: a folder of wheels (`pip download numpy scipy`) to install from instead of the network.
    """
    files = grader_files(assignment, wheels)
    files |= {"setup.sh": SETUP.replace("WHEEL", wheel_name()).encode(), "run_autograder": RUN.encode()}
    return "gradescope.zip", zipped(files)


SETUP = """\
#!/usr/bin/env bash
# Run once, when the image is built. Python 3.11 or later goes to /opt, which students' code may read.
set -euo pipefail
here="${AUTOGRADER:-/autograder}/source"
home="${JACOBIANS_HOME:-/opt/jacobians}"
fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=""
for each in python3 python3.13 python3.12 python3.11; do
    if command -v "$each" >/dev/null && fits "$each"; then python="$each"; break; fi
done
if [ -z "$python" ]; then
    apt-get update && apt-get install -y python3.11 python3.11-venv
    python=python3.11
fi
"$python" -m venv "$home"
index=()
if ls "$here"/wheels/numpy-*.whl >/dev/null 2>&1; then index=(--no-index); fi
# by its path: a package of this name and a higher version that lies elsewhere is not ours
"$home/bin/python" -m pip install -q "${index[@]}" --find-links "$here/wheels" "$here/wheels/WHEEL"
chmod -R go= "$here"
"""

RUN = """\
#!/usr/bin/env bash
# Run for each submission. Whatever happens, there is a results.json.
root="${AUTOGRADER:-/autograder}"
home="${JACOBIANS_HOME:-/opt/jacobians}"
mkdir -p "$root/results"
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
cd / && "$home/bin/python" -m jacobians grade "$root/submission" --assignment "$root/source/assignment.toml" \\
    --require-sandbox "${JACOBIANS_SANDBOX:-user}" --platform gradescope --to "$root/results/results.json"

if [ ! -s "$root/results/results.json" ]; then
    echo '{"score": 0, "output": "The grader itself failed; your instructor sees why."}' \\
        > "$root/results/results.json"
fi
exit 0
"""
