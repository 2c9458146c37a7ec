"""Where posts and their aggregates are kept."""

from functools import cache

from django.conf import settings

from socialanalytics.store.port import PostStore


@cache
def post_store() -> PostStore:
    """Give MongoDB where the setting MONGODB_URI names one, else the Django database."""
    if settings.MONGODB_URI:
        from socialanalytics.store.mongo import MongoStore

        return MongoStore(settings.MONGODB_URI)
    from socialanalytics.store.database import DatabaseStore

    return DatabaseStore()
