from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from cloudapps.apps import CloudApp, ExportedFile

if TYPE_CHECKING:
    from cloudapps.models import User


class SocialAnalytics(CloudApp):
    """Follow what is said about a keyword, and how people feel about it."""

    name = "socialanalytics"
    title = "Social Media Analytics"
    description = "Follow keywords as people post, and watch the mood change while it happens."
    icon = "chart"
    slug = "social"
    available = True

    def ready(self) -> None:
        """Register the system checks, and have whoever asks for health ask the post store too."""
        from cloudapps import health
        from socialanalytics import checks  # noqa: F401
        from socialanalytics.store import check_store

        health.watch(
            "post store", check_store, remedy="Is the server of MONGODB_URI up, or the database's if it is empty?"
        )

    def seed(self, owner: "User", *, now: datetime) -> None:
        """Give the demo account trackers, with two days of made-up posts."""
        from socialanalytics.services import demo_create

        demo_create(owner=owner, now=now)

    def export(self, owner: "User") -> Iterator[ExportedFile]:
        """Give the trackers, with their counts and posts."""
        from socialanalytics.services import owner_export

        return owner_export(owner=owner, now=timezone.now())

    def forget(self, owner: "User", *, now: datetime) -> None:
        """Delete the owner's trackers, and what was counted for them."""
        from socialanalytics.services import owner_forget

        owner_forget(owner=owner, now=now)
