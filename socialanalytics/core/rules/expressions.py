"""
What a rule is made of: terms, joined by And and Or.

Not stands before a term alone: the parser turns `-(a OR b)` into `-a -b`, as X advises.
"""

from __future__ import annotations

from dataclasses import dataclass

from socialanalytics.core.rules.terms import Term
from socialanalytics.core.rules.view import View


@dataclass(frozen=True)
class Not:
    """The term must not be so."""

    term: Term

    def matches(self, view: View) -> bool:
        """Tell whether it is not so."""
        return not self.term.matches(view)


@dataclass(frozen=True)
class And:
    """All parts must be so; none of them is an And."""

    parts: tuple[Expression, ...]

    def matches(self, view: View) -> bool:
        """Tell whether all are."""
        return all(part.matches(view) for part in self.parts)


@dataclass(frozen=True)
class Or:
    """One of the parts must be so; none of them is an Or."""

    parts: tuple[Expression, ...]

    def matches(self, view: View) -> bool:
        """Tell whether any is."""
        return any(part.matches(view) for part in self.parts)


Expression = And | Or | Not | Term


def joined(kind: type[And] | type[Or], parts: list[Expression]) -> Expression:
    """Join parts, without a join inside its like or of one part."""
    flat: list[Expression] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else [part]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def negated(expression: Expression) -> Expression:
    """Give what is so when the expression is not."""
    match expression:
        case Not(term):
            return term
        case And(parts):
            return joined(Or, [negated(part) for part in parts])
        case Or(parts):
            return joined(And, [negated(part) for part in parts])
        case Term():
            return Not(expression)


def keys_needed(expression: Expression) -> frozenset[str] | None:
    """
    Give keys of which every post that is meant has at least one.

    None if there are no such keys: then the rule would mean nearly everything.
    """
    match expression:
        case Not():
            return None
        case And(parts):
            known = [keys for part in parts if (keys := keys_needed(part)) is not None]
            return min(known, key=lambda keys: (len(keys), -min(map(len, keys))), default=None)
        case Or(parts):
            each = [keys_needed(part) for part in parts]
            return None if None in each else frozenset().union(*filter(None, each))
        case Term():
            return None if expression.key is None else frozenset({expression.key})


def written(expression: Expression) -> str:
    """Write the expression as a rule, in X's syntax."""
    match expression:
        case Not(term):
            return f"-{term.written()}"
        case And(parts):
            return " ".join(f"({written(part)})" if isinstance(part, Or) else written(part) for part in parts)
        case Or(parts):
            return " OR ".join(f"({written(part)})" if isinstance(part, And) else written(part) for part in parts)
        case Term():
            return expression.written()
