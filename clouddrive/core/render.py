"""
What can be read of a file, as HTML that is safe on a page of ours: text, code in colours, Markdown.

Files are hostile. So only their beginning is read; Markdown goes through an allow-list of tags (nh3), pictures from
elsewhere are named instead of fetched, code is coloured by a list of known lexers alone, and each of both has a
deadline after which the file is shown as plain text.
"""

import codecs
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from pygments.lexers import find_lexer_class
from pygments.token import STANDARD_TYPES, Token

HEAD_BYTES = 256 * 1024
COLOURED_LETTERS = 100_000  # colouring more takes too long
MARKDOWN_LETTERS = 100_000  # tags within tags within tags take a second
LONGEST_LINE = 2_000  # minified code has longer ones, and colours do not help there
DEADLINE_SECONDS = 1.0
CLASS_PREFIX = "hl-"
LEXERS = {
    "Bash": "sh bash zsh",
    "C": "c h",
    "C++": "cpp cc cxx hpp",
    "C#": "cs",
    "CSS": "css scss",
    "Diff": "diff patch",
    "Docker": "dockerfile",
    "Go": "go",
    "HTML": "html htm xhtml",
    "INI": "ini cfg conf properties",
    "Java": "java",
    "JavaScript": "js mjs cjs jsx",
    "JSON": "json jsonl geojson webmanifest",
    "Kotlin": "kt",
    "Lua": "lua",
    "Makefile": "makefile mk",
    "PHP": "php",
    "Perl": "pl pm",
    "Python": "py pyi pyw",
    "Ruby": "rb",
    "Rust": "rs",
    "S": "r",
    "Scala": "scala",
    "SQL": "sql",
    "Swift": "swift",
    "TOML": "toml",
    "TypeScript": "ts tsx",
    "XML": "xml svg xsd xsl",
    "YAML": "yaml yml",
}
LEXER_OF = {suffix: name for name, suffixes in LEXERS.items() for suffix in suffixes.split()}
MARKDOWN = {"md", "markdown"}
TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "dl", "dt", "em", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
CLASSES = {f"{CLASS_PREFIX}{short}" for short in STANDARD_TYPES.values() if short}


class TooSlow(Exception):
    """The deadline has passed."""


@dataclass(frozen=True)
class Rendered:
    """A file's beginning as safe HTML; `is_prose` tells Markdown from what keeps its lines."""

    html: str
    is_prose: bool = False
    is_cut: bool = False


class _Deadline:
    """A moment after which work on a file is given up."""

    def __init__(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    def check(self) -> None:
        """:raises TooSlow: if it has passed."""
        if time.monotonic() > self.at:
            raise TooSlow


def render(name: str, head: bytes, *, is_cut: bool = False, seconds: float = DEADLINE_SECONDS) -> Rendered:
    """Show the beginning of a file of this name; whatever the bytes are, it gives something and never raises."""
    text = decode(head[:HEAD_BYTES])
    suffix = _suffix(name)
    if suffix in MARKDOWN:
        try:
            html = markdown(text[:MARKDOWN_LETTERS], seconds=seconds)
            return Rendered(html, is_prose=True, is_cut=is_cut or len(text) > MARKDOWN_LETTERS)
        except Exception:  # too slow, or a bug of the parser's: it can still be read as it is
            return Rendered(escape(text), is_cut=is_cut)
    return Rendered("".join(coloured(text, suffix, seconds=seconds)), is_cut=is_cut)


def looks_like_text(head: bytes) -> bool:
    """
    Tell whether bytes that nobody has named are text: UTF-8 (its last letter may be cut) without control characters.

    >>> looks_like_text("all: müsli".encode()), looks_like_text(b"\\x7fELF\\x00")
    (True, False)
    """
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not any(letter < " " and letter not in "\t\n\r\f\x1b" for letter in text)


def decode(head: bytes) -> str:
    """Read bytes as UTF-8, UTF-16 (where a mark or its zeros show it) or Latin-1; what no page can show becomes �."""
    text = _decoded(head).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter if letter >= " " or letter in "\t\n" else "�" for letter in text.removeprefix("\ufeff"))


