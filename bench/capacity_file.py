"""Writes down what was measured, as `deploy/interface.py` reads it."""

import os
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.meters import Measured

UTILISATION_BOUND = 0.65  # what is planned for: beyond it waiting grows faster than load
LEAST_SHARE = 1 / 50  # of the component that a kind of work costs most
HEADER = """\
# The performance interface of each component. Written by `make bench-capacity`: run it again rather than change it.
#
# demand: core-seconds of a component for one unit of work; its inverse is what a core does in a second, at best.
# They are CPU times, which a machine busy with other things changes by a fifth; rates and latencies it changes by half.
# A request: pages and REST calls, one of twelve writes. An image: 2 megapixels, two filters, with the requests of its
# upload and of waiting for it. A post: made up, followed by one tracker that wants nearly all.
# Files were on the disk and not in S3, posts in MariaDB and not in MongoDB, MapReduce was not measured.
"""


def as_toml(measured: Measured, *, load: float) -> str:
    """Write down what was measured."""
    server = "MariaDB" if "database" in measured.demand else "SQLite, inside of the other processes"
    head = {
        "measured_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "command": "make bench-capacity",
        "machine": f"{os.cpu_count()} cores of {_processor()}",
        "machine_was": f"used by others too: load average {load:.1f} before the start" if load > 0.5 else "idle",
        "database": server,
    }
    lines = [HEADER, *(f'{name} = "{value}"' for name, value in head.items())]
    lines += [f"utilisation_bound = {UTILISATION_BOUND}", ""]
    for component, demands in sorted(_worth_saying(measured.demand).items()):
        lines += _section(f"demand.{component}", demands)
    sections = {
        "writes": measured.writes,
        "rates": measured.rates,
        "latency_seconds": measured.latencies,
        "memory_mb": measured.memory,
    }
    for name, values in sections.items():
        lines += _section(name, values)
    return "\n".join(lines).rstrip() + "\n"


def _worth_saying(demand: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Leave out what a component computes while it has nothing to do with that kind of work, such as asking queues."""
    most = {kind: max(demands.get(kind, 0.0) for demands in demand.values()) for kind in ("request", "image", "post")}
    return {
        component: {kind: value for kind, value in demands.items() if value > LEAST_SHARE * most[kind]}
        for component, demands in demand.items()
    }


def _section(name: str, values: Mapping[str, float]) -> list[str]:
    return [
        f"[{name}]",
        *(f"{key} = {float(f'{value:.3g}'):.8f}".rstrip("0").rstrip(".") for key, value in values.items()),
        "",
    ]


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()
