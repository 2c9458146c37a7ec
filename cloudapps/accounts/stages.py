"""What somebody passes on the way from the right password to being signed in."""

from allauth.account import stages
from allauth.account.models import EmailAddress
from django.http import HttpResponse

from cloudapps.models import User


def has_address(user: User) -> bool:
    """Tell whether there is any address that mail to this person could go to."""
    return bool(user.email) or EmailAddress.objects.filter(user=user).exists()


class EmailVerificationStage(stages.EmailVerificationStage):  # type: ignore[misc]  # allauth has no types
    """Lets those pass who have no address: staff and commands make such accounts, registration never does."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Ask for the code that was mailed, unless the address is confirmed or there is none."""
        user = self.login.user
        if user is not None and not has_address(user):
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer
