"""The virus scanner: ClamAV's daemon, where CLAMD_URL names one."""

from pathlib import Path
from urllib.parse import urlsplit

from clamav_client.clamd import BufferTooLongError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

TIMEOUT_SECONDS = 30.0


class ScanFailed(Exception):
    """The scanner did not say whether the file is infected; it will be asked again."""


def scan(path: Path) -> str:
    """
    Name what the file is infected by; empty if it is clean, too large for the scanner, or if there is no scanner.

    :raises ScanFailed: if the scanner cannot tell.
    """
    if not settings.CLAMD_URL:
        return ""
    try:
        with path.open("rb") as body:
            answers = _clamd().instream(body)
    except BufferTooLongError:  # its StreamMaxLength decides
        return ""
    status, reason = answers.get("stream", ("ERROR", "no answer"))
    if status == "FOUND":
        return reason or "something unnamed"
    if status != "OK":
        raise ScanFailed(reason or status)
    return ""


def _clamd() -> ClamdNetworkSocket | ClamdUnixSocket:
    url = urlsplit(settings.CLAMD_URL)
    if url.scheme == "unix":
        return ClamdUnixSocket(path=url.path, timeout=int(TIMEOUT_SECONDS))
    return ClamdNetworkSocket(host=url.hostname or "127.0.0.1", port=url.port or 3310, timeout=TIMEOUT_SECONDS)
