"""How an attempt can fail."""


class AttemptFailed(Exception):
    """The program failed; another attempt may do better. `str(error)` says why in words that begin with “It”."""

    role = "program"  # or mapper, combiner, reducer


class Hopeless(Exception):
    """No other attempt can do better: the job fails now. `str(error)` says why and what to do."""
