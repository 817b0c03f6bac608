"""Unpacking of bodies: whole or not at all, and never to more than a page may be.

Pure. What Scrapy makes of a body that is cut is its beginning, which looks like a page whose article is short or empty.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

from scrapy.utils._compression import brotli, zstd  # type: ignore[attr-defined]  # the ones for this Python

from crawler.middlewares.answers import TOO_LARGE, BadAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Unpack = Callable[[bytes, int], bytes]

MOST_PARTS: Final = 100
"""Parts (members, frames) of one body; servers send one."""
MOST_TIMES: Final = 5
"""How often a body may be packed over; servers do it once, and twice by mistake."""
WINDOW: Final[dict[int, int]] = {zstd.DecompressionParameter.window_log_max: 23}
"""8 MiB, the most that a server may ask for (RFC 9659)."""
GZIP: Final = 16 + zlib.MAX_WBITS
RAW: Final = -zlib.MAX_WBITS


def unpack(body: bytes, encodings: Sequence[str], limit: int) -> bytes:
    """Unpack a body.

    Args:
        body: as it came.
        encodings: the names in its ``Content-Encoding``, in order; all of them in `UNPACK`.
        limit: bytes that it may have, packed less often, too.

    Raises:
        BadAnswer: it is not what they say (``broken_encoding``), or larger (``too_large``).
    """
    if len(encodings) > MOST_TIMES:
        raise BadAnswer("broken_encoding", f"a body that is packed {len(encodings)} times over")
    for name in reversed(encodings):
        try:
            body = UNPACK[name](body, limit)
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            raise BadAnswer("broken_encoding", f"a body that is no {name}: {error}") from error
        if len(body) > limit:
            raise BadAnswer(TOO_LARGE, f"a body that {name} unpacks to more than {limit:,} bytes")
    return body


def _gzip(body: bytes, limit: int) -> bytes:
    """One byte more than the limit is enough, here and below; what comes behind the last part is nothing."""
    page = b""
    for _ in range(MOST_PARTS):
        part = zlib.decompressobj(GZIP)
        found = part.decompress(body, limit + 1 - len(page))
        page += found
        if len(page) > limit or not (part.eof or _is_whole(part, found)):
            break
        body = part.unused_data
        if not body.startswith(b"\x1f\x8b"):
            return page
    return _unless_cut(page, limit)


def _is_whole(part: Any, found: bytes) -> bool:
    """Tell whether a part of gzip lacks nothing but its checksum and length: some servers leave those out."""
    for missing in range(1, 9):
        end = zlib.crc32(found).to_bytes(4, "little") + len(found).to_bytes(4, "little")
        rest = part.copy()
        try:
            rest.decompress(end[-missing:])
        except zlib.error:
            continue
        if rest.eof:
            return True
    return False


def _deflate(body: bytes, limit: int) -> bytes:
    """Some servers leave out the frame (RFC 9110, 8.4.1.2)."""
    try:
        return _inflated(body, limit, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated(body, limit, RAW)


def _inflated(body: bytes, limit: int, bits: int) -> bytes:
    part = zlib.decompressobj(bits)
    page = part.decompress(body, limit + 1)
    return page if part.eof else _unless_cut(page, limit)


def _brotli(body: bytes, limit: int) -> bytes:
    part = brotli.Decompressor()
    page: bytes = part.process(body, output_buffer_limit=limit + 1)
    return page if part.is_finished() else _unless_cut(page, limit)


def _zstd(body: bytes, limit: int) -> bytes:
    page = b""
    for _ in range(MOST_PARTS):
        part = zstd.ZstdDecompressor(options=WINDOW)
        page += part.decompress(body, limit + 1 - len(page))
        if len(page) > limit or not part.eof:
            break
        body = part.unused_data
        if not body:
            return page
    return _unless_cut(page, limit)


def _unless_cut(page: bytes, limit: int) -> bytes:
    """Give a page that is not whole because it is too large.

    Raises:
        EOFError: it lacks its end for another reason.
    """
    if len(page) <= limit:
        raise EOFError("it lacks its end")
    return page


UNPACK: Final[dict[str, Unpack]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
"""By the name of an encoding."""
