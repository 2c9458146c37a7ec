"""Reads on accounts, always of one owner."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from cloudapps.models import User


@dataclass(frozen=True)
class Security:
    """How an account is kept safe, in numbers for the profile page."""

    has_password: bool
    addresses: int
    has_unverified_address: bool
    has_totp: bool
    passkeys: int
    recovery_codes_left: int | None  # None: no codes were made
    sessions: int


def security_of(owner: User) -> Security:
    """Say how the account is kept safe."""
    authenticators = list(Authenticator.objects.filter(user=owner))
    kinds = [authenticator.type for authenticator in authenticators]
    addresses = EmailAddress.objects.filter(user=owner)
    codes = next((a for a in authenticators if a.type == Authenticator.Type.RECOVERY_CODES), None)
    return Security(
        has_password=owner.has_usable_password(),
        addresses=addresses.count(),
        has_unverified_address=addresses.filter(verified=False).exists(),
        has_totp=Authenticator.Type.TOTP in kinds,
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        recovery_codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        sessions=len(UserSession.objects.purge_and_list(owner)),
    )
