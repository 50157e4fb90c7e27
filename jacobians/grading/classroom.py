"""A whole class: every submission graded once, side by side, whatever any one of them does.

Each result is written as it comes; the same command again goes on where it was stopped, and grades nothing twice that
has not changed. The work goes to processes of this machine, or to any concurrent.futures.Executor.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from pathlib import Path

from ..errors import BadFile, JacobiansError
from .grade import Result
from .secret import key_id
from .store import Store, cache_key
from .work import Job, Terms, failed, job_of, sandbox, work

Progress = Callable[[int, int, str], None]
_AHEAD = 2  # submissions read and waiting, for each worker: memory does not grow with their number


def submissions_in(paths: Iterable[str | Path]) -> dict[str, Path]:
    """Submissions by name: files as they are, folders for the files and folders in them.

    Raises:
        BadFile: a path that is not there, or nothing at all.
    """
    entries: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise BadFile(f"there is no file or folder {str(path)!r}: give submissions, or a folder of them")
        entries += sorted(p for p in path.iterdir() if _is_one(p)) if path.is_dir() else [path]
    if not entries:
        raise BadFile("there is no submission there: give .py files, notebooks, zips, or a folder of them")
    stems = [p.name if p.is_dir() else p.stem for p in entries]
    found: dict[str, Path] = {}
    for stem, path in zip(stems, entries, strict=True):
        name = path.name if stems.count(stem) > 1 else stem
        found[name if name not in found else str(path)] = path
    return found


def passed_over(paths: Iterable[str | Path]) -> list[str]:
    """The names in folders of submissions that are none; what a system hides there is not told."""
    inside = [p for path in map(Path, paths) if path.is_dir() for p in sorted(path.iterdir())]
    return [p.name for p in inside if not _is_one(p) and not p.name.startswith((".", "__"))]


def _is_one(path: Path) -> bool:
    """Whether an entry of a folder is a submission: a folder, or a file of a kind that is handed in."""
    if path.name.startswith((".", "__")):
        return False
    return stat.S_ISDIR(os.lstat(path).st_mode) or path.suffix.lower() in (".py", ".ipynb", ".zip")


def shard(names: Iterable[str], i: int, n: int) -> list[str]:
    """Every n-th of the names, in their sorted order, from the i-th on (1 ≤ i ≤ n)."""
    return sorted(names)[i - 1 :: n]


def grade_class(
    submissions: dict[str, Path],
    terms: Terms,
    store: Store,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda done, all, name: None,
) -> Iterator[tuple[str, Result]]:
    """Grade every submission that is not graded yet, and write each result as it comes.

    Args:
        submissions: paths by name.
        workers: processes of this machine; by default one for each core.
        executor: where to work instead; its workers need this package, not the files.
        progress: told how many of how many are done, and the last one's name.

    Yields:
        (name, result) of each, those that had been graded before first.

    Raises:
        JacobiansError: the sandbox that is required is not to be had here.
    """
    level = str(sandbox(terms.assignment, terms.require).level)  # before any work: what fails, fails at once
    total, done = len(submissions), 0
    todo: list[tuple[str, Path]] = []
    key = key_id(terms.secret)
    for name, path in submissions.items():
        cache = cache_key(terms.assignment, key, job_of(name, str(path)).submission.digest, level)
        if (known := store.get(name, cache)) is not None:
            done += 1
            progress(done, total, name)
            yield name, known
        else:
            todo.append((name, path))
    slots = max(1, min(workers or os.cpu_count() or 1, len(todo) or 1))
    for job, result in _graded(todo, terms, slots, executor):
        cache = cache_key(terms.assignment, key, job.submission.digest, result["sandbox"]["level"])
        if not any(f["name"] == "grader-failed" for f in result["flags"]):
            result["cache"] = cache
        store.put(job.name, result)
        done += 1
        progress(done, total, job.name)
        yield job.name, result


Done = tuple[Job, Result]


def _graded(todo: list[tuple[str, Path]], terms: Terms, slots: int, executor: Executor | None) -> Iterator[Done]:
    """All jobs; where a worker process dies, those it had in hand are tried again one by one, each in its own."""
    waiting = iter(todo)
    while True:
        pool = executor or _pool(slots)
        lost: list[Job] = []
        try:
            yield from _in(pool, waiting, terms, slots, lost)
        except BaseException:  # Ctrl-C: what is in hand is dropped, and graded when the command is given again
            for child in multiprocessing.active_children() if executor is None else ():
                child.terminate()
            raise
        finally:
            if executor is None:
                pool.shutdown(cancel_futures=True)
        for job in lost:
            yield _alone(job, terms)
        if not lost:
            return


def _in(
    pool: Executor, waiting: Iterator[tuple[str, Path]], terms: Terms, slots: int, lost: list[Job]
) -> Iterator[Done]:
    """What a pool gives, a few jobs ahead; the jobs that it lost with a process go to `lost`."""
    running: dict[Future[tuple[Result, float]], Job] = {}
    try:
        while True:
            while len(running) < _AHEAD * slots and not lost and (following := next(waiting, None)):
                job = job_of(following[0], str(following[1]))
                try:
                    running[pool.submit(work, job, terms)] = job
                except Exception:
                    lost.append(job)
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                try:
                    result = future.result()[0]
                except JacobiansError:
                    raise  # there is no sandbox to be had
                except Exception:  # each executor has its own: BrokenExecutor, Dask's KilledWorker, …
                    lost.append(job)
                else:
                    yield job, result
    finally:
        for future in running:
            future.cancel()


def _alone(job: Job, terms: Terms) -> Done:
    """One job in a process of its own: if it dies again, it is this submission that ends it."""
    pool = _pool(1)
    try:
        return job, pool.submit(work, job, terms).result()[0]
    except JacobiansError:
        raise
    except Exception as error:
        ended = isinstance(error, BrokenExecutor)
        why = "its process ended while it graded this submission" if ended else f"{type(error).__name__}: {error}"
        result = failed(job, terms, why)
        result["submission"]["name"] = job.name
        return job, result
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(slots: int) -> ProcessPoolExecutor:
    """Fresh processes, BLAS on one thread each, that leave Ctrl-C to this one."""
    return ProcessPoolExecutor(slots, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare)


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
