"""Guesses at secrets are counted, over all web processes, and stopped when there are too many."""

from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle

from cloudapps.problems import TooMany


class _Guesses(SimpleRateThrottle):
    def __init__(self, rate: str, at: str, *, from_anywhere: bool) -> None:
        super().__init__(rate)
        self.at = at
        self.from_anywhere = from_anywhere
        self.cache = caches["default"]

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"guesses-{self.at}" if self.from_anywhere else f"guesses-{self.at}-{self.get_ident(request)}"


def guess(request: HttpRequest, at: str, *, rate: str, from_anywhere: bool = False) -> None:
    """
    Count a guess, by the guesser's address or from anywhere; the rate is like `10/min`.

    :raises TooMany: if there were as many as the rate allows; then it must not be looked whether it is right.
    """
    throttle = _Guesses(rate, at, from_anywhere=from_anywhere)
    if not throttle.allow_request(request):
        seconds = max(1, round(throttle.wait() or 60))
        raise TooMany(f"Too many tries. Wait {seconds} s.", retry_after_seconds=seconds)
