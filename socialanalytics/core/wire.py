"""What travels from the listener to the consumers: raw lines of one source, packed into one message."""

import base64
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

MOST_LINES = 200
MOST_PAYLOAD_BYTES = 128 * 2**10  # Celery's base64 and SQS's make 228 KiB of it, and SQS took 256 KiB for long
LONGEST_LINE_BYTES = 64 * 2**10  # the longest post of any source is far below; what is longer is not one
MOST_UNPACKED_BYTES = MOST_LINES * (LONGEST_LINE_BYTES + 1)


class TooMuch(ValueError):
    """The lines do not fit into one message; pack fewer of them."""


@dataclass(frozen=True)
class Packet:
    """
    Lines as they came, compressed, and under an id that depends on them and on when they came.

    So the same packet has the same id, and a file that is played again is looked at again, for trackers that are new.

    The id begins with the UTC hour in which the oldest line came (`2026112413-…`), so that it tells where the raw
    posts are kept. All four are strings, as the queue wants its arguments.
    """

    id: str
    source: str
    received_at: str  # RFC 3339; of the oldest line
    payload: str  # base64 of zlib of the lines, each ended by \n

    def arguments(self) -> dict[str, str]:
        """Give what the consumer's task takes."""
        return asdict(self)

    def lines(self) -> list[bytes]:
        """Give the lines back. :raises TooMuch: if they are more than `pack` packs."""
        unpacking = zlib.decompressobj()
        lines = unpacking.decompress(base64.b64decode(self.payload), MOST_UNPACKED_BYTES + 1)
        if not unpacking.eof or len(lines) > MOST_UNPACKED_BYTES:
            raise TooMuch(f"The packet {self.id} is cut off, or unpacks to more than {MOST_UNPACKED_BYTES} bytes")
        return lines.split(b"\n")[:-1]

    def arrived(self) -> datetime:
        """Say when the oldest line came."""
        return datetime.fromisoformat(self.received_at)


def pack(source: str, lines: Sequence[bytes], *, received_at: datetime) -> Packet:
    """
    Pack up to MOST_LINES lines, which must hold no line ends.

    :raises TooMuch: if they are more than fit.
    """
    joined = b"".join(line + b"\n" for line in lines)
    payload = base64.b64encode(zlib.compress(joined, 6))
    if len(lines) > MOST_LINES or len(joined) > MOST_UNPACKED_BYTES or len(payload) > MOST_PAYLOAD_BYTES:
        raise TooMuch(f"{len(lines)} lines of {len(joined)} bytes make {len(payload)} bytes")
    arrived = received_at.isoformat()
    digest = hashlib.sha256(b"\0".join((source.encode(), arrived.encode(), payload))).hexdigest()[:24]
    return Packet(f"{received_at:%Y%m%d%H}-{digest}", source, arrived, payload.decode())
