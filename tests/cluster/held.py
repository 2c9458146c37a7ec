"""A request whose last bytes are held back, so that an instance is at it for as long as a test likes."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from tests.cluster.instances import Instance
from tests.cluster.visitors import HOST


class Held:
    """A POST that an instance has begun to read; `finish` gives it the body, and gives the answer's first line."""

    def __init__(self, connection: socket.socket, answers: BinaryIO, body: bytes) -> None:
        self._connection, self._answers, self._body = connection, answers, body

    def finish(self) -> str:
        """Send what was held back."""
        self._connection.sendall(self._body)
        return self._answers.readline().decode().strip()


@contextmanager
def held(instance: Instance, port: int, path: str, body: bytes, headers: Mapping[str, str]) -> Iterator[Held]:
    """Send the head straight to an instance, as its load balancer would, and wait until it asks for the body."""
    head = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", **headers}
    head |= {"Content-Length": str(len(body)), "Expect": "100-continue"}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    with socket.create_connection((instance.address, port), timeout=60) as connection:
        connection.sendall("\r\n".join(lines).encode())
        with connection.makefile("rb") as answers:
            assert answers.readline().startswith(b"HTTP/1.1 100")
            assert answers.readline() == b"\r\n"
            yield Held(connection, answers, body)
