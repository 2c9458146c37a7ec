"""What cloud-init does with a new machine, as its YAML."""

from pathlib import Path
from typing import Any

import yaml

from deploy.site import PRODUCT, Site

MACHINE = Path(__file__).resolve().parent / "machine"
SCRIPTS = sorted(path.name for path in MACHINE.iterdir())
MOST_BYTES = 16_384  # EC2 takes no more
PACKAGES = (
    "amazon-cloudwatch-agent",
    "gcc",  # mysqlclient has no wheel for Linux
    "mariadb-connector-c-devel",
    "pkgconf-pkg-config",
    "python3.11",
    "python3.11-devel",
    "python3.11-pip",
)


def user_data(site: Site, tier: str, artifacts: str) -> str:
    """Write it for the machines of a tier. It names no release and holds no secret: a machine asks for these."""
    return "#cloud-config\n" + yaml.safe_dump(_cloud_config(site, tier, artifacts), sort_keys=False, width=110)


def _cloud_config(site: Site, tier: str, artifacts: str) -> dict[str, Any]:
    machine = {
        "TIER": tier,
        "AWS_REGION": site.region,
        "ARTIFACTS": artifacts,
        "SITE_PATH": site.path,
        "GROUP": site.named(tier),
    }
    lines = "".join(f"{name}={value}\n" for name, value in machine.items())
    return {
        "users": ["default", {"name": PRODUCT, "system": True, "no_create_home": True, "shell": "/sbin/nologin"}],
        "packages": list(PACKAGES),
        "write_files": [
            {"path": f"/etc/{PRODUCT}/machine", "permissions": "0644", "content": lines},
            *(_script(name) for name in SCRIPTS),
        ],
        "runcmd": [
            ["install", "-d", "-m", "0755", f"/opt/{PRODUCT}/releases"],
            ["timeout", "1200", f"/usr/local/sbin/{PRODUCT}-boot"],
        ],
    }


def _script(name: str) -> dict[str, str]:
    content = (MACHINE / name).read_text()
    return {"path": f"/usr/local/sbin/{PRODUCT}-{name}", "permissions": "0755", "content": content}
