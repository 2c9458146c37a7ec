import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clouddrive.core.render import LEXER_OF, decode, looks_like_text, render

SUFFIXES = ["md", "txt", "unheard-of", *sorted(LEXER_OF)]
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
ACTIVE = {"script", "style", "iframe", "object", "embed", "img", "svg", "math", "form", "input", "link", "meta", "base"}
PIECES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example)",
    "[x](/accounts/logout/)",
    "<a href='vbscript:x' onclick='alert(1)' id='drive' class='toasts'>x</a>",
    "<svg onload=alert(1)><style>*{}</style>",
    "<div style='position:fixed'>",
    "```html\n<script>\n```\n",
    "<b><table><td>",
    "`",
    "\n\n> ",
    "|a|b|\n|-|-|\n",
    "\x00",
]


def assert_harmless(html: str) -> None:
    """Nothing runs, nothing is fetched, nothing leads to a page of ours, and no class or id is a stranger's."""
    for closing, tag, attributes in TAG.findall(html):
        assert tag.lower() not in ACTIVE, html
        assert not closing or not attributes.strip()
        assert not re.search(r"""\b(on\w+|style|src|id|srcset|action|formaction)\s*=""", attributes), html
        for address in re.findall(r'href="([^"]*)"', attributes):
            assert address.startswith(("https://", "http://", "mailto:")), html
            assert "nofollow" in attributes
            assert "noopener" in attributes
        for classes in re.findall(r'class="([^"]*)"', attributes):
            assert re.fullmatch(r"(hl-[a-z0-9]+)?", classes), html


class TestAnything:
    @given(body=st.binary(max_size=400), suffix=st.sampled_from(SUFFIXES))
    def test_is_shown_without_harm(self, body: bytes, suffix: str):
        assert_harmless(render(f"x.{suffix}", body).html)

    @given(text=st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=14).map("".join))
    def test_that_is_hostile_markdown_is_harmless(self, text: str):
        assert_harmless(render("x.md", text.encode()).html)

    @given(text=st.text(max_size=200), suffix=st.sampled_from(sorted(LEXER_OF)))
    def test_that_is_code_loses_no_letter(self, text: str, suffix: str):
        shown = re.sub(r"</?span[^>]*>", "", render(f"x.{suffix}", text.encode("utf-8", "ignore")).html)

        for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
            shown = shown.replace(entity, letter)
        assert shown == decode(text.encode("utf-8", "ignore"))


class TestMarkdown:
    def html(self, text: str) -> str:
        return render("notes.md", text.encode()).html

    def test_is_prose(self):
        assert render("notes.MD", b"# Hi\n\n**bold**").is_prose
        assert self.html("# Hi\n\n**bold**") == "<h2>Hi</h2>\n<p><strong>bold</strong></p>\n"

    def test_colours_code_that_says_its_language(self):
        assert '<span class="hl-kn">import</span>' in self.html("```python\nimport os\n```")

    def test_names_pictures_instead_of_fetching_them(self):
        assert self.html("![a hill](https://evil.example/x.png)") == "<p>[a hill]</p>\n"

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "/accounts/logout/"])
    def test_leads_only_to_other_sites(self, address: str):
        assert "href" not in self.html(f"[x]({address})") + self.html(f"<a href='{address}'>x</a>")

    def test_vouches_for_no_link(self):
        assert 'rel="nofollow noopener noreferrer"' in self.html("[x](https://example.org)")


class TestTime:
    @pytest.mark.parametrize(
        "text",
        [
            "[" * 250_000,
            "*a " * 80_000,
            "<details><ul><li>" * 15_000,
            "![[]()" * 40_000,
            "\n".join(" " * depth + "- a" for depth in range(600)),
        ],
        ids=["brackets", "stars", "nested tags", "pictures", "lists"],
    )
    @pytest.mark.parametrize("suffix", ["md", "py", "html"])
    def test_is_bounded(self, text: str, suffix: str):
        began = time.process_time()

        assert_harmless(render(f"x.{suffix}", text.encode()).html[:100_000].rpartition(">")[0] + ">")

        assert time.process_time() - began < 6


class TestDecode:
    @pytest.mark.parametrize(
        ("body", "text"),
        [
            ("müsli".encode(), "müsli"),
            ("müsli".encode("utf-8-sig"), "müsli"),
            ("müsli".encode("utf-16"), "müsli"),
            ("plain words".encode("utf-16-le"), "plain words"),
            ("plain words".encode("utf-16-be"), "plain words"),
            ("müsli".encode("latin-1"), "müsli"),
            ("müsli €".encode()[:-1], "müsli "),
            (b"a\r\nb\rc\x07", "a\nb\nc�"),
        ],
    )
    def test_reads(self, body: bytes, text: str):
        assert decode(body) == text

    def test_tells_text_from_what_is_not(self):
        assert looks_like_text(b"all: build\n\tmake\n")
        assert not looks_like_text(b"\x89PNG\r\n\x1a\n")
        assert not looks_like_text(b"a\x00b")
