"""What clusters have written into the log bucket: a step's syslog, and the stderr of its tasks."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings

from cloudapps.storage import ObjectNotFound
from cloudapps.storage.s3 import S3Storage
from mapreduce.core.job import TaskReport
from mapreduce.engines.emr.syslog import Syslog, read_syslog

MOST_BYTES = 4 << 20  # of one log, unpacked: what Hadoop's client says, even over hours
MOST_CONTAINERS = 50
ATTEMPT = re.compile(r"attempt_\d+_\d+_([mr])_(\d+)_(\d+)")
NOISE = re.compile(r"log4j:|SLF4J:|WARNING: An illegal|\s*$|reporter:")  # what Java says, and counters
MOST_CHARACTERS = 8000  # of the beginning of a stderr, and of its end


def log_storage() -> S3Storage:
    """Give the bag of objects into which clusters write their logs."""
    url = urlsplit(settings.EMR_LOG_URI)
    prefix, endpoint_url = url.path.strip("/"), settings.S3_ENDPOINT_URL
    return S3Storage(bucket=url.netloc, prefix=prefix, region=settings.AWS_REGION, endpoint_url=endpoint_url)


class StepLogs:
    """The logs of one step, as far as they have arrived: EMR sends them every five minutes, and when a cluster ends."""

    def __init__(self, logs: S3Storage, cluster_id: str, step_id: str) -> None:
        self._logs = logs
        self._cluster = cluster_id
        self._step = f"{cluster_id}/steps/{step_id}/"

    def syslog(self) -> Syslog:
        """Read what Hadoop's client said."""
        names = sorted(info.key for info in self._logs.walk(f"{self._step}syslog"))
        names.sort(key=lambda name: name.removesuffix(".gz").endswith("/syslog"))  # the newest has no date
        return read_syslog("".join(self._text(name) for name in names))

    def with_stderr(self, syslog: Syslog) -> list[TaskReport]:
        """Give the failed attempts, each with what its program said on stderr if that has arrived."""
        said = dict(self._containers(syslog.application)) if syslog.application and syslog.failed else {}
        return [
            replace(report, stderr=said.get((report.kind, report.number, report.attempt), ""))
            for report in syslog.failed
        ]

    def _containers(self, application: str) -> Iterator[tuple[tuple[str, int, int], str]]:
        """Walk over the tasks' containers: which attempt of which task, and its stderr."""
        found = list(self._logs.walk(f"{self._cluster}/containers/{application}/"))
        keys = {info.key for info in found}
        said = [info for info in found if info.key.rpartition("/")[2].startswith("stderr")]
        said.sort(key=lambda info: info.size_bytes, reverse=True)  # those who failed said most
        for folder in dict.fromkeys(info.key.rpartition("/")[0] for info in said[:MOST_CONTAINERS]):
            texts = {
                name: "".join(self._text(key) for key in (f"{folder}/{name}", f"{folder}/{name}.gz") if key in keys)
                for name in ("syslog", "stderr")
            }
            if (match := ATTEMPT.search(texts["syslog"])) and texts["stderr"]:
                kind = "map" if match[1] == "m" else "reduce"
                yield (kind, int(match[2]), int(match[3]) + 1), shortened(texts["stderr"])

    def _text(self, key: str) -> str:
        try:
            with self._logs.open(key) as body:
                raw = body.read(MOST_BYTES)
        except ObjectNotFound:
            return ""
        if raw[:2] == b"\x1f\x8b":
            raw = zlib.decompressobj(wbits=31).decompress(raw, MOST_BYTES)
        return raw.decode(errors="replace")


def last_words(reports: list[TaskReport]) -> str:
    """Give the last line of what a program said before it failed; empty if it is not known."""
    for report in reversed(reports):
        if report.stderr.strip():
            return report.stderr.strip().splitlines()[-1].strip()[:500]
    return ""


def shortened(stderr: str) -> str:
    """Keep the beginning and the end of what a program itself said."""
    text = "\n".join(line for line in stderr.splitlines() if not NOISE.match(line))
    if len(text) <= 2 * MOST_CHARACTERS:
        return text
    return f"{text[:MOST_CHARACTERS]}\n…\n{text[-MOST_CHARACTERS:]}"
