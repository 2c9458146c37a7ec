"""What is wrong with a rule."""


class RuleRefused(ValueError):
    """The text is no rule; the words say what is wrong, where, and what to write instead."""
