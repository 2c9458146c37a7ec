"""Keeps packets on disk until they have been counted: nothing that lies here is lost, whatever dies."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
import structlog

from socialanalytics.core.wire import Packet

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Spooled:
    """A packet's file. `order` grows with each one (nanoseconds of Unix time where the clock allows)."""

    path: Path
    order: int
    lines: int
    id: str
    size_bytes: int


class Spool:
    """One feed's folder of packets, written by one listener at a time."""

    def __init__(self, folder: Path, *, after: int = 0) -> None:
        self.folder = folder
        self.failed = 0
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.tmp"):
            left.unlink(missing_ok=True)
        self._last_order = max(after, *(spooled.order for spooled in self.files()), 0)

    def next_order(self, now: datetime) -> int:
        """Give a number above all before it, whatever was done to the machine's clock."""
        self._last_order = max(int(now.timestamp() * 1e9), self._last_order + 1)
        return self._last_order

    def write(self, packet: Packet, cursor: str | None, *, lines: int, order: int) -> Spooled:
        """
        Keep the packet, safe on the disk when this returns.

        :raises OSError: if there is no room.
        """
        body = orjson.dumps({**packet.arguments(), "cursor": cursor})
        path = self.folder / f"{order:020d}_{lines}_{packet.id}.json"
        unfinished = path.with_suffix(".tmp")
        try:
            _write_safely(unfinished, body)
            unfinished.rename(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder)
        return Spooled(path, order, lines, packet.id, len(body))

    def files(self) -> Iterator[Spooled]:
        """Give all packets' files, the oldest first."""
        for path in sorted(self.folder.glob("*_*_*.json")):
            order, lines, identity = path.stem.split("_", 2)
            if order.isdecimal() and lines.isdecimal():
                yield Spooled(path, int(order), int(lines), identity, path.stat().st_size)

    def read(self, spooled: Spooled) -> tuple[Packet, str | None] | None:
        """Give a packet and its cursor; None if the file is gone, or holds none and goes to `failed`."""
        try:
            fields = orjson.loads(spooled.path.read_bytes())
            cursor = fields.pop("cursor")
            return Packet(**fields), cursor
        except FileNotFoundError:
            log.warning("packet_gone", packet=spooled.id)
            return None
        except (ValueError, KeyError, TypeError, AttributeError):
            self.fail(spooled, "the file holds no packet")
            return None

    def delete(self, spooled: Spooled) -> None:
        """Let go of a packet that was counted."""
        spooled.path.unlink(missing_ok=True)

    def fail(self, spooled: Spooled, why: str) -> None:
        """Put a packet aside that cannot be delivered; whoever moves it back has it tried again."""
        self.failed += 1
        aside = self.folder / "failed"
        aside.mkdir(exist_ok=True)
        spooled.path.rename(aside / spooled.path.name)
        log.error("packet_failed", packet=spooled.id, why=why, kept_in=str(aside))


def _write_safely(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
