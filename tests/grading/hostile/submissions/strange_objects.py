"""Returns objects that act when they are compared, converted, shown, or loaded from a pickle.

Harmless: they stay where they are; a handle comes back.
"""

import os


class Trap:
    def _spring(self, *_):
        raise SystemExit("sprung")

    __eq__ = __array__ = __reduce__ = __repr__ = __len__ = __iter__ = __bool__ = __float__ = __index__ = _spring
    __hash__ = None

    def __reduce_ex__(self, protocol):
        return os.system, ("touch /tmp/sprung",)


def attack(bait):
    return [Trap(), (Trap(), {"y": Trap()}), Trap, open, complex(1, 2), 1 << 100]
