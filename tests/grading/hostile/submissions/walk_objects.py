"""Looks at everything there is in memory.

Harmless: no secret ever was in this process, nor in the one that it comes from.
"""

import gc


def attack(bait):
    gc.unfreeze()
    looked = [str(o)[:2000] for o in gc.get_objects() if isinstance(o, dict | list | tuple) and len(o) < 50]
    return [text for text in looked if bait["marker"] + "-" in text]
