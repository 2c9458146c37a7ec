"""A rule, from its text to its answers."""

import unicodedata
from dataclasses import dataclass

from socialanalytics.core.post import Post
from socialanalytics.core.rules.expressions import Expression, keys_needed, written
from socialanalytics.core.rules.on_x import on_x
from socialanalytics.core.rules.parser import parse
from socialanalytics.core.rules.refusal import RuleRefused
from socialanalytics.core.rules.sentence import said
from socialanalytics.core.rules.view import View

LONGEST = 2048
LONGEST_ON_X = 1024


@dataclass(frozen=True)
class Rule:
    """A rule that was understood."""

    text: str
    expression: Expression

    def matches(self, post: Post) -> bool:
        """Tell whether the rule means the post."""
        return self.expression.matches(View(post))

    def for_x(self) -> str:
        """Write it as a rule of X's filtered stream (at most 1,024 letters). :raises RuleRefused: if it is too long."""
        rule = written(on_x(self.expression))
        if len(rule) > LONGEST_ON_X:
            raise RuleRefused(
                f"X takes rules of {LONGEST_ON_X} letters at most, this one has {len(rule)}: make two trackers of it."
            )
        return rule

    def describe(self) -> str:
        """Say in a sentence which posts are meant: `posts with “coffee”, in English, but without “decaf”`."""
        return f"posts {said(self.expression)}"


def parse_rule(text: str) -> Rule:
    """Understand a rule. :raises RuleRefused:"""
    if not text.strip():
        raise RuleRefused("The rule is empty: write at least one word, like coffee.")
    if len(text) > LONGEST:
        raise RuleRefused(f"The rule has {len(text)} letters; {LONGEST} are the most: make two trackers of it.")
    for place, letter in enumerate(text, 1):
        if unicodedata.category(letter) in ("Cc", "Cs") and not letter.isspace():
            raise RuleRefused(f"Letter {place} (U+{ord(letter):04X}) cannot be shown: delete it.")
    expression = parse(text)
    if keys_needed(expression) is None:
        raise RuleRefused(
            "The rule would mean nearly every post: each side of an OR, and the rule itself, needs a word, a phrase,"
            " a #hashtag, an @mention, from: or url: without a minus."
        )
    return Rule(text, expression)
