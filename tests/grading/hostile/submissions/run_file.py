"""Runs a file of the grader's by its path.

Refused: Permission denied
"""

import importlib.util


def attack(bait):
    spec = importlib.util.spec_from_file_location("linear", bait["clone"] + "/reference/linear.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.__file__
