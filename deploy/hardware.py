"""What a type of machine has, which its name tells, from Amazon's pages on instance types."""

from dataclasses import dataclass

GENERAL_MEMORY_GB = {"nano": 0.5, "micro": 1, "small": 2, "medium": 4, "large": 8}
BASELINE = {  # of each vCPU, without credits; t3 and t4g alike, but t3.nano
    "nano": 0.05,
    "micro": 0.10,
    "small": 0.20,
    "medium": 0.20,
    "large": 0.30,
    "xlarge": 0.40,
    "2xlarge": 0.40,
}
MEMORY_GB_PER_VCPU = {"c": 2, "m": 4, "r": 8, "t": 4}


@dataclass(frozen=True)
class Machine:
    """One machine."""

    vcpus: int
    memory_gb: float
    baseline: float = 1.0  # of its vCPUs, which it may use for ever


def machine(instance_type: str) -> Machine:
    """
    Tell what a type has; `db.` before it changes nothing.

    Families that burst have two vCPUs up to `large`, the others one in a `medium`.
    """
    family, size = instance_type.removeprefix("db.").split(".")
    bursts = family.startswith("t")
    vcpus = 4 * _times(size) or (2 if bursts or size == "large" else 1)
    if bursts and size in GENERAL_MEMORY_GB:
        return Machine(vcpus, GENERAL_MEMORY_GB[size], BASELINE[size])
    memory_gb = vcpus * MEMORY_GB_PER_VCPU.get(family[0], 4)
    return Machine(vcpus, memory_gb, BASELINE.get(size, 1.0) if bursts else 1.0)


def _times(size: str) -> int:
    if not size.endswith("xlarge"):
        return 0
    return int(size.removesuffix("xlarge") or 1)
