"""Assignments, submissions, classes, and the platforms that grades go to."""

from pathlib import Path
from types import SimpleNamespace

from jacobians.adapters.local import Local
from jacobians.grading import cell, code, regimes
from jacobians.grading.assignment import Assignment, Question, Regime  # noqa: F401
from jacobians.grading.assignment_file import load
from jacobians.grading.handout import handout
from jacobians.grading.secret import read_secret
from jacobians.grading.soundness import _twin
from jacobians.grading.store import Store, read_result, read_results, write_whole
from jacobians.layers import find

from ...grading.homework import RIGHT, SHORT

HIDDEN = SHORT + 'visible = "after_due_date"\n'
NO_SPACE = OSError(28, "No space left on device")


def ready(at, assignment=SHORT, **files):
    """An assignment of relu, a right submission, and the secret."""
    at.patch.setenv("JACOBIANS_SECRET", "x" * 32)
    at.file(assignment, "a.toml")
    at.file(RIGHT, "right.py")
    for name, text in files.items():
        at.file(text, f"{name}.py")


def grade(*words, assignment=SHORT):
    def typed(at):
        ready(at, assignment)
        (at.folder / "empty").mkdir()
        return at.typed("grade", *words)

    return typed


def one(*words):
    return grade("right.py", "--assignment", "a.toml", *words)


def assignment(*words):
    def typed(at):
        ready(at)
        (at.folder / "empty").mkdir()
        return at.typed("assignment", *words)

    return typed


def a_class(at):
    ready(at)
    for name in ("alice", "bob"):
        at.file(RIGHT, f"class/{name}.py")
    return at.typed("grade", "class", "--assignment", "a.toml")


def loaded(text=SHORT, name="a.toml"):
    """Read an assignment."""
    return lambda at: load(at.file(text, name))


def hidden(at):
    return grade("right.py", "--assignment", "a.toml", "--public", assignment=HIDDEN)(at)


def scored(question, part=None, cells=("x = 1",)):
    def asked(at):
        ready(at)
        at.patch.setattr(
            cell, "work", lambda *args: [{"questions": [{"parts": [{"id": "x", "points": 1}], "points": 1}]}]
        )
        at.patch.setattr(cell, "question_lines", lambda row: [])
        cell.score(cells, at.folder / "a.toml", question, part)

    return asked


def question(at, **changed):
    ready(at)
    return SimpleNamespace(**{**vars(load(at.folder / "a.toml").questions[0]), **changed})


def plain(text):
    """The functions of relu in a file that holds this."""
    return lambda at: code.plain(Local(Path(at.file(text))), question(at))  # type: ignore[arg-type]


def incomplete(at):
    text = 'title = "t"\nconvention = "cs231n"\n[[question]]\nid = "r"\npart = "relu"\npoints = {x = 1}\n'
    place = Local(Path(at.file("def relu_forward(x): return x, x\n")))
    made = load(at.file(text, "c.toml"))
    code.code_for(place, made, made.questions[0])


def results(at, folder, **changed):
    """A folder of results with one of relu."""
    ready(at)
    at.typed_well("grade", "right.py", "--assignment", "a.toml", "--out", folder, "--workers", "1", "-q")
    if changed:
        import json

        [path] = (at.folder / folder / "results").glob("*.json")
        path.write_text(json.dumps(json.loads(path.read_text()) | changed))


def merged(**changed):
    """Merge two folders that differ in this."""

    def typed(at):
        results(at, "one")
        results(at, "two", **changed)
        return at.typed("grade", "--merge", "one", "two", "--out", "all")

    return typed


def without_dask(at):
    at.without("distributed")
    return one("--out", "o", "--scheduler", "tcp://here:1")(at)


def no_scheduler(at):
    def client(address, timeout):
        raise OSError("Timed out")

    at.standing_in("distributed", Client=client)
    return one("--out", "o", "--scheduler", "tcp://here:1")(at)


def full_folder(at):
    import tempfile

    at.failing(tempfile, "mkstemp", NO_SPACE)
    write_whole(at.folder / "r.json", b"{}")


def secret_of(text):
    def read(at):
        ready(at, 'secret = "file:key"\n' + SHORT)
        if text is not None:
            at.file(text, "key")
        read_secret(load(at.folder / "a.toml"))

    return read


def no_twin(at):
    import importlib.util

    at.patch.setattr(importlib.util, "find_spec", lambda name: None)
    _twin(load(at.file(SHORT, "a.toml")), load(at.folder / "a.toml").questions[0])


def regime(at):
    odd = Regime("mine", {"x": (2, 2)}, {"axis": 9})
    regimes._drawn(find("sum"), odd, 0, {})


