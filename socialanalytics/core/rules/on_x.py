"""What of a rule X can be asked."""

import re

from socialanalytics.core.rules.expressions import And, Expression, Not, Or, joined
from socialanalytics.core.rules.refusal import RuleRefused
from socialanalytics.core.rules.terms import From, Mentioned, Term

_HANDLE = re.compile(r"\w{1,15}|\d{1,20}", re.ASCII)


def on_x(expression: Expression) -> Expression:
    """
    Leave out what is never so on X: accounts that have handles or a `did:` of Bluesky.

    :raises RuleRefused: if nothing is left.
    """
    left = _left(expression)
    if isinstance(left, bool):
        raise RuleRefused(
            "X has none of these accounts: its handles have at most 15 letters, digits and _, like from:alice."
        )
    return left


def _left(expression: Expression) -> Expression | bool:
    """Give what is left, or what it always is on X."""
    match expression:
        case Not(term):
            return True if _left(term) is False else expression
        case And(parts):
            return _of([_left(part) for part in parts], And, neutral=True)
        case Or(parts):
            return _of([_left(part) for part in parts], Or, neutral=False)
        case From(name) | Mentioned(name):
            return expression if _HANDLE.fullmatch(name) else False
        case Term():
            return expression


def _of(parts: list[Expression | bool], kind: type[And] | type[Or], *, neutral: bool) -> Expression | bool:
    if (not neutral) in parts:
        return not neutral
    left = [part for part in parts if not isinstance(part, bool)]
    return joined(kind, left) if left else neutral
