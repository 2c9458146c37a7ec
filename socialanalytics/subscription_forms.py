"""What a browser may send about mails and files of trackers: alerts, the digest, exports."""

from typing import Any

from django import forms

from socialanalytics.core.post import LONGEST_VALUE, Kind, Mood
from socialanalytics.models import Alert, Digest, Tracker

MOST_TERMS = 10


class AlertForm(forms.Form):
    """Whether one kind of alert is wanted, and how sensitive it is."""

    enabled = forms.BooleanField(required=False, label="Mail me")
    sensitivity = forms.ChoiceField(choices=Alert.Sensitivity.choices, label="Sensitivity")

    @classmethod
    def of(cls, alert: Alert, data: Any = None) -> "AlertForm":
        """Make the form of an alert; its fields are named after the kind."""
        shown = {"enabled": alert.enabled, "sensitivity": alert.sensitivity}
        return cls(data, prefix=alert.kind, initial=shown, use_required_attribute=False)


class DigestForm(forms.Form):
    """When a digest comes, and what it is about."""

    frequency = forms.ChoiceField(choices=Digest.Frequency.choices, label="How often", widget=forms.RadioSelect)
    hour = forms.TypedChoiceField(choices=[(hour, f"{hour}:00") for hour in range(24)], coerce=int, label="At")
    trackers = forms.TypedMultipleChoiceField(
        required=False, label="Trackers", widget=forms.CheckboxSelectMultiple, help_text="None chosen: all."
    )

    def __init__(self, data: Any = None, *, trackers: list[Tracker], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["trackers"].choices = [(str(tracker.pk), tracker.name) for tracker in trackers]  # type: ignore[attr-defined]


class ExportForm(forms.Form):
    """What is exported, of which time; the names are those of the REST door."""

    what = forms.ChoiceField(choices=[(name, name) for name in ("series", "top", "posts")])
    format = forms.ChoiceField(choices=[(name, name) for name in ("csv", "json")])
    start = forms.DateTimeField(required=False)
    end = forms.DateTimeField(required=False)
    last = forms.IntegerField(required=False, min_value=60, max_value=315_360_000)
    mood = forms.TypedChoiceField(
        required=False, choices=[(mood.value, mood.value) for mood in Mood], coerce=Mood, empty_value=None
    )

    term = forms.Field(required=False, widget=forms.SelectMultiple)

    def add_prefix(self, field_name: str) -> str:
        """Name the fields as the address does."""
        return {"start": "from", "end": "to"}.get(field_name, field_name)

    def clean_term(self) -> list[tuple[Kind, str]]:
        """Understand the terms, which may come several times."""
        terms = [self._term(text) for text in dict.fromkeys(self.cleaned_data["term"])]
        if len(terms) > MOST_TERMS:
            raise forms.ValidationError(f"Name {MOST_TERMS} terms at most.")
        return terms

    @staticmethod
    def _term(text: str) -> tuple[Kind, str]:
        kind, colon, value = text.partition(":")
        if not colon or kind not in set(Kind) or len(value) > LONGEST_VALUE:
            raise forms.ValidationError(f"A term is written like hashtag:coffee, with one of {', '.join(Kind)}.")
        return Kind(kind), value
