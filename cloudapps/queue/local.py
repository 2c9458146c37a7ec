"""
An SQS for one machine: moto's, made safe under threads and quick enough to work with.

moto 5.2.5 alone loses and doubles messages when several threads call it, and counts all messages at every send. What
is queued is lost when this process ends; the rows remember, and beat sends them again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

import boto3
from moto.core.utils import camelcase_to_underscores
from moto.moto_server.werkzeug_app import create_backend_app
from moto.sqs.models import Queue
from werkzeug.serving import WSGIRequestHandler, make_server

from cloudapps.queue.setup import create_queues

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

one_at_a_time = Condition()


class Attributes(Mapping[str, Any]):
    """A queue's attributes, each computed when it is asked for; moto's own property computes all, every time."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def __getitem__(self, name: str) -> Any:
        if name == "RedrivePolicy":
            return json.dumps(self.queue.redrive_policy) if self.queue.redrive_policy else None
        if name not in Queue.BASE_ATTRIBUTES:
            raise KeyError(name)
        value = getattr(self.queue, camelcase_to_underscores(name))
        return str(value).lower() if isinstance(value, bool) else value

    def __iter__(self) -> Iterator[str]:
        return iter(Queue.BASE_ATTRIBUTES)

    def __len__(self) -> int:
        return len(Queue.BASE_ATTRIBUTES)


class QuietHandler(WSGIRequestHandler):
    """Does not log every request: the worker asks all the time."""

    def log_request(self, *args: Any) -> None:
        """Say nothing."""


def serve(port: int, *, prefix: str, names: tuple[str, ...], region: str) -> None:
    """Serve SQS on a loopback port until the process ends, with the queues made."""
    _mend_moto()
    server = make_server("127.0.0.1", port, _serialised(create_backend_app("sqs")), True, request_handler=QuietHandler)
    Thread(target=_create_queues, args=(port, prefix, names, region), daemon=True).start()
    server.serve_forever()


def _create_queues(port: int, prefix: str, names: tuple[str, ...], region: str) -> None:
    client = boto3.client("sqs", endpoint_url=f"http://127.0.0.1:{port}", region_name=region)
    create_queues(client, prefix, names)


def _mend_moto() -> None:
    """Have all queues share one lock, which a waiting receiver lets go of, and compute attributes on demand."""
    original = Queue.__init__

    def init(queue: Queue, *args: Any, **kwargs: Any) -> None:
        original(queue, *args, **kwargs)
        queue._messages_lock = one_at_a_time

    Queue.__init__ = init  # type: ignore[method-assign,assignment]
    Queue.attributes = property(Attributes)  # type: ignore[assignment]


def _serialised(application: "WSGIApplication") -> "WSGIApplication":
    def respond(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with one_at_a_time:
            return list(application(environ, start_response))

    return respond
