"""Links as they are counted: host and path, without what follows people around."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

TRACKING = re.compile(
    r"(?:utm_|at_).*|[a-z]*clid|cmpid|igsh(?:id)?|mc_[ce]id|ref(?:_src|_url)?|smid|si", re.IGNORECASE
)  # names of parameters that say who came from where, not what is shown
SHARED_BY_QUERY = frozenset(("x.com", "twitter.com"))  # ?s=20&t=… say who shared a post; nothing else is asked
AFTER = ".,;:!?'\"”’»*_~"  # a sentence's marks, which a link seldom ends with
CUT = ("…", "...")  # shown for a link that is told in full beside the text


def shortened_links(told: Iterable[str], written: Iterable[str]) -> list[str]:
    """Shorten the links that the source told and those in the text; t.co hides another address, so it comes last."""
    whole = [ended(link) for link in written if not link.endswith(CUT)]
    links = [short for link in (*told, *whole) if (short := shortened(link))]
    return [link for link in links if not link.startswith("t.co/")] or links


def ended(link: str) -> str:
    """Leave off the marks of the sentence the link stands in, and a bracket that was opened before it."""
    link = link.rstrip(AFTER)
    while link.endswith((")", "]", "}")) and link.count(link[-1]) > link.count("([{"[")]}".index(link[-1])]):
        link = link[:-1].rstrip(AFTER)
    return link


def shortened(link: str) -> str:
    """Give host and path, and what of the query is not for tracking; nothing where this is no link."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    if parts.scheme not in {"http", "https"} or "." not in host or not link.isprintable() or " " in link:
        return ""
    query = "" if host in SHARED_BY_QUERY else parts.query
    kept = [part for part in query.split("&") if part and not TRACKING.fullmatch(part.partition("=")[0])]
    asked = f"?{'&'.join(kept)}" if kept else ""
    return f"{host}{port}{parts.path.rstrip('/')}{asked}"
