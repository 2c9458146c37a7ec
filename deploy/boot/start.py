"""Starts what this machine is for, from the release in /opt/cloudapps/current: `python -m deploy.boot.start`."""

import json
import os
import subprocess
from pathlib import Path

from deploy.boot import settings
from deploy.boot.agent import agent_config
from deploy.boot.units import CURRENT, units

UNITS = Path("/etc/systemd/system")
LOGS = Path("/var/log/cloudapps")
RELEASE = Path("/etc/cloudapps/release")
AGENT = Path("/opt/aws/amazon-cloudwatch-agent")
ROTATION = f"""\
{LOGS}/*.log {{
    size 50M
    rotate 3
    copytruncate
    missingok
    notifempty
    compress
}}
"""


def main() -> None:
    """Write settings, units and the agent's file, and start all of it. Harmless when it runs already."""
    machine = settings.read_machine(settings.MACHINE)
    LOGS.mkdir(parents=True, exist_ok=True)
    static = Path(settings.STATE) / "static"
    static.parent.mkdir(parents=True, exist_ok=True)
    if not static.is_symlink():
        static.symlink_to(f"{CURRENT}/var/static")
    RELEASE.write_text(f"RELEASE={os.environ['RELEASE']}\n")
    settings.main()
    Path("/etc/logrotate.d/cloudapps").write_text(ROTATION)
    for name, text in units(machine["TIER"]).items():
        (UNITS / name).write_text(text)
    _run("systemctl", "daemon-reload")
    _run("systemctl", "enable", "--now", f"cloudapps-{machine['TIER']}.service", "cloudapps-drain.service")
    _run("systemctl", "enable", "--now", "cloudapps-settings.timer")
    _start_agent(machine)


def _start_agent(machine: dict[str, str]) -> None:
    file = AGENT / "etc" / "cloudapps.json"
    file.write_text(json.dumps(agent_config(machine["TIER"], machine["SITE_PATH"]), indent=1))
    _run(f"{AGENT}/bin/amazon-cloudwatch-agent-ctl", "-a", "fetch-config", "-m", "ec2", "-s", "-c", f"file:{file}")


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - no shell, and nothing of a user's


if __name__ == "__main__":
    main()
