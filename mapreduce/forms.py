"""What a browser may send: shapes alone."""

from typing import Any

from django import forms

from mapreduce.core.scripts import Script, Scripts

LONGEST_TEXT = 300_000  # letters; what is too large in bytes is refused in words
ROLES = ("mapper", "reducer", "combiner")


class CodeField(forms.CharField):
    """A script, letter by letter; only the ends of lines are made those of Unix, since browsers send others."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_TEXT, strip=False, required=False, **options)

    def to_python(self, value: Any) -> str:
        """Give the text."""
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class ProgramForm(forms.Form):
    """A program: its title, and its scripts by name."""

    title = forms.CharField(max_length=100)
    mapper_name = forms.CharField(max_length=64, required=False)
    mapper = CodeField()
    reducer_name = forms.CharField(max_length=64, required=False)
    reducer = CodeField()
    combiner_name = forms.CharField(max_length=64, required=False)
    combiner = CodeField()

    @property
    def scripts(self) -> Scripts:
        """What was sent, once it is valid; a script of nothing but white space is none."""
        return Scripts(*(self._script(role) for role in ROLES))

    def _script(self, role: str) -> Script:
        text: str = self.cleaned_data[role]
        return Script(self.cleaned_data[f"{role}_name"] or f"{role}.py", text) if text.strip() else Script.none
