#!/usr/bin/env python3
"""
Hand the damped rank of each node on to those it links to, in equal shares, and its links to itself.

A node without links gives its rank to itself, as if it linked there: so no rank is lost. Shares are rounded to
15 decimals, so that their sum is exact and the same in every order.
"""

import os
import sys
from decimal import Decimal, getcontext

PLACES = Decimal("1e-15")
LARGEST = 10**15


def main() -> None:
    damping = damping_factor()
    getcontext().prec = 60
    write = sys.stdout.buffer.write
    for line in sys.stdin.buffer:
        fields = line.rstrip(b"\r\n").split(b"\t")
        try:
            node, text, links = fields if len(fields) == 3 else [*fields, b""]
            rank = Decimal(text.decode())
            if not node or not 0 <= rank <= LARGEST:
                raise ValueError
        except (ValueError, ArithmeticError):
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)
            continue
        targets = [target for target in links.split(b",") if target] or [node]
        share = str((damping * rank / len(targets)).quantize(PLACES)).encode()
        write(b"%s\tlinks\t%s\n" % (node, links))
        for target in targets:
            write(b"%s\tshare\t%s\n" % (target, share))


def damping_factor() -> Decimal:
    text = os.environ.get("DAMPING") or "0.85"
    try:
        damping = Decimal(text)
        if 0 <= damping <= 1:
            return damping
    except ArithmeticError:
        pass
    sys.exit(f"DAMPING must be a number from 0 to 1, such as 0.85, not {text!r}.")


if __name__ == "__main__":
    main()
