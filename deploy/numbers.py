"""Numbers as they are typed."""

import argparse
import math


def amount(text: str) -> float:
    """Read a number that is 0 or more. :raises argparse.ArgumentTypeError: in words."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return number
