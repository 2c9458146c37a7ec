"""The first lines of a file that may be long, and packed."""

import bz2
import zlib
from collections.abc import Callable
from typing import IO

BLOCK_BYTES = 1 << 16


def first_lines(body: IO[bytes], name: str, *, lines: int, most_bytes: int = 1 << 20) -> bytes:
    """
    Read so many lines, or as many bytes if they are longer; the last one is whole, unless it alone is too long.

    A name that ends with .gz or .bz2 is unpacked. :raises ValueError: if that cannot be done.
    """
    unpack = _unpacker(name)
    found = b""
    while len(found) < most_bytes and found.count(b"\n") < lines and (block := body.read(BLOCK_BYTES)):
        found += unpack(block)
    return _whole_lines(found[:most_bytes], lines, is_all=len(found) < most_bytes)


def _unpacker(name: str) -> Callable[[bytes], bytes]:
    if name.endswith(".gz"):
        return _translated(zlib.decompressobj(wbits=31).decompress)
    if name.endswith(".bz2"):
        return _translated(bz2.BZ2Decompressor().decompress)
    return lambda block: block


def _translated(decompress: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def unpack(block: bytes) -> bytes:
        try:
            return decompress(block)
        except EOFError:  # the first of several packed streams is over: it is long enough
            return b""
        except (zlib.error, OSError) as error:
            raise ValueError(f"The file cannot be unpacked: {error}.") from None

    return unpack


def _whole_lines(found: bytes, lines: int, *, is_all: bool) -> bytes:
    pieces = found.split(b"\n")
    if len(pieces) > lines:
        return b"\n".join(pieces[:lines]) + b"\n"
    if is_all or len(pieces) == 1:
        return found
    return b"\n".join(pieces[:-1]) + b"\n"
