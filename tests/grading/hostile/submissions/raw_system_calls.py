"""Tries what no homework needs, by number: namespaces, mounts, keys, tracing, io_uring, shared memory, devices.

Refused: every one of them
"""

import ctypes
import platform

CALLS = {
    "x86_64": "41 42 49 101 155 161 165 169 175 246 248 250 272 279 298 304 308 310 311 317 319 321 323 29 30 64 68 "
    "240 62 200 297 133 425 426 427 424 434 438 440 442 448 449 428 429 430 431 437 56 57 58 435 59 322 157 141 203 "
    "222 282 284 289 90 91 92 94 82 83 84 85 86 87 88 258 259 263 264 265 266 268 280 316 285 76 77 109 112 105 106 "
    "113 114 116 117 119 122 123 126 154 163 164 170 171 172 173 103 134 136 139 179 180 253 254 256 294 300 303 309",
    "aarch64": "198 199 97 268 117 270 271 272 273 280 281 425 426 427 424 434 438 440 442 428 429 430 431 437 220 "
    "435 221 279 277 240 130 39 40 51 41 224 225 219 217 218 282 194 196 180 190 241 203 33 34 35 36 37 38 54 53 45",
}


def attack(bait):
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_long(0)
    passed = []
    for number in map(int, CALLS[platform.machine()].split()):
        far = ctypes.c_long(-1)  # a process, a descriptor, an address that is none
        if libc.syscall(ctypes.c_long(number), far, zero, zero, zero, zero, zero) != -1 or ctypes.get_errno() not in (
            1,
            38,
        ):
            passed.append(number)
    if not passed:
        raise PermissionError("every one of them")
    return passed
