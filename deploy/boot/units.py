"""The units of systemd that run a process of the Procfile, and let it end what it does before its machine goes."""

from deploy.processes import processes

CURRENT = "/opt/cloudapps/current"
PYTHON = f"{CURRENT}/.venv/bin/python"
STOP_SECONDS = 150  # what a process gets to finish; longer than any task may take
SANDBOXES = {"mapreduce"}  # make namespaces of their own, with a /proc in them, for people's programs

HARDENED = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelModules=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
LockPersonality=yes
UMask=0027
"""
# These would cover parts of /proc, and where any part of it is covered the kernel lets nobody mount it anew.
HARDENED_FURTHER = """\
ProtectKernelTunables=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
"""


def units(tier: str) -> dict[str, str]:
    """Give the units of a tier's machines by the names of their files."""
    return {
        f"cloudapps-{tier}.service": _service(tier),
        "cloudapps-drain.service": _drain(tier),
        "cloudapps-settings.service": _settings(tier),
        "cloudapps-settings.timer": _timer(),
    }


def _service(tier: str) -> str:
    log = f"append:/var/log/cloudapps/{tier}.log"
    return f"""\
[Unit]
Description=cloudapps: {tier}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=cloudapps
Group=cloudapps
WorkingDirectory={CURRENT}
EnvironmentFile=/etc/cloudapps/environment
ExecStart={CURRENT}/{processes()[tier].command.replace("%", "%%")}
Restart=always
RestartSec=2
KillMode=mixed
KillSignal=SIGTERM
TimeoutStopSec={STOP_SECONDS}
StateDirectory=cloudapps
StandardOutput={log}
StandardError={log}
LimitNOFILE=65536
{HARDENED}{"" if tier in SANDBOXES else HARDENED_FURTHER}
[Install]
WantedBy=multi-user.target
"""


def _drain(tier: str) -> str:
    return f"""\
[Unit]
Description=cloudapps: {tier} ends its work before this machine goes
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
WorkingDirectory={CURRENT}
ExecStart={PYTHON} -m deploy.boot.drain
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
"""


def _settings(tier: str) -> str:
    """Passwords change: where the settings did, the process starts with the new ones."""
    compare = "cmp --silent /etc/cloudapps/environment /run/cloudapps-settings"
    take = "install -m 600 /run/cloudapps-settings /etc/cloudapps/environment"
    return f"""\
[Unit]
Description=cloudapps: read the settings again

[Service]
Type=oneshot
WorkingDirectory={CURRENT}
EnvironmentFile=/etc/cloudapps/release
ExecStart={PYTHON} -m deploy.boot.settings /run/cloudapps-settings
ExecStart=/bin/sh -c '{compare} || {{ {take} && systemctl try-restart cloudapps-{tier}.service; }}'
"""


def _timer() -> str:
    return """\
[Unit]
Description=cloudapps: read the settings again now and then

[Timer]
OnActiveSec=5min
OnUnitActiveSec=5min
RandomizedDelaySec=2min

[Install]
WantedBy=timers.target
"""
