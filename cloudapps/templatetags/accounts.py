"""What the account's pages show in words."""

import re

from django import template

register = template.Library()

BROWSERS = (  # the first that matches counts: most call themselves by several names
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
    (r"curl/", "curl"),
)
SYSTEMS = (
    (r"iPhone", "an iPhone"),
    (r"iPad", "an iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "a Mac"),
    (r"CrOS", "ChromeOS"),
    (r"Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """Say in words which browser on which kind of device it is; what is unknown is called a browser."""
    browser = _first(BROWSERS, user_agent) or "A browser"
    system = _first(SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((words for pattern, words in patterns if re.search(pattern, text)), "")
