"""
Writes the variables that processes of this machine start with: `python -m deploy.boot.settings [FILE]`.

They come from SSM (`deploy/machine_settings.py` says under which names) and from Secrets Manager, by the machine's
role. Only root may read the file.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3

from deploy.groups import WEB_PORT

MACHINE = Path("/etc/cloudapps/machine")
FILE = Path("/etc/cloudapps/environment")
STATE = "/var/lib/cloudapps"
CLUSTER_OPTIONS = "tls=true&tlsCAFile=/etc/cloudapps/rds.pem&replicaSet=rs0&retryWrites=false&authSource=admin"


def main(file: Path = FILE) -> None:
    """Read everything, then write the file whole."""
    machine = read_machine(MACHINE)
    session = boto3.Session(region_name=machine["AWS_REGION"])
    settings = {**read_settings(session, machine["SITE_PATH"]), **of_machine(machine["TIER"], os.environ["RELEASE"])}
    write(file, settings)


def read_machine(file: Path) -> dict[str, str]:
    """Read what cloud-init wrote of this machine."""
    return dict(line.split("=", 1) for line in file.read_text().splitlines() if line)


def of_machine(tier: str, release: str) -> dict[str, str]:
    """Give what differs from machine to machine."""
    cores = str(max(os.cpu_count() or 1, 2))
    listens = {"WEB_HOST": "0.0.0.0", "PORT": str(WEB_PORT)}  # noqa: S104 - the load balancer alone reaches it
    return {
        "RELEASE": release,
        "VAR_DIR": STATE,
        "HOME": STATE,
        "LOG_FORMAT": "json",
        "PYTHONUNBUFFERED": "1",
        "WEB_WORKERS": cores,
        "WORKER_CONCURRENCY": cores,
        **(listens if tier == "web" else {"PROBE_PORT": str(WEB_PORT)}),
    }


def read_settings(session: Any, path: str) -> dict[str, str]:
    """Read the environment's variables, secrets among them."""
    pages = session.client("ssm").get_paginator("get_parameters_by_path")
    found = {
        parameter["Name"].removeprefix(f"{path}/"): parameter["Value"]
        for page in pages.paginate(Path=path, Recursive=True, WithDecryption=True)
        for parameter in page["Parameters"]
    }
    settings = {name.removeprefix("settings/"): value for name, value in found.items() if name.startswith("settings/")}
    settings["DATABASE_URL"] = f"mysql://{_login(session, found, 'database')}/cloudapps"
    if "documents/address" in found:
        login = _login(session, found, "documents")
        settings["MONGODB_URI"] = f"mongodb://{login}/cloudapps?{CLUSTER_OPTIONS}"
    return settings


def write(file: Path, settings: dict[str, str]) -> None:
    """Write a file of variables as systemd reads it (systemd.exec, EnvironmentFile)."""
    text = "".join(f"{name}={_quoted(value)}\n" for name, value in sorted(settings.items()))
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    new.rename(file)


def _login(session: Any, found: dict[str, str], name: str) -> str:
    secret = session.client("secretsmanager").get_secret_value(SecretId=found[f"{name}/secret"])
    login = json.loads(secret["SecretString"])
    user, password = (quote(login[key], safe="") for key in ("username", "password"))
    return f"{user}:{password}@{found[f'{name}/address']}:{found[f'{name}/port']}"


def _quoted(value: str) -> str:
    if "\n" in value or "\0" in value:
        raise ValueError("a setting has more than one line, which systemd would cut")
    for special in '\\"`$':
        value = value.replace(special, f"\\{special}")
    return f'"{value}"'


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