CASES = {
    "grading/cell.py": {
        "question 'relu' has no part 'y': it has x.": scored("relu", "y"),
        "a.toml has no question 'rellu': it has relu. Did you mean 'relu'?": scored("rellu"),
        "the first argument is the list of the cells' sources: write In": scored("relu", cells="x = 1"),
    },
    "grading/classroom.py": {
        "there is no file or folder 'none': give submissions, or a folder of them": grade(
            "none", "--assignment", "a.toml", "--out", "o"
        ),
        "there is no submission there: give .py files, notebooks, zips, or a folder of them": grade(
            "empty", "--assignment", "a.toml", "--out", "o"
        ),
    },
    "grading/code.py": {
        "there is no function 'relu_forward'; the functions are reluforward. Did you mean 'reluforward'?": plain(
            "def reluforward(x): pass\n"
        ),
        "relu_forward takes a: it needs x by name": plain("def relu_forward(a): pass\ndef relu_backward(g, s): pass\n"),
        "the convention is not valid TOML: ": lambda at: code.convention_of("[parts\n"),
        "no convention is called 'cs231m': write one of": loaded(SHORT.replace('"plain"', '"cs231m"')),
        "the plain convention has no parts: write `layer` instead": lambda at: code.part_and_layer(
            "plain", "relu", None
        ),
        "part 'affine' is written for the layer 'linear', not 'relu'": lambda at: code.part_and_layer(
            "cs231n", "affine", "relu"
        ),
        "the file has relu_forward, but no relu_backward": incomplete,
    },
    "grading/command.py": {
        "which submission? Give a .py file, a notebook, a zip or a folder": grade("--assignment", "a.toml"),
        "R: no question is visible before the deadline": hidden,
        "--platform, --json and --html are about one submission: give one": grade(
            "right.py", "right.py", "--assignment", "a.toml", "--json", "-"
        ),
        "empty is a folder: give the path of the file to write": one("--json", "empty"),
        "there is no file 'none.py': give a .py file, a notebook, a .zip or a folder": grade(
            "none.py", "--assignment", "a.toml"
        ),
        "class holds several files with answers: write --out FOLDER to grade each": a_class,
        "which assignment? Write --assignment FILE": grade("right.py"),
        "--workers many: write a whole number from 1 on": one("--out", "o", "--workers", "many"),
        "--shard 3/2: write I/N, such as 2/8 for the second of eight": one("--out", "o", "--shard", "3/2"),
    },
    "grading/command_assignment.py": {
        "no assignment is called 'cs231n-a3': write one of": assignment("new", "cs231n-a3"),
        "--to a.toml: that is the assignment itself; write the students' copy to another file": assignment(
            "handout", "a.toml", "--to", "a.toml"
        ),
        "a.toml is there already: write --to another file": assignment("new", "chapter", "--to", "a.toml"),
    },
    "grading/fields.py": {
        "a.toml, line 5: question 'relu' has layer = 'rellu'": loaded(
            SHORT.replace('layer = "relu"', 'layer = "rellu"')
        ),
        "none.toml could not be read (No such file or directory): give the path of an assignment": grade(
            "right.py", "--assignment", "none.toml"
        ),
        "a.toml is not a text file in UTF-8: give the path of an assignment, a TOML file": loaded(b"\xff\xfe"),
        "a.toml is not valid TOML: ": loaded("[question"),
    },
    "grading/handout.py": {
        "R: no question is visible before the deadline": lambda at: handout(loaded(HIDDEN)(at)),
    },
    "grading/merge.py": {
        "two holds results of another assignment or secret: grade it again with the same": merged(key="other"),
        "two holds another result of 'right' than a folder before it: remove one": merged(points=0),
        "there is nothing to merge: give folders that `jacobians grade … --out` wrote": lambda at: nothing_to_merge(at),
    },
    "grading/platforms/__init__.py": {
        "there is no platform 'gradescoop': write one of": one("--platform", "gradescoop"),
    },
    "grading/platforms/_bundle.py": {
        "--wheels empty: there is no wheel; `pip download -d empty numpy scipy` puts them there": assignment(
            "bundle", "a.toml", "--platform", "gradescope", "--wheels", "empty"
        ),
    },
    "grading/regimes.py": {"regime 'mine': Sum cannot have it (": regime},
    "grading/scheduler.py": {
        "--scheduler needs Dask: pip install '.[dask]'": without_dask,
        "--scheduler tcp://here:1: no Dask scheduler answers there (Timed out)": no_scheduler,
    },
    "grading/secret.py": {
        "the course's secret, the file key, could not be read (No such file or directory): make one with": secret_of(
            None
        ),
        "the course's secret, the file key, has 3 bytes, fewer than": secret_of("abc"),
    },
    "grading/soundness.py": {
        "reference/ has no twin of 'relu', so a solution is needed: write --solution FILE": no_twin
    },
    "grading/store.py": {
        "no folder for results can be made there (": lambda at: Store(at.file()),
        "empty holds no results: give a folder that `jacobians grade … --out` wrote": lambda at: list(
            read_results(at.folder / "empty")
        ),
        "r.json is no result that can be read (": lambda at: read_result(Path(at.file("{", "r.json"))),
        "r.json is no result of this program (schema": lambda at: read_result(Path(at.file("{}", "r.json"))),
        "r.json could not be written (No space left on device)": full_folder,
    },
}


def nothing_to_merge(at):
    ready(at)
    (at.folder / "empty" / "results").mkdir(parents=True)
    return at.typed("grade", "--merge", "empty", "--out", "all")
