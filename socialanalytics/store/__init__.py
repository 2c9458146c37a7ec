"""Where posts and their aggregates are kept."""

from functools import cache

from django.conf import settings
from django.db import connection

from socialanalytics.store.port import PostStore


@cache
def post_store() -> PostStore:
    """Give MongoDB where the setting MONGODB_URI names one, else the Django database."""
    if settings.MONGODB_URI:
        from socialanalytics.store.mongo import MongoStore

        return MongoStore(settings.MONGODB_URI)
    from socialanalytics.store.database import DatabaseStore

    return DatabaseStore()


def check_store() -> None:
    """Ask the post store whether it can be used; in a thread of its own."""
    post_store().check()
    connection.close()
