"""
Records on their way between mapper and reducer: a line each, whose byte order is the order of its key, then its value.

`sort` compares whole lines, and would take a TAB after the key for one of its bytes. So in keys the bytes 0-9 and 11
are written as two bytes above TAB, and in values 0 and 1 as two bytes each; NUL is free for a count behind the line.
Lines without such bytes, nearly all there are, stay as they are.
"""

import re

RARE = bytes(range(9)) + b"\x0b"
_WITH_TAB = re.compile(rb"(?:[^\t\n]*+\t[^\n]*+\n)*+")

_KEY_OUT = {bytes([byte]): b"\x0b" + bytes([0x10 + byte]) for byte in (*range(10), 11)}
_KEY_IN = {code: byte for byte, code in _KEY_OUT.items()}
_VALUE_OUT = {b"\x00": b"\x01\x01", b"\x01": b"\x01\x02"}
_VALUE_IN = {code: byte for byte, code in _VALUE_OUT.items()}
_KEY_BYTES, _KEY_CODES = re.compile(rb"[\x00-\x09\x0b]"), re.compile(rb"\x0b.", re.DOTALL)
_VALUE_BYTES, _VALUE_CODES = re.compile(rb"[\x00\x01]"), re.compile(rb"\x01.", re.DOTALL)


class RecordFormat:
    """How the lines of a mapper become records, and records become lines of a reducer's input."""

    def __init__(self, separator: str = "\t", key_fields: int = 1) -> None:
        self._separator = separator.encode()
        self._key_fields = key_fields
        self._is_usual = separator == "\t" and key_fields == 1

    def with_tabs(self, block: bytes) -> bytes:
        """Write each line as key TAB value; a line without a separator is a key with an empty value."""
        if not self._is_usual:
            return b"".join(b"%s\t%s\n" % self._split(line) for line in block[:-1].split(b"\n"))
        if _WITH_TAB.fullmatch(block):
            return block
        return b"".join(line + (b"\n" if b"\t" in line else b"\t\n") for line in block[:-1].split(b"\n"))

    def encode(self, block: bytes, *, adds_tabs: bool = True) -> tuple[bytes, bool]:
        """
        Write each line in its sortable form, and tell whether any bytes had to be replaced.

        Without `adds_tabs` a line may come back without a TAB: whoever cuts the block apart sees that at no cost.
        """
        if self._is_usual:
            block = self.with_tabs(block) if adds_tabs else block
            if len(block.translate(None, RARE)) == len(block):
                return block, False
        return b"".join(_encoded(*self._split(line)) for line in block[:-1].split(b"\n")), True

    def _split(self, line: bytes) -> tuple[bytes, bytes]:
        position = -1
        for _ in range(self._key_fields):
            position = line.find(self._separator, position + 1)
            if position < 0:
                return line, b""
        return line[:position], line[position + len(self._separator) :]


def _encoded(key: bytes, value: bytes) -> bytes:
    key = _KEY_BYTES.sub(lambda found: _KEY_OUT[found[0]], key)
    return b"%s\t%s\n" % (key, _VALUE_BYTES.sub(lambda found: _VALUE_OUT[found[0]], value))


def decode(block: bytes) -> bytes:
    """Put the replaced bytes back."""
    return b"".join(_decoded(line) for line in block[:-1].split(b"\n"))


def _decoded(line: bytes) -> bytes:
    key, _, value = line.partition(b"\t")
    return b"%s\t%s\n" % (decoded_key(key), _VALUE_CODES.sub(lambda found: _VALUE_IN[found[0]], value))


def decoded_key(key: bytes) -> bytes:
    """Give the key whose sortable form this is."""
    return _KEY_CODES.sub(lambda found: _KEY_IN[found[0]], key)
