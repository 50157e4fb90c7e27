"""Takes the interpreter apart behind itself.

Refused: process
"""

import builtins
import sys


def attack(bait):
    for module in list(sys.modules.values()):
        if module and module is not builtins:
            vars(module).clear()
    for name in list(vars(builtins)):
        delattr(builtins, name)
