"""Many rules at once."""

from socialanalytics.core.post import Post
from socialanalytics.core.rules.expressions import keys_needed
from socialanalytics.core.rules.rule import Rule
from socialanalytics.core.rules.terms import keys_of
from socialanalytics.core.rules.view import View


class RuleSet:
    """
    Many rules at once, each under a key: quick where most rules do not mean most posts.

    Each rule is filed under words of which every post it means has one; the others are not looked at.
    """

    def __init__(self, rules: dict[int, Rule]) -> None:
        self.rules = rules
        self._filed: dict[str, list[int]] = {}
        for key, rule in rules.items():
            for word in keys_needed(rule.expression) or ():
                self._filed.setdefault(word, []).append(key)
        self._words = frozenset(self._filed)

    def matching(self, post: Post) -> set[int]:
        """Give the keys of the rules that mean the post."""
        view = View(post)
        found = self._words.intersection(keys_of(view))
        candidates = {key for word in found for key in self._filed[word]}
        return {key for key in candidates if self.rules[key].expression.matches(view)}
