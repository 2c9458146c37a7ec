"""Where raw posts lie in the object storage, and how: JSON lines as they came, by source and hour."""

import gzip
from collections.abc import Sequence
from datetime import datetime

PREFIX = "social/raw"
CONTENT_TYPE = "application/gzip"


def raw_key(source: str, batch_id: str) -> str:
    """Give the key of a batch's object; its id begins with the hour (see `wire.Packet`)."""
    hour, _, _ = batch_id.partition("-")
    return f"{hour_prefix(source, hour)}{batch_id}.jsonl.gz"


def hour_prefix(source: str, hour: str) -> str:
    """Give what the keys of an hour (`2026112413`) begin with."""
    return f"{PREFIX}/{source}/{hour[:4]}/{hour[4:6]}/{hour[6:8]}/{hour[8:10]}/"


def day_prefix(source: str, day: datetime) -> str:
    """Give what the keys of a day begin with."""
    return f"{PREFIX}/{source}/{day:%Y/%m/%d}/"


def batch_of(key: str) -> str:
    """Give the batch's id back."""
    return key.rpartition("/")[2].removesuffix(".jsonl.gz")


def compress(lines: Sequence[bytes]) -> bytes:
    """Make the object; the same lines make the same bytes."""
    return gzip.compress(b"".join(line + b"\n" for line in lines), 6, mtime=0)


def decompress(body: bytes) -> list[bytes]:
    """Read the lines back."""
    return gzip.decompress(body).split(b"\n")[:-1]
