"""
Reads a rule's text.

    rule  = all { "OR" all }
    all   = one { ["AND"] one }
    one   = { "-" | "NOT" } ( "(" rule ")" | term )
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from socialanalytics.core.rules.expressions import And, Expression, Or, joined, negated
from socialanalytics.core.rules.operators import bare_term, operator_term, words_term
from socialanalytics.core.rules.refusal import RuleRefused

MOST_TERMS = 100
DEEPEST = 20

# Keyboards of phones make these of what a person types; each is one letter, so that places stay true.
_TYPED = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | {"（": "(", "）": ")", "：": ":"})
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<bracket>[()])
      | (?P<minus>[-–—−])
      | (?P<phrase>"(?P<words>[^"]*)")
      | (?P<open_quote>")
      | (?P<operator>[A-Za-z_]+):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s()"]*))
      | (?P<bare>[^\s()"]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    kind: str  # ( ) - OR AND NOT term
    text: str
    start: int
    value: Expression | None = None

    def __str__(self) -> str:
        return f"“{self.text}” (letter {self.start + 1})"


def parse(text: str) -> Expression:
    """Read a rule. :raises RuleRefused:"""
    parser = _Parser(_tokens(text))
    expression = parser.rule(0)
    if parser.next is not None:
        raise RuleRefused(f"{parser.next} closes no bracket: delete it, or write a ( before what it ends.")
    return expression


def _tokens(text: str) -> list[_Token]:
    tokens = [_token(found) for found in _TOKEN.finditer(text.translate(_TYPED).rstrip())]
    if sum(token.kind == "term" for token in tokens) > MOST_TERMS:
        raise RuleRefused(f"The rule asks for more than {MOST_TERMS} things: make two trackers of it.")
    return tokens


def _token(found: re.Match[str]) -> _Token:
    text = found[0].lstrip()
    start = found.end() - len(text)
    if found["bracket"] or found["minus"]:
        return _Token(found["bracket"] or "-", text, start)
    if found["open_quote"]:
        raise RuleRefused(
            f'The quote at letter {start + 1} is never closed: put a " after the last word of the phrase.'
        )
    if text in ("OR", "AND", "NOT"):
        return _Token(text, text, start)
    if found["operator"]:
        value = found["quoted"] if found["quoted"] is not None else found["value"]
        return _Token("term", text, start, operator_term(found["operator"], value, start + 1))
    if found["bare"]:
        return _Token("term", text, start, bare_term(text, start + 1))
    return _Token("term", text, start, words_term(found["words"], start + 1))


class _Parser:
    """Goes through the tokens once, from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def next(self) -> _Token | None:
        """The token that was not read yet."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *kinds: str) -> _Token | None:
        """Read the next token if it is of one of the kinds."""
        token = self.next
        if token is None or token.kind not in kinds:
            return None
        self.at += 1
        return token

    def rule(self, depth: int) -> Expression:
        """Read alternatives."""
        parts = [self.all(depth)]
        while self.take("OR"):
            parts.append(self.all(depth))
        return joined(Or, parts)

    def all(self, depth: int) -> Expression:
        """Read what must be so together."""
        parts = [self.one(depth)]
        while self.take("AND") or (self.next and self.next.kind in ("(", "-", "NOT", "term")):
            parts.append(self.one(depth))
        return joined(And, parts)

    def one(self, depth: int) -> Expression:
        """Read a term, a bracket, or the negation of either."""
        if depth > DEEPEST:
            raise RuleRefused(f"Brackets or NOTs stand in each other more than {DEEPEST} deep: write it more simply.")
        token = self.take("(", "-", "NOT", "term")
        if token is None:
            raise RuleRefused(self._missing())
        if token.kind == "(":
            inner = self.rule(depth + 1)
            if not self.take(")"):
                raise RuleRefused(f"The bracket at letter {token.start + 1} is never closed: put a ) where it ends.")
            return inner
        if token.kind == "term" and token.value is not None:
            return token.value
        return negated(self.one(depth + 1))

    def _missing(self) -> str:
        """Say what stands where a term should."""
        before = self.tokens[self.at - 1] if self.at else None
        if before is None or before.kind == "(":
            here = self.next
            if here is None:
                return "The rule ends with an open bracket." if before else "The rule is empty."
            return f"{here} has nothing before it: write a word, a “phrase”, a #hashtag or another term there."
        return (
            f"{before} has nothing after it: write a word, a “phrase”, a #hashtag or another term there, or delete it."
        )
