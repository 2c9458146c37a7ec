"""What is known of a type of machine by its name, such as `t4g.medium`."""

import re

ARM_FAMILIES = ("t4g", "m6g", "m7g", "c6g", "c7g", "r6g")
INTEL_FAMILIES = ("t3", "t3a", "m5", "m6i", "m6a", "c6i", "c6a", "r6i")
SMALLEST = {"t4g": "nano", "t3": "nano", "t3a": "nano", "m6g": "medium", "m7g": "medium", "c6g": "medium"}
SMALLEST |= {"c7g": "medium", "r6g": "medium"}  # the others begin with large
SIZES = ("nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge")
MEMORY = {"c": 0, "t": 1, "m": 1, "r": 2}  # in the order of gigabytes for each size
LARGEST_BURSTABLE = "2xlarge"
IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{}"


def is_arm(instance_type: str) -> bool:
    """Tell whether it has Amazon's own processors: a g after the generation, as in c7g and c7gd."""
    return bool(re.match(r"[a-z]+\d+g", instance_type))


def image(instance_type: str) -> str:
    """Name the newest Amazon Linux for it, which EC2 looks up when it starts a machine."""
    return IMAGE.format("arm64" if is_arm(instance_type) else "x86_64")


def alike(instance_type: str) -> tuple[str, ...]:
    """
    Give types of its size and processor with no less memory, itself first.

    The more Spot may choose from, the rarer it takes a machine back.
    """
    family, size = instance_type.split(".")
    families = ARM_FAMILIES if is_arm(instance_type) else INTEL_FAMILIES
    least = MEMORY.get(family[0], 0)
    others = [other for other in families if other != family and MEMORY[other[0]] >= least and _comes_in(other, size)]
    return instance_type, *(f"{other}.{size}" for other in others)


def _comes_in(family: str, size: str) -> bool:
    if size not in SIZES or (family.startswith("t") and SIZES.index(size) > SIZES.index(LARGEST_BURSTABLE)):
        return False
    return SIZES.index(size) >= SIZES.index(SMALLEST.get(family, "large"))
