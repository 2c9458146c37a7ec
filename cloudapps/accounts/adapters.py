"""Where we want allauth to do otherwise."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from cloudapps.models import User

OF_ALLAUTH = "allauth.account.stages.EmailVerificationStage"
WRONG = "We know no account with this name and password. Check both, or reset the password."
WRONG_CODE = "This code is not right. Check it, or ask for a new one."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # The same words, whether the name is unknown or the password is wrong.
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": "Too many wrong passwords. Wait five minutes, then try again.",
        "incorrect_code": WRONG_CODE,
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password.",
        "rate_limited": "That was a little too fast. Wait a minute, then try again.",
    }

    def get_login_stages(self) -> list[str]:
        """Name the stages of signing in, ours in place of allauth's."""
        ours = "cloudapps.accounts.stages.EmailVerificationStage"
        return [ours if stage == OF_ALLAUTH else stage for stage in super().get_login_stages()]

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Keep the last address: without one, nobody could reset the password."""
        others = EmailAddress.objects.filter(user=email_address.user_id).exclude(pk=email_address.pk)
        return others.exists() and bool(super().can_delete_email(email_address))


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors and passkeys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. Codes last half a minute: try the one that is shown now.",
    }

    def _get_site_name(self) -> str:
        return "cloudapps"

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Propose a name for the next passkey."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Say whose passkey it is, as the browser's list of passkeys shows it."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.get_username(), "display_name": user.display_name}
