from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person with an account. Ours from the first migration on, since Django cannot swap it in later."""

    class Language(models.TextChoices):
        """English as it is written somewhere: the words are the same, dates are not."""

        BRITISH = "en-gb", "British (31 Dec 2026, 14:30)"
        AMERICAN = "en-us", "American (Dec 31, 2026, 2:30 PM)"

    # The database has defaults too, so that a process of the release before can still write rows.
    name = models.CharField(max_length=150, blank=True, default="", db_default="")  # as they want to be called
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")  # IANA; empty: the browser's
    language = models.CharField(
        max_length=10, choices=Language, default=Language.BRITISH, db_default=Language.BRITISH.value
    )
    avatar = models.ForeignKey("cloudapps.Avatar", models.SET_NULL, null=True, blank=True, related_name="+")

    @property
    def display_name(self) -> str:
        """What the person is called on pages."""
        return self.name or self.get_username()

    @property
    def initials(self) -> str:
        """One or two letters, for where there is no picture."""
        words = self.display_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def get_full_name(self) -> str:
        """Give what Django and the admin call a full name."""
        return self.name

    def zone(self) -> ZoneInfo:
        """Give the chosen time zone; UTC if none is chosen, or one that this machine does not know."""
        try:
            return ZoneInfo(self.time_zone or "UTC")
        except (ValueError, ZoneInfoNotFoundError):
            return ZoneInfo("UTC")
