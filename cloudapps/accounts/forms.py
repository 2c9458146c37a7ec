"""What a browser may send on the account's pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as account_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn_forms
from cryptography.exceptions import InvalidSignature
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


class LoginForm(account_forms.LoginForm):  # type: ignore[misc]  # allauth has no types
    """A name or an address, and a password."""

    def user_credentials(self) -> dict[str, Any]:
        """
        Give what was typed once: it is looked for among the addresses, then among the names.

        allauth's own form gives an address twice, so the password is hashed twice for one that we know, and once for
        one that we do not: the time would tell them apart.
        """
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that signs in by itself, unless the person wants only a second factor."""

    name = forms.CharField(required=False, max_length=100, help_text="To tell it from your other keys.")
    passwordless = forms.BooleanField(
        required=False,
        initial=True,
        label="Let it sign me in without a password",
        help_text="It asks for your fingerprint, face or PIN then. Without this, it is asked for after the password.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what no browser sends."""
        with _refusing_nonsense():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class _Careful:
    """Refuses credentials that no authenticator made, which allauth lets end in an error of ours."""

    def clean_credential(self) -> Authenticator:
        """Give the key that made the credential."""
        with _refusing_nonsense():
            return super().clean_credential()  # type: ignore[misc]


class PasskeyLoginForm(_Careful, webauthn_forms.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey in place of name and password."""


class PasskeyFactorForm(_Careful, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey or security key after the password."""


class PasskeyAgainForm(_Careful, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, shown once more."""


@contextmanager
def _refusing_nonsense() -> Iterator[None]:
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, InvalidSignature) as error:
        raise get_adapter().validation_error("incorrect_code") from error
