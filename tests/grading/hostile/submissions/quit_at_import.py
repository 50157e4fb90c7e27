"""Ends its process as soon as it is imported, without an exception.

Refused: ended its process (exit status 0)
"""

import os

os._exit(0)
