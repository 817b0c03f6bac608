"""Bad answers that say that they are packed: cut, corrupt, packed otherwise or not at all, and bombs."""

from __future__ import annotations

import gzip
import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING

from scrapy.utils._compression import brotli, zstd  # type: ignore[attr-defined]  # the ones for this Python

from tests.faulty.wire import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faulty.wire import Fault

    Pack = Callable[[bytes], bytes]

BOMB = 128 * 2**20
"""Bytes that a bomb unpacks to."""


def raw_deflate(page: bytes) -> bytes:
    """As some servers understand ``deflate``: without the frame of zlib."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(page) + packer.flush()


PACK: dict[str, Pack] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": lambda body: zstd.compress(body, options={zstd.CompressionParameter.checksum_flag: 1}),
}


def packed(name: str, body: bytes) -> bytes:
    """An answer whose body is packed, or said to be."""
    return whole(body, b"Content-Encoding: " + name.encode())


def _of(make: Callable[[str, bytes], bytes], name: str) -> Fault:
    return lambda page: make(name, page)


def _cut(name: str, page: bytes) -> bytes:
    body = PACK[name](page)
    return packed(name, body[: len(body) // 2])


def _corrupt(name: str, page: bytes) -> bytes:
    body = bytearray(PACK[name](page))
    for place in range(len(body) // 2, len(body) // 2 + 40):
        body[place] ^= 0x55
    return packed(name, bytes(body))


@cache
def bomb(name: str) -> bytes:
    """A body that unpacks to `BOMB` bytes."""
    if name == "br":
        packer = brotli.Compressor(quality=1, lgwin=22)
        return b"".join([*(packer.process(bytes(2**20)) for _ in range(BOMB // 2**20)), packer.finish()])
    return PACK[name](bytes(BOMB))


def within(name: str, page: bytes, times: int) -> bytes:
    """A page packed several times over."""
    for _ in range(times):
        page = PACK[name](page)
    return packed(", ".join([name] * times), page)


READ: dict[str, Fault] = {
    **{f"packed by {name}": _of(lambda name, page: packed(name, PACK[name](page)), name) for name in PACK},
    "deflate without its frame": lambda page: packed("deflate", raw_deflate(page)),
    "x-gzip in capitals": lambda page: packed("X-GZIP", gzip.compress(page)),
    "gzip in two members": lambda page: packed("gzip", gzip.compress(page[:500]) + gzip.compress(page[500:])),
    "gzip with zeros behind it": lambda page: packed("gzip", gzip.compress(page) + bytes(512)),
    "gzip without its last bytes": lambda page: packed("gzip", gzip.compress(page)[:-8]),
    "rubbish behind gzip": lambda page: packed("gzip", gzip.compress(page) + b"rubbish" * 20),
    "packed by gzip and br": lambda page: packed("gzip, br", brotli.compress(gzip.compress(page))),
    "identity": lambda page: packed("identity", page),
    "a charset for an encoding": lambda page: packed("utf-8", page),
    "encoding without a name": lambda page: packed("", page),
}
"""Odd, and the page all the same."""

BROKEN: dict[str, Fault] = {
    **{f"cut {name}": _of(_cut, name) for name in PACK},
    **{f"corrupt {name}": _of(_corrupt, name) for name in PACK},
    **{f"{name} that is none": _of(packed, name) for name in PACK},
    "gzip of another checksum": lambda page: packed(
        "gzip", gzip.compress(page)[:-8] + b"\0" * 4 + struct.pack("<I", 1)
    ),
    "gzip that is deflate": lambda page: packed("gzip", zlib.compress(page)),
    "half a head of gzip": lambda page: packed("gzip", gzip.compress(page)[:6]),
    "packed 50 times over": lambda page: within("gzip", page, 50),
    "gzip of 200,000 empty members": lambda page: packed("gzip", gzip.compress(b"") * 200_000),
}

UNKNOWN: dict[str, Fault] = {
    "encoding that nobody knows": lambda page: packed("x-snappy", gzip.compress(page)),
    "compress": lambda page: packed("compress", b"\x1f\x9d" + page[:500].translate(bytes(range(255, -1, -1)))),
}

BOMBS: dict[str, Fault] = {
    **{f"bomb of {name}": _of(lambda name, page: packed(name, bomb(name)), name) for name in PACK},
    "bomb in a bomb": lambda page: packed("gzip, gzip", gzip.compress(bomb("gzip"))),
    "bomb of many members": lambda page: packed("gzip", gzip.compress(bytes(2**20)) * 90),
}
