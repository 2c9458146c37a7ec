"""How gunicorn serves the web process; read by the `web` line of the Procfile."""

import os
from typing import Any

from prometheus_client import multiprocess

bind = f"{os.environ.get('WEB_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than a load balancer keeps its connections
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None  # django-structlog writes a line for each request
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Say on the status board how this instance does."""
    from cloudapps.status import heart

    heart.start(slots=workers * threads)


def child_exit(server: Any, worker: Any) -> None:
    """Drop the gauges of a worker that is gone."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
