"""Keeps the rules at X the same as what is wanted."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import structlog
import tweepy

from socialanalytics.core.rules import RuleRefused
from socialanalytics.sources.port import Wanted
from socialanalytics.sources.x_api import TWEEPYS_HOST, HostAdapter, words_of

log = structlog.get_logger(__name__)

PREFIX = "cloudapps:"  # of the tags of rules that are ours; all others are left alone
MOST_RULES = 1000
BATCH = 100


class XRules:
    """
    The rules that one token has at X.

    Two trackers that want the same are one rule, since X takes each only once.
    """

    def __init__(self, token: str, *, base_url: str) -> None:
        self.refused: dict[str, str] = {}  # by keys of what is wanted
        self.active = 0  # how many rules there are, of anybody
        self._client = tweepy.StreamingClient(token, return_type=dict)
        self._client.session.mount(TWEEPYS_HOST, HostAdapter(base_url, silence_seconds=0))
        self._refusals: dict[str, str] = {}  # by values: what X said of them

    def sync(self, wanted: Sequence[Wanted]) -> None:
        """
        Add what is wanted and not there, delete what is ours and not wanted.

        :raises tweepy.HTTPException: if X refuses the request itself.
        :raises requests.RequestException: if X is not reached.
        """
        values, too_long = _values(wanted)
        rules = self._client.get_rules().get("data") or []
        ours = {rule["value"]: rule["id"] for rule in rules if rule.get("tag", "").startswith(PREFIX)}
        others = {rule["value"] for rule in rules} - ours.keys()
        self._refusals = {value: words for value, words in self._refusals.items() if value in values}
        takeable = [value for value in values if value not in self._refusals and value not in others]
        room = MOST_RULES - (len(rules) - len(ours))
        new = [value for value in takeable[:room] if value not in ours]
        old = [ours[value] for value in ours if value not in takeable[:room]]
        if len(rules) + len(new) > MOST_RULES:
            self._delete(old)
            old = []
        self._add(new, values)
        self._delete(old)
        self.active = len(others) + sum(value not in self._refusals for value in takeable[:room])
        no_room = dict.fromkeys(takeable[max(room, 0) :], f"X takes {MOST_RULES:,} rules, and they are all in use.")
        self.refused = too_long | _by_key(values, self._refusals | no_room)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.session.close()

    def _add(self, new: list[str], values: dict[str, list[str]]) -> None:
        for batch in _batches(new):
            rest = self._add_together(batch, values)
            for value in rest:  # X takes all or none; without the bad ones all of them
                self._add_together([value], values)
        if new:
            log.info("x_rules_added", rules=len(new))

    def _add_together(self, batch: list[str], values: dict[str, list[str]]) -> list[str]:
        """Ask for these rules; give those that were not taken though nothing was said against them."""
        rules = [tweepy.StreamRule(value=value, tag=f"{PREFIX}{values[value][0]}") for value in batch]
        try:
            answer = self._client.add_rules(rules)
        except tweepy.BadRequest as error:
            if len(batch) == 1:
                self._refusals[batch[0]] = f"X refuses the rule: {words_of(error.response)}"
                return []
            answer = _json_of(error)
        made = {rule.get("value") for rule in answer.get("data") or []}
        bad = {each["value"]: each for each in answer.get("errors") or [] if each.get("value") in batch}
        for value, told in bad.items():
            if told.get("title") != "DuplicateRule":
                self._refusals[value] = f"X refuses the rule: {_words(told)}"
        return [value for value in batch if value not in made and value not in bad] if len(batch) > 1 else []

    def _delete(self, ids: list[str]) -> None:
        for batch in _batches(ids):
            self._client.delete_rules(batch)
        if ids:
            log.info("x_rules_deleted", rules=len(ids))


def _values(wanted: Sequence[Wanted]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Give the rules as X writes them, each with the keys that want it, and what is wrong with the others."""
    values: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    for each in wanted:
        try:
            values.setdefault(each.rule.for_x(), []).append(each.key)
        except RuleRefused as error:
            refused[each.key] = str(error)
    return values, refused


def _by_key(values: dict[str, list[str]], refusals: dict[str, str]) -> dict[str, str]:
    return {key: words for value, words in refusals.items() for key in values.get(value, [])}


def _words(error: dict[str, Any]) -> str:
    details = error.get("details")
    told = " ".join(map(str, details)) if isinstance(details, list) else error.get("detail") or error.get("title")
    return str(told or "it does not say why")[:200]


def _json_of(error: tweepy.HTTPException) -> dict[str, Any]:
    try:
        answer = error.response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _batches(items: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
