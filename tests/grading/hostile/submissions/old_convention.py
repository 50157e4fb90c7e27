"""Calls the kernel by the 32-bit convention, whose numbers are others: int 0x80, 20 is getpid.

Refused: SIGSYS
"""

import ctypes
import mmap
import platform


def attack(bait):
    if platform.machine() != "x86_64":
        raise OSError("SIGSYS is not for this machine, which has no other convention")
    code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20; int 0x80; ret
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
