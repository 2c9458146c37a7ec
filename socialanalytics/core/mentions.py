"""A post as trackers count it."""

from collections.abc import Sequence

from socialanalytics.core.analysers import ANALYSERS
from socialanalytics.core.extract import counted_under
from socialanalytics.core.post import Mention, Post


def mentions_of(post: Post, tracks: Sequence[tuple[int, str]]) -> list[Mention]:
    """Score a post for each of the tracks (its number, and its analyser's name), once by each analyser."""
    if not tracks:
        return []
    terms = counted_under(post)
    scores = {name: ANALYSERS[name].score(post.text) for name in {name for _, name in tracks}}
    return [Mention(track, post, scores[name], terms) for track, name in tracks]
