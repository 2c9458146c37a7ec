"""Programs as HTML in colours: the classes are Pygments', and `static/css/code.css` knows them."""

import re
import time
from html import escape
from typing import Any

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token

LONGEST = 100_000  # letters; colouring more takes too long
LONGEST_LINE = 2_000
DEADLINE_SECONDS = 1.0
LANGUAGES = {"py": "python", "sh": "bash", "pl": "perl", "awk": "awk", "rb": "ruby", "js": "javascript"}
INTERPRETER = re.compile(r"#!.*?\b(python|bash|sh|perl|awk|gawk|ruby|node)")
OF_INTERPRETER = {"sh": "bash", "gawk": "awk", "node": "javascript"}


def coloured(filename: str, text: str) -> str:
    """Give a script as safe HTML, in colours if its language is known and it is not too long; it never raises."""
    language = _language(filename, text)
    if not language or len(text) > LONGEST or max(map(len, text.split("\n"))) > LONGEST_LINE:
        return escape(text)
    pieces, done, deadline = [], 0, time.monotonic() + DEADLINE_SECONDS
    try:
        for begin, kind, piece in get_lexer_by_name(language, ensurenl=False, stripnl=False).get_tokens_unprocessed(
            text
        ):
            if begin != done or time.monotonic() > deadline:
                break
            pieces.append(_span(kind, piece))
            done += len(piece)
    except Exception:  # noqa: S110 - a script over which a lexer stumbles is shown without colours
        pass
    return "".join(pieces) + escape(text[done:])


def _language(filename: str, text: str) -> str:
    if found := INTERPRETER.match(text.split("\n", 1)[0]):
        return OF_INTERPRETER.get(found[1], found[1])
    return LANGUAGES.get(filename.rpartition(".")[2].lower(), "")


def _span(kind: Any, piece: str) -> str:
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    short = STANDARD_TYPES[kind]
    if not short or kind in Token.Text:
        return escape(piece)
    return f'<span class="hl-{short}">{escape(piece)}</span>'
