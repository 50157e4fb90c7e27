"""What a student hands in, run in a sandbox and graded: what the staff read of it."""

from jacobians.grading.assignment_file import load
from jacobians.grading.grade import grade
from jacobians.grading.sandbox import Sandbox
from jacobians.grading.submission import Submission

from ...grading.homework import RIGHT, SECRET, SHORT


def handed_in(old, new):
    """What the result says of each part of right code with one line written otherwise."""
    assert old in RIGHT

    def report(at):
        handed = Submission("alice", {"alice.py": RIGHT.replace(old, new).encode()})
        with Sandbox() as sandbox:
            [question] = grade(handed, load(at.file(SHORT, "a.toml")), SECRET, sandbox)["questions"]
        return "\n".join(str(part["text"]) for part in question["parts"])

    return report


FORWARD = "return np.maximum(x, 0), x"
CASES = {
    "grading/code.py": {
        "relu_forward returned an array of shape": handed_in(FORWARD, "return np.maximum(x, 0)"),
        "relu_forward returned None: return the pair (y, saved)": handed_in(FORWARD, "np.maximum(x, 0), x"),
    },
    "grading/sandbox/worker.py": {
        "relu_forward raised ZeroDivisionError: division by zero, at line 15, `return 1 / 0`": handed_in(
            FORWARD, "return 1 / 0"
        ),
        "relu_forward ended its process": handed_in(FORWARD, "__import__('os')._exit(3)"),
    },
}
