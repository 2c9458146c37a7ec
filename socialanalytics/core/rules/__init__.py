"""
The language in which a tracker says what it wants, a common subset of what the sources speak.

`coffee "flat white" OR espresso -decaf from:alice lang:en #latte @bob has:links`: a space is AND (and binds stronger
than OR, as on X), quotes a phrase, a minus NOT, brackets group.
"""

from dataclasses import dataclass

from socialanalytics.core.post import Post


class RuleRefused(ValueError):
    """The text is no rule; the words say what is wrong, where, and what to write instead."""


@dataclass(frozen=True)
class Rule:
    """A rule that was understood."""

    text: str

    def matches(self, post: Post) -> bool:
        """Tell whether the rule means the post."""
        raise NotImplementedError

    def for_x(self) -> str:
        """Write it as a rule of X's filtered stream (at most 1,024 letters). :raises RuleRefused: if it is too long."""
        raise NotImplementedError


def parse_rule(text: str) -> Rule:
    """Understand a rule. :raises RuleRefused:"""
    raise NotImplementedError


class RuleSet:
    """Many rules at once, each under a key: quick where most rules do not mean most posts."""

    def __init__(self, rules: dict[int, Rule]) -> None:
        self.rules = rules

    def matching(self, post: Post) -> set[int]:
        """Give the keys of the rules that mean the post."""
        return {key for key, rule in self.rules.items() if rule.matches(post)}
