"""Reads the grader's memory without a file.

Refused: Operation not permitted
"""

import ctypes
import os
import struct


def attack(bait):
    libc, here = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(bait["size"])
    near = struct.pack("QQ", ctypes.addressof(here), bait["size"])
    far = struct.pack("QQ", bait["address"], bait["size"])
    one, none = ctypes.c_ulong(1), ctypes.c_ulong(0)
    if libc.process_vm_readv(bait["pid"], near, one, far, one, none) != bait["size"]:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return here.raw
