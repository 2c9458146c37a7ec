"""HAProxy as an Application Load Balancer: health checks, registering, draining; and it says who answered what."""

import csv
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.stack import free_port, wait_until

HAPROXY = shutil.which("haproxy")
SLOTS = 40  # each instance that is ever started takes a new one, as a target group has each machine once

# Everybody's requests share the connections to an instance, as with an ALB. A request is sent again only where no
# connection could be made. The check is an ALB's in all but its pace, of which the shortest there is five seconds.
CONFIGURATION = """
global
    log stdout format raw local0
    stats socket {socket} mode 600 level admin
    nbthread 1
defaults
    mode http
    log global
    option forwardfor
    option redispatch 1
    retries 3
    retry-on conn-failure
    http-reuse always
    timeout connect 5s
    timeout check 5s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
frontend site
    bind 127.0.0.1:{port}
    http-request capture req.hdr(X-Request-ID) len 40
    http-request set-header X-Forwarded-Proto https
    log-format "%[capture.req.hdr(0)] %s %ST %tsc %rc"
    default_backend web
backend web
    balance roundrobin
    option httpchk
    http-check send meth GET uri /healthz
    http-check expect status 200
    default-server check inter 1s rise 2 fall 2
    server-template web- 1-{slots} 127.0.0.1:8000 disabled
"""


LOGGED = re.compile(r"^(?P<id>[0-9a-f]{32}) (?P<instance>\S+) \S+ (?P<ended>\S{4}) \+?(?P<retries>\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Logged:
    """
    What the load balancer says of a request: who was to answer it, how it ended, how often it was tried elsewhere.

    `ended` is `----` if nothing was wrong, else as in https://docs.haproxy.org/2.6/configuration.html#8.5.
    """

    instance: str
    ended: str
    retries: int

    @property
    def broke(self) -> bool:
        """Tell whether the instance broke the connection on which it had been given the request."""
        return self.ended[0] == "S" and self.ended[1] in "HLD"


class LoadBalancer:
    """Runs HAProxy in a folder of its own; `port` is where the site is."""

    def __init__(self, folder: Path) -> None:
        assert HAPROXY
        self.port = free_port()
        self._socket, self._log = folder / "admin.sock", folder / "haproxy.log"
        file = folder / "haproxy.cfg"
        file.write_text(CONFIGURATION.format(socket=self._socket, port=self.port, slots=SLOTS))
        with self._log.open("wb") as log:
            self._process = subprocess.Popen([HAPROXY, "-db", "-f", file], stdout=log, stderr=log)
        wait_until(self._socket.exists, what=f"HAProxy, see {self._log}")

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def register(self, name: str, *, address: str, port: int) -> None:
        """Send an instance requests from when its health check has passed."""
        self._say(f"set server web/{name} addr {address} port {port}", f"set server web/{name} state drain")
        wait_until(lambda: self._servers()[name]["check_status"] == "L7OK", seconds=120, what=f"{name} to be healthy")
        self._say(f"set server web/{name} state ready")

    def deregister(self, name: str) -> None:
        """Send it no more, and wait until everything that it was sent is answered."""
        self._say(f"set server web/{name} state drain")
        wait_until(lambda: self._servers()[name]["scur"] == "0", what=f"{name} to be drained")
        self._say(f"set server web/{name} state maint")

    def finds_unhealthy(self, name: str) -> bool:
        """Tell whether it gets no requests because its checks failed."""
        return self._servers()[name]["status"] == "DOWN"

    def served(self) -> dict[str, Logged]:
        """Say of each request, by its X-Request-ID, what became of it."""
        found = LOGGED.finditer(self._log.read_text())
        return {line["id"]: Logged(line["instance"], line["ended"], int(line["retries"])) for line in found}

    def _servers(self) -> dict[str, dict[str, str]]:
        rows = csv.DictReader(self._say("show stat").removeprefix("# ").splitlines())
        return {row["svname"]: row for row in rows if row["pxname"] == "web"}

    def _say(self, *commands: str) -> str:
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(str(self._socket))
            admin.sendall((";".join(commands) + "\n").encode())
            with admin.makefile() as answer:
                return answer.read().strip()
