"""The process of a run: the spec comes in on stdin, events go out on stdout, a JSON line each."""

import json
import os
import sys
from dataclasses import asdict
from typing import Any

from mapreduce.core.job import JobFailed, Progress, TaskReport
from mapreduce.core.streaming.coordinator import Coordinator
from mapreduce.core.streaming.spec import Spec


def main() -> None:
    """Do the job that stdin tells of; stdin stays open for as long as somebody wants the result."""
    spec = Spec.from_json(json.loads(sys.stdin.buffer.readline()))
    try:
        parts = Coordinator(spec, _emit, caller=sys.stdin.fileno()).run()
        _write({"parts": [asdict(part) for part in parts]})
    except JobFailed as error:
        _write({"failed": str(error)})


def _emit(event: Progress | TaskReport) -> None:
    _write({"progress" if isinstance(event, Progress) else "report": asdict(event)})


def _write(event: dict[str, Any]) -> None:
    try:
        print(json.dumps(event, default=str), flush=True)
    except BrokenPipeError:  # nobody listens: the caller is dead
        os._exit(1)


if __name__ == "__main__":
    main()
