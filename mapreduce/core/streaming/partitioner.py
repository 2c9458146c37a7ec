"""Which reducer gets a key: Hadoop's hashes, for a whole block of records at once."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from mapreduce.core.streaming.records import RecordFormat, decoded_key

if TYPE_CHECKING:
    from numpy import int64, uint8, uint32
    from numpy.typing import NDArray

PIECE_BYTES = 1 << 20
FEW_BYTES = 16 << 10  # not worth the arrays, nor loading them
PRIME = 31
LONE_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]?")
INVERSE = pow(PRIME, -1, 1 << 32)
USUAL = RecordFormat()


def key_hash(key: bytes, start: int = 1) -> int:
    """
    Hash one key: h = 31 h + signed byte, in 32 bits.

    `start` is 1 for HashPartitioner (`WritableComparator.hashBytes`), 0 for KeyFieldBasedPartitioner.
    """
    for byte in key:
        start = (start * PRIME + (byte - 256 if byte > 127 else byte)) & 0xFFFFFFFF
    return start


def hashed_part(key: bytes, fields: tuple[int, int], separator: bytes = b"\t") -> bytes:
    """
    Cut out what KeyFieldBasedPartitioner hashes for `-kA,B`: the fields A to B of the key with what is between them.

    Fields that are not there count as empty. The key has been text in between, so each mistake in its UTF-8 is the
    replacement character (KeyFieldHelper of Hadoop 3.4.2, seen in its part files).
    """
    first, last = fields
    return separator.join(_as_java_text(key).split(separator)[first - 1 : last])


def partition_of(key: bytes, reducers: int, fields: tuple[int, int] | None = None, separator: bytes = b"\t") -> int:
    """Tell the reducer of one key."""
    hashed = key_hash(hashed_part(key, fields, separator), 0) if fields else key_hash(key)
    return (hashed & 0x7FFFFFFF) % reducers


def _as_java_text(key: bytes) -> bytes:
    """Decode and encode again as Java does, which takes half of a surrogate pair for one mistake."""
    return LONE_SURROGATE.sub(b"\xff", key).decode("utf-8", "replace").encode()


class Partitioner:
    """Tells the reducers of records in their sortable form, and cuts blocks of them apart."""

    def __init__(self, reducers: int, fields: tuple[int, int] | None = None, separator: str = "\t") -> None:
        self._reducers, self._fields, self._separator = reducers, fields, separator.encode()
        self._of_sortable = lru_cache(1 << 14)(self._of_sortable_key)
        self._hasher: BlockHasher | None = None

    def reducers_of(self, block: bytes, escaped: bool) -> list[int]:
        """Tell the reducer of each line."""
        if self._reducers == 1:
            return [0] * block.count(b"\n")
        if self._is_slow(block, escaped):
            return [self._of_sortable(line.partition(b"\t")[0]) for line in block[:-1].split(b"\n")]
        return [reducer for piece in pieces(block) for reducer in self._in_piece(piece, escaped)]

    def cut(self, block: bytes, escaped: bool) -> Iterator[tuple[int, bytes]]:
        """Give the records of each reducer that has any, piece by piece; a line without a TAB gets one."""
        if self._reducers == 1:
            yield 0, USUAL.with_tabs(block)
            return
        for piece in pieces(block):
            if self._is_slow(piece, escaped):
                yield from self._cut_slowly(piece)
                continue
            parts = self._blocks().cut(piece, self._reducers)
            yield from self.cut(USUAL.with_tabs(piece), escaped) if parts is None else parts

    def _in_piece(self, piece: bytes, escaped: bool) -> list[int]:
        if self._is_slow(piece, escaped):
            return self.reducers_of(piece, True)
        newlines, tabs = self._blocks().ends(piece)
        return list(self._blocks().reducers(piece, newlines, tabs, self._reducers)[0].tolist())

    def _cut_slowly(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        parts: dict[int, list[bytes]] = {}
        for line in USUAL.with_tabs(piece)[:-1].split(b"\n"):
            parts.setdefault(self._of_sortable(line.partition(b"\t")[0]), []).append(line)
        for reducer, lines in parts.items():
            yield reducer, b"\n".join(lines) + b"\n"

    def _is_slow(self, block: bytes, escaped: bool) -> bool:
        is_one_huge_line = len(block) > PIECE_BYTES and block.find(b"\n", 0, PIECE_BYTES) < 0
        return bool(self._fields) or escaped or len(block) < FEW_BYTES or is_one_huge_line

    def _of_sortable_key(self, key: bytes) -> int:
        return partition_of(decoded_key(key), self._reducers, self._fields, self._separator)

    def _blocks(self) -> "BlockHasher":
        if not self._hasher:
            self._hasher = BlockHasher()
        return self._hasher


def pieces(block: bytes, size: int = PIECE_BYTES) -> Iterator[bytes]:
    """Cut a block at line ends into pieces of at most `size` bytes; a longer line is a piece of its own."""
    start = 0
    while len(block) - start > size:
        end = block.rfind(b"\n", start, start + size) + 1 or block.find(b"\n", start) + 1
        yield block[start:end]
        start = end
    if start < len(block):
        yield block[start:] if start else block


class BlockHasher:
    """
    Hashes all keys of a piece by one running sum.

    The sum of byte[i]·31⁻ⁱ over a key, times a power of 31, is the key's polynomial: 31 is odd, so it has an inverse.
    """

    def __init__(self) -> None:
        import numpy

        self._np = numpy
        self._powers = self._series(PRIME)
        self._inverses = self._series(INVERSE)

    def ends(self, piece: bytes) -> "tuple[NDArray[int64], NDArray[int64]]":
        """Tell where lines and, if each line has a TAB, keys end; no keys if one has none."""
        np = self._np
        text = np.frombuffer(piece, np.uint8)
        newlines, tabs = np.flatnonzero(text == 10), np.flatnonzero(text == 9)
        if len(tabs) > len(newlines):  # the first of each line
            firsts = np.searchsorted(tabs, newlines[:-1], "right")
            tabs = tabs[np.minimum(np.concatenate(([0], firsts)), len(tabs) - 1)]
        has_all = len(tabs) == len(newlines) and (tabs < newlines).all() and (tabs[1:] > newlines[:-1]).all()
        return newlines, tabs if has_all else tabs[:0]

    def reducers(
        self, piece: bytes, newlines: "NDArray[int64]", key_ends: "NDArray[int64]", count: int
    ) -> "tuple[NDArray[int64], NDArray[int64]]":
        """Tell the reducer and the length of each line."""
        np = self._np
        starts = np.concatenate(([0], newlines[:-1] + 1))
        hashes = self._hashes(piece, starts, key_ends)
        return (hashes & np.uint32(0x7FFFFFFF)).astype(np.int64) % count, newlines + 1 - starts

    def cut(self, piece: bytes, count: int) -> list[tuple[int, bytes]] | None:
        """Give the lines of each reducer that has any; nothing if a line has no TAB."""
        np = self._np
        newlines, key_ends = self.ends(piece)
        if not len(key_ends):
            return None
        reducers, lengths = self.reducers(piece, newlines, key_ends, count)
        text: NDArray[uint8] = np.frombuffer(piece, np.uint8)
        of_byte = np.repeat(reducers.astype(np.uint16), lengths)
        present = np.flatnonzero(np.bincount(reducers, minlength=count)).tolist()
        return [(reducer, text[of_byte == reducer].tobytes()) for reducer in present]

    def _hashes(self, piece: bytes, starts: "NDArray[int64]", ends: "NDArray[int64]") -> "NDArray[uint32]":
        np = self._np
        terms = np.frombuffer(piece, np.int8).astype(np.uint32)
        terms *= self._inverses[: len(piece)]
        sums = np.zeros(len(piece) + 1, np.uint32)
        np.cumsum(terms, out=sums[1:], dtype=np.uint32)
        polynomials = (sums[ends] - sums[starts]) * self._powers[np.maximum(ends - 1, 0)]
        hashes: NDArray[uint32] = polynomials + self._powers[ends - starts]  # Hadoop begins with h = 1
        return hashes

    def _series(self, base: int) -> "NDArray[uint32]":
        values = self._np.full(PIECE_BYTES + 1, base, self._np.uint32)
        values[0] = 1
        powers: NDArray[uint32] = self._np.multiply.accumulate(values, dtype=self._np.uint32)
        return powers
