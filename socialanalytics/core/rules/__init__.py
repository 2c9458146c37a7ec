"""
The language in which a tracker says what it wants, a common subset of what the sources speak.

`coffee "flat white" OR espresso -decaf from:alice lang:en #latte @bob has:links`: a space is AND (and binds stronger
than OR, as on X), quotes a phrase, a minus NOT, brackets group.
"""

from socialanalytics.core.rules.refusal import RuleRefused
from socialanalytics.core.rules.rule import Rule, parse_rule
from socialanalytics.core.rules.rule_set import RuleSet

__all__ = ["Rule", "RuleRefused", "RuleSet", "parse_rule"]
