"""The blocks of a GIF: walked without decoding, so that its cost is known before it is paid; comments."""

from pathlib import Path
from typing import BinaryIO

TRAILER, EXTENSION, IMAGE = b";", b"!", b","


def scan(file: BinaryIO, *, most_frames: int) -> tuple[int, int, int]:
    """
    Count the frames, up to one more than `most_frames`, and find the canvas: (frames, width, height).

    A frame that sticks out of the logical screen enlarges the canvas, as it does in the decoder.
    """
    file.seek(6)
    screen = file.read(7)
    width, height = _u16(screen, 0), _u16(screen, 2)
    file.seek(_colours_bytes(screen[4]), 1)
    frames = 0
    while frames <= most_frames and (block := file.read(1)) not in (b"", TRAILER):
        if block == EXTENSION:
            file.read(1)
        elif block == IMAGE:
            place = file.read(9)
            width = max(width, _u16(place, 0) + _u16(place, 4))
            height = max(height, _u16(place, 2) + _u16(place, 6))
            file.seek(_colours_bytes(place[8]), 1)
            file.read(1)
            frames += 1
        else:
            continue
        _skip_data(file)
    return frames, width, height


def add_comment(path: Path, comment: bytes) -> None:
    """Put a comment before the first frame, in blocks of at most 255 bytes."""
    body = path.read_bytes()
    start = 13 + _colours_bytes(body[10])
    blocks = [comment[at : at + 255] for at in range(0, len(comment), 255)]
    extension = b"!\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"
    path.write_bytes(body[:start] + extension + body[start:])


def _u16(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 2], "little")


def _colours_bytes(flags: int) -> int:
    """Tell the size of a colour table, 0 if there is none."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_data(file: BinaryIO) -> None:
    while length := file.read(1):
        if length == b"\0":
            return
        file.seek(length[0], 1)
