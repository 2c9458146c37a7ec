#!/usr/bin/env python3
"""
Write each line behind a key whose byte order is the order that is wanted.

The line is the key's second field, so that lines with an equal field have an order too; its TABs are escaped for that.
"""

import os
import re
import sys
from decimal import Decimal

SEPARATORS = {"tab": b"\t", "comma": b",", "semicolon": b";", "space": b" "}
UPSIDE_DOWN = bytes(255 - byte for byte in range(256))
NINES_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def main() -> None:
    number, separator = whole_number("FIELD", default=1), SEPARATORS[choice("SEPARATOR", *SEPARATORS)]
    key = number_key if choice("TYPE", "text", "number") == "number" else text_key
    descends = choice("ORDER", "ascending", "descending") == "descending"
    for line in sys.stdin.buffer:
        line = line.rstrip(b"\r\n")
        try:
            field = line.split(separator, number)[number - 1]
            sys.stdout.buffer.write(b"%s\t%s\n" % (key(field, descends).encode(), escaped(line)))
        except (IndexError, ValueError, ArithmeticError):
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)


def text_key(field: bytes, descends: bool) -> str:
    return field.translate(UPSIDE_DOWN).hex() + "~" if descends else field.hex()


def number_key(field: bytes, descends: bool) -> str:
    """
    Give a number's sign, exponent and digits, as exact as it is written; all upside down for a negative one.

    "~" comes after every digit, as -1.2 comes after -1.23.
    """
    number = Decimal(field.decode())
    if not number.is_finite():
        raise ValueError
    if not number:
        return "1"
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    size = f"{number.adjusted() + 10**19:020}{digits}"
    if number.is_signed() == descends:
        return "2" + size
    return "0" + size.translate(NINES_COMPLEMENT) + "~"


def escaped(line: bytes) -> bytes:
    return line.replace(b"\x01", b"\x01\x02").replace(b"\t", b"\x01\x01")


def whole_number(name: str, *, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < 1:
        sys.exit(f"{name} must be a whole number from 1 on, not {text!r}.")
    return int(text)


def choice(name: str, *known: str) -> str:
    value = os.environ.get(name) or known[0]
    if value not in known:
        sys.exit(f"{name} must be {' or '.join(known)}, not {value!r}.")
    return value


if __name__ == "__main__":
    main()
