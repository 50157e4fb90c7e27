"""Removes, renames, links, and changes the rights of files by every call there is.

Refused: Operation not permitted
"""

import os


def attack(bait):
    target, done, last = bait["open"], [], None
    for name, arguments in {
        "unlink": (), "rename": (target + "x",), "link": (target + "y",), "symlink": (target + "z",),
        "chmod": (0o777,), "truncate": (0,), "utime": (), "mkfifo": (), "mkdir": (), "rmdir": (), "chown": (0, 0),
    }.items():  # fmt: skip
        try:
            getattr(os, name)(target, *arguments)
            done.append(name)
        except PermissionError as error:
            last = error
    if last and not done:
        raise last
    return done
