"""How TextBlob weighs the words of a text: what each token does, and the polarity that comes of it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """What a token does to what stands around it."""

    known: bool = False  # in the lexicon
    felt: bool = False  # an emoticon, or the (!) of irony
    polarity: float = 0.0  # of those that are known or felt
    intensity: float = 1.0
    modifies: bool = False  # the next word is worth more or less by its intensity: very, really
    softens: bool = False  # ends with -ly: a negation after it turns the word itself (really not)
    negates: bool = False
    ends_negation: bool = False
    ends_modifier: bool = False
    shouts: bool = False


PLAIN = Token(ends_negation=True, ends_modifier=True)  # nearly every word
NOTHING = Token()  # commas and other single letters


def polarity_of(tokens: Iterable[Token]) -> float:
    """Average the polarity of what is assessed, in the order and with the roundings of TextBlob."""
    total, count = 0.0, 0
    polarity, intensity, turned = 0.0, 1.0, False  # of what was assessed last
    modifier: Token | None = None
    negated = False
    for token in tokens:
        if token is PLAIN:
            modifier, negated = None, False
        elif token.known:
            if modifier is None:
                total += polarity * -0.5 if turned else polarity
                count += 1
                polarity, intensity, turned = token.polarity, token.intensity, False
            else:
                polarity, intensity = clamped(token.polarity * intensity), token.intensity
            if negated:
                intensity, turned = 1.0 / intensity, True
            modifier = token if token.modifies else None
            negated = token.negates
        else:
            if token.negates:
                negated = True
            elif token.ends_negation:
                negated = False
            if negated and modifier is not None and modifier.softens:
                turned, negated = True, False
            elif token.ends_modifier:
                modifier = None
            if token.shouts and count:
                polarity = clamped(polarity * 1.25)
            if token.felt:
                total += polarity * -0.5 if turned else polarity
                count += 1
                polarity, intensity, turned = token.polarity, 1.0, False
    total += polarity * -0.5 if turned else polarity
    return total / (count or 1)


def clamped(value: float) -> float:
    """Keep a polarity between -1 and 1."""
    return max(-1.0, min(value, 1.0))
