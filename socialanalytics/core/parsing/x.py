"""Reads what X's API v2 sends."""

from socialanalytics.core.post import Deletion, Post


def parse_x(raw: bytes, *, source: str = "x") -> Post | Deletion | None:
    """
    Read one line of the filtered stream, or a post object alone; None if it is neither. Never raises.

    Shapes: `{"data": {...}, "includes": {"users": [...]}, "matching_rules": [...]}`, or what stands in `data`; a
    compliance event `{"data": {"delete": {"tweet": {"id"}}}}` or `{"delete": {"status": {"id_str"}}}` is a deletion.
    """
    raise NotImplementedError
