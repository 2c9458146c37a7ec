"""What a browser may send: shapes alone."""

from typing import Any, NamedTuple

from django import forms

from socialanalytics.core.analysers import ANALYSERS
from socialanalytics.models import Tracker
from socialanalytics.schemas import LONGEST_KEYWORD, MOST_KEYWORDS
from socialanalytics.selectors.trackers import X_USD_PER_POST

LANGUAGES = (
    ("en", "English"),
    ("de", "German"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("pt", "Portuguese"),
    ("it", "Italian"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("tr", "Turkish"),
    ("ar", "Arabic"),
    ("hi", "Hindi"),
    ("id", "Indonesian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("zh", "Chinese"),
)


class SourceChoice(NamedTuple):
    """A source as the form offers it: what it is, and what its posts cost."""

    name: str
    title: str
    description: str
    cost: str


SOURCES = (
    SourceChoice("replay", "Replay", "Made-up posts, played as if they came now. Good to try everything.", "Free"),
    SourceChoice("bluesky", "Bluesky", "Every public post of Bluesky, as it is written.", "Free"),
    SourceChoice(
        "x",
        "X",
        "Posts of X that the keywords mean. Somebody must have set up a key for it.",
        f"X bills ${X_USD_PER_POST} a post",
    ),
)


class KeywordsField(forms.CharField):
    """Rules, one a line."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[str]:
        """Give the rules, without lines that say nothing."""
        rules = [line for line in map(str.strip, str(super().clean(value)).splitlines()) if line]
        if len(rules) > MOST_KEYWORDS:
            raise forms.ValidationError(f"These are {len(rules)} keywords; a tracker takes up to {MOST_KEYWORDS}.")
        for number, rule in enumerate(rules, 1):
            if len(rule) > LONGEST_KEYWORD:
                words = f"Keyword {number} has {len(rule)} letters; cut it to {LONGEST_KEYWORD}, or make two of it."
                raise forms.ValidationError(words)
        return rules


class TrackerForm(forms.Form):
    """All that can be said of a tracker."""

    name = forms.CharField(max_length=100, help_text="For you, such as the brand or the topic.")
    keywords = KeywordsField(
        max_length=MOST_KEYWORDS * (LONGEST_KEYWORD + 2),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
        help_text="One rule a line. A post counts where one of the lines means it.",
    )
    sources = forms.MultipleChoiceField(
        choices=[(source.name, source.title) for source in SOURCES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one source, or no posts will come."},
    )
    languages = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    analyser = forms.ChoiceField(widget=forms.RadioSelect)
    monthly_cap = forms.IntegerField(
        label="Posts a month, at most",
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text="When so many have come, the tracker rests until the month (of UTC) ends. Empty: no limit.",
    )

    def __init__(self, *args: Any, kept_languages: tuple[str, ...] = (), **options: Any) -> None:
        """`kept_languages` are offered too, since a script may have chosen others than those of the list."""
        super().__init__(*args, **options)
        known = dict(LANGUAGES)
        others = [(code, code) for code in kept_languages if code not in known]
        self.fields["languages"].choices = [*LANGUAGES, *others]  # type: ignore[attr-defined]
        self.fields["analyser"].choices = [(name, found.title) for name, found in ANALYSERS.items()]  # type: ignore[attr-defined]

    @classmethod
    def showing(cls, tracker: Tracker) -> "TrackerForm":
        """Make the form that shows a tracker as it is."""
        initial = {
            "name": tracker.name,
            "keywords": "\n".join(tracker.keywords),
            "sources": tracker.sources,
            "languages": tracker.languages,
            "analyser": tracker.analyser,
            "monthly_cap": tracker.monthly_cap,
        }
        return cls(initial=initial, kept_languages=tuple(tracker.languages))
