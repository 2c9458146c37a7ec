"""Reads out of a text what it talks about."""

from socialanalytics.core.post import Kind, Post, Terms


def terms_of(post: Post) -> Terms:
    """Give the hashtags, mentions, links, words and emoji of a post."""
    raise NotImplementedError


def counted_under(post: Post) -> tuple[tuple[Kind, str], ...]:
    """Give everything the post is counted under: its terms, author, language and source, each once."""
    raise NotImplementedError
