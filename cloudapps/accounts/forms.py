"""What a browser may send on the account's pages."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms

from cloudapps.models import User

BROWSERS_ZONE = ("", "As this browser says")
AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zone_choices() -> list[Any]:
    """List the time zones by area, as a select shows them."""
    zones = sorted(available_timezones())
    areas = [(area, [(z, _city(z)) for z in zones if z.startswith(f"{area}/")]) for area in AREAS]
    return [BROWSERS_ZONE, ("UTC", "UTC"), *areas]


def _city(zone: str) -> str:
    _, _, place = zone.partition("/")
    return place.replace("_", " ").replace("/", ", ")


class ProfileForm(forms.Form):
    """What a person says of themselves."""

    name = forms.CharField(
        max_length=150,
        required=False,
        help_text="How you want to be called. Your username stays what it is.",
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        choices=zone_choices, required=False, help_text="Times on every page are shown in this zone."
    )
    language = forms.ChoiceField(
        choices=User.Language.choices, label="Dates and numbers", help_text="All texts are in English."
    )


class TokenForm(forms.Form):
    """What a person says of a new token."""

    name = forms.CharField(max_length=100, label="Name", help_text="What is it for? For example: backup script.")


class AvatarForm(forms.Form):
    """The upload that is to become the avatar."""

    upload_id = forms.UUIDField()


class DeleteAccountForm(forms.Form):
    """The username, typed out, so that nobody deletes an account by a slip."""

    username = forms.CharField(
        max_length=150,
        label="Your username",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_username(self) -> str:
        """Refuse any other than the owner's."""
        typed: str = self.cleaned_data["username"]
        if typed != self.owner.get_username():
            raise forms.ValidationError(f"This is not it. Type {self.owner.get_username()} to delete the account.")
        return typed


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey that signs in by itself, unless the person wants only a second factor."""

    name = forms.CharField(required=False, max_length=100, help_text="To tell it from your other keys.")
    passwordless = forms.BooleanField(
        required=False,
        initial=True,
        label="Let it sign me in without a password",
        help_text="It asks for your fingerprint, face or PIN then. Without this, it is asked for after the password.",
    )
