"""What we say of a program in Markdown, as HTML."""

from functools import cache

from markdown_it import MarkdownIt


@cache
def prose(text: str) -> str:
    """
    Give Markdown of ours as HTML; tags in it are shown as letters.

    >>> prose("**key** <b>")
    '<p><strong>key</strong> &lt;b&gt;</p>\\n'
    """
    return str(MarkdownIt("commonmark", {"html": False}).render(text))
