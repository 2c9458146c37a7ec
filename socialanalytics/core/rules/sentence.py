"""Says in plain words what a rule means."""

from collections.abc import Sequence

from socialanalytics.core.rules.expressions import And, Expression, Not, Or
from socialanalytics.core.rules.terms import Term

Leaf = Term | Not


def said(expression: Expression, *, inside: bool = False) -> str:
    """Say it: `with “coffee” and “flat white”, by @alice, in English, but without “decaf”`."""
    match expression:
        case And(parts):
            return _all_of(parts)
        case Or(parts):
            return _one_of(parts, inside=inside)
        case Not(term):
            return f"{term.means_not} {term.said()}"
        case Term():
            return f"{expression.means} {expression.said()}"


def _all_of(parts: Sequence[Expression]) -> str:
    """Say what must be so, then what must not, then the choices."""
    wanted = _grouped([part for part in parts if isinstance(part, Term)], "and")
    unwanted = _grouped([part for part in parts if isinstance(part, Not)], "or")
    choices = [said(part, inside=True) for part in parts if isinstance(part, Or)]
    if wanted and unwanted:
        unwanted[0] = f"but {unwanted[0]}"
    return ", and ".join([", ".join(wanted + unwanted), *choices] if wanted or unwanted else choices)


def _one_of(parts: Sequence[Expression], *, inside: bool) -> str:
    """Say the alternatives, in brackets where more follows them."""
    choices = _grouped([part for part in parts if isinstance(part, Term)], "or")
    choices += [said(part) for part in parts if not isinstance(part, Term)]
    if len(choices) == 1:
        return choices[0]
    if inside:
        return "either " + " or ".join(f"({choice})" for choice in choices)
    return ("; or " if any(", " in choice for choice in choices) else ", or ").join(choices)


def _grouped(leaves: Sequence[Leaf], conjunction: str) -> list[str]:
    """Say together what has one introduction: `with “a”, “b” and “c”`."""
    groups: dict[str, list[str]] = {}
    for leaf in leaves:
        term = leaf.term if isinstance(leaf, Not) else leaf
        groups.setdefault(term.means_not if isinstance(leaf, Not) else term.means, []).append(term.said())
    return [f"{introduction} {_listed(names, conjunction)}" for introduction, names in groups.items()]


def _listed(names: list[str], conjunction: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {conjunction} {last}" if first else last
