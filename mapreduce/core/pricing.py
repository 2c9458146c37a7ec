"""What a cluster is made of. What it costs is estimated from a dated price table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cluster:
    """The machines of a transient EMR cluster: one primary, and these."""

    instance_type: str = "m5.xlarge"
    core_instances: int = 2
    task_instances: int = 0  # Spot

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Cluster":
        """Read what `dataclasses.asdict` gave."""
        return cls(**value)
