"""Names of files and folders: what may be one, when two are the same, and in which order they stand."""

import re
import unicodedata

MAX_LENGTH = 255
KEY_LENGTH = 512  # a key has at most one more letter for each number in the name, and two for some letters

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # UAX #9: they make "gpj.exe" look like "exe.jpg"
FORBIDDEN = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029/\\{BIDI}\ud800-\udfff]")
NUMBER = re.compile(r"0*[0-9]+")
LEADING_ZERO = "\x7f"  # cannot stand in a name, and sorts after all that may follow a number


class NameInvalid(ValueError):
    """This cannot be the name of a file or folder; `str(error)` says why."""


def clean_name(name: str) -> str:
    """
    Give the name as it is kept: in Unicode's composed form (NFC), without spaces around it.

    :raises NameInvalid: if it is empty, too long, `.` or `..`, or has a letter that must not stand in a name.
    """
    cleaned = unicodedata.normalize("NFC", name).strip()
    if not cleaned:
        raise NameInvalid("A name cannot be empty.")
    if cleaned in {".", ".."}:
        raise NameInvalid(f"A name cannot be {cleaned!r}.")
    if found := FORBIDDEN.search(cleaned):
        raise NameInvalid(f"A name cannot contain {_called(found.group())}.")
    if len(cleaned) > MAX_LENGTH or len(name_key(cleaned)) > KEY_LENGTH:
        raise NameInvalid(f"A name can have at most {MAX_LENGTH} letters; this one has {len(cleaned)}.")
    return cleaned


def safe_name(name: str) -> str:
    """Make a name of whatever a file was called elsewhere; what cannot stand in one becomes `_`."""
    replaced = FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).strip()
    short = replaced[-MAX_LENGTH:]
    if len(name_key(short)) > KEY_LENGTH:  # a ligature such as U+FB03 is three letters of the key
        short = short[-KEY_LENGTH // 4 :]
    short = short.strip()
    return "_" if short in {"", ".", ".."} else short


def name_key(name: str) -> str:
    """
    Give the key that is equal for names that differ in case alone, and sorts names as people do.

    Numbers sort by their value: a number becomes its count of digits and its digits, then a mark for each leading
    zero, so that different names never share a key.

    >>> sorted(["img10", "IMG9", "img02"], key=name_key)
    ['img02', 'IMG9', 'img10']
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return NUMBER.sub(_number_key, folded)


def numbered(name: str, number: int) -> str:
    """
    Give the name with a number, for a second thing of the same name.

    >>> numbered("report.tar.gz", 2)
    'report (2).tar.gz'
    """
    stem, suffix = split_suffix(name)
    mark = f" ({number})"
    return f"{stem[: MAX_LENGTH - len(mark) - len(suffix)]}{mark}{suffix}"


def split_suffix(name: str) -> tuple[str, str]:
    """
    Split a name into what it is called and what kind it is.

    >>> split_suffix(".profile"), split_suffix("notes.txt"), split_suffix("no. 5 of all the long names")
    (('.profile', ''), ('notes', '.txt'), ('no. 5 of all the long names', ''))
    """
    found = re.search(r"(?<=.)((\.tar)?\.[^.\s]{1,16})$", name)
    return (name[: found.start()], found.group()) if found else (name, "")


def _number_key(found: "re.Match[str]") -> str:
    digits = found.group().lstrip("0")
    zeros = len(found.group()) - len(digits)
    nines, rest = divmod(len(digits), 9)
    return f"{'9' * nines}{rest}{digits}{LEADING_ZERO * zeros}"


def _called(letter: str) -> str:
    if letter in "/\\":
        return letter
    named = unicodedata.name(letter, "").lower()
    return f"a {named}" if named else f"the control character U+{ord(letter):04X}"
