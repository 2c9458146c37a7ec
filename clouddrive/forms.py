"""What a browser may send: shapes alone."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from clouddrive.core.kinds import Category
from clouddrive.selectors import Query, Sort

MEGABYTE = 2**20
SIZES = {"small": (None, MEGABYTE), "medium": (MEGABYTE, 100 * MEGABYTE), "large": (100 * MEGABYTE, None)}
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
TYPES = {
    Category.IMAGE: "Pictures",
    Category.VIDEO: "Videos",
    Category.AUDIO: "Audio",
    Category.DOCUMENT: "Documents",
    Category.TEXT: "Text and code",
    Category.ARCHIVE: "Archives",
    Category.OTHER: "Others",
}
SIZE_WORDS = {"small": "Up to 1 MB", "medium": "1 to 100 MB", "large": "More than 100 MB"}
DAY_WORDS = {"day": "Last 24 hours", "week": "Last 7 days", "month": "Last 30 days", "year": "Last year"}


class SearchForm(forms.Form):
    """What to look for, and where; all of it may be left out."""

    search = forms.CharField(max_length=255, required=False)
    category = forms.ChoiceField(choices=[("", "Any type"), *TYPES.items()], required=False, label="Type")
    size = forms.ChoiceField(choices=[("", "Any size"), *SIZE_WORDS.items()], required=False)
    changed = forms.ChoiceField(choices=[("", "Any date"), *DAY_WORDS.items()], required=False)
    within = forms.ChoiceField(choices=[("", "Everywhere"), ("here", "In this folder")], required=False, label="Where")

    def query(self, *, now: datetime) -> Query:
        """Give what is looked for; nothing, where a field cannot be read."""
        given: dict[str, Any] = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        smallest, largest = SIZES.get(given.get("size", ""), (None, None))
        days = DAYS.get(given.get("changed", ""))
        return Query(
            text=given.get("search", ""),
            category=Category(given["category"]) if given.get("category") else None,
            min_bytes=smallest,
            max_bytes=largest,
            modified_after=now - timedelta(days=days) if days else None,
        )


class SortForm(forms.Form):
    """How a folder is to be sorted, and how much of it is asked for."""

    sort = forms.ChoiceField(choices=[(sort.value, sort.value) for sort in Sort])
    descending = forms.BooleanField(required=False)


class LinkPasswordForm(forms.Form):
    """The password of a link."""

    password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": True})
    )