def markdown(text: str, *, seconds: float = DEADLINE_SECONDS) -> str:
    """
    Give Markdown as HTML that names nothing of ours, runs nothing and fetches nothing.

    :raises TooSlow: if it takes longer.
    """
    deadline = _Deadline(seconds)
    html = _parser(deadline).render(text)
    deadline.check()
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags={"script", "style", "title", "template", "iframe", "object", "svg", "math"},
        attributes=ATTRIBUTES,
        allowed_classes={"span": CLASSES},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="nofollow noopener noreferrer",
    )


def coloured(text: str, suffix: str, *, seconds: float = DEADLINE_SECONDS) -> Iterator[str]:
    """Give text in pieces of HTML; code of a known kind in spans whose classes say what each word is."""
    lexer = _lexer(suffix)
    if lexer is None or len(text) > COLOURED_LETTERS or max(map(len, text.split("\n"))) > LONGEST_LINE:
        yield escape(text)
        return
    deadline, done = _Deadline(seconds), 0
    try:
        for begin, kind, piece in lexer.get_tokens_unprocessed(text):
            deadline.check()
            if begin != done:  # a lexer went astray
                break
            done = begin + len(piece)
            yield _span(kind, piece)
    except Exception:  # noqa: S110 - lexers are many, and a file that one stumbles over is shown without colours
        pass
    yield escape(text[done:])


def _decoded(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace")
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut
    except UnicodeDecodeError:
        text = ""
    else:
        if "\x00" not in text:
            return text
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros = head[first::2]
        if len(zeros) > 3 and zeros.count(0) > 0.6 * len(zeros):
            return head.decode(encoding, errors="replace")
    return text or head.decode("latin-1")


def _parser(deadline: _Deadline) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False, "highlight": _highlighter(deadline)})
    parser.enable(["table", "strikethrough"])

    def keep_time(*_: Any) -> bool:
        deadline.check()
        return False

    parser.block.ruler.before("code", "deadline", keep_time)
    parser.inline.ruler.before("text", "deadline", keep_time)
    parser.core.ruler.push("lower_headings", _lower_headings)
    parser.add_render_rule("image", _image_in_words)
    return parser


def _highlighter(deadline: _Deadline) -> Any:
    def highlight(code: str, language: str, _attributes: str) -> str:
        deadline.check()
        known = language.lower() if language.lower() in LEXER_OF else _suffix_of(language)
        return "".join(coloured(code, known))

    return highlight


def _suffix_of(language: str) -> str:
    """Name a suffix for a language that a fence names in full, like `python`."""
    return next((suffix for suffix, name in LEXER_OF.items() if name.lower() == language.lower()), "")


def _lower_headings(state: Any) -> None:
    """The page has a first heading of its own."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"


def _image_in_words(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """Name a picture instead of fetching it: whose server it is on would learn who reads."""
    words = renderer.renderInlineAsText(tokens[index].children or [], options, env)
    return f"[{escape(words) or 'picture'}]"


def _lexer(suffix: str) -> Any:
    found = find_lexer_class(LEXER_OF[suffix]) if suffix in LEXER_OF else None
    return found(ensurenl=False, stripnl=False) if found else None


def _span(kind: Any, piece: str) -> str:
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    short = STANDARD_TYPES[kind]
    if not short or kind in Token.Text:
        return escape(piece)
    return f'<span class="{CLASS_PREFIX}{short}">{escape(piece)}</span>'


def _suffix(name: str) -> str:
    """
    Give what names the kind of a file: its suffix, or the whole name of one that has none.

    >>> _suffix("main.PY"), _suffix("Makefile")
    ('py', 'makefile')
    """
    return name.rpartition(".")[2].lower()
