from datetime import datetime, timedelta

from django.db import IntegrityError, models


class LeaseManager(models.Manager["Lease"]):
    def hold(self, name: str, *, holder: str, now: datetime, duration: timedelta) -> bool:
        """Take or renew the lease; return False while another holder's has not run out."""
        mine_or_free = models.Q(holder=holder) | models.Q(expires_at__lt=now)
        if self.filter(mine_or_free, name=name).update(holder=holder, expires_at=now + duration):
            return True
        try:
            _, created = self.get_or_create(name=name, defaults={"holder": holder, "expires_at": now + duration})
        except IntegrityError:
            return False
        return created

    def give_up(self, name: str, *, holder: str) -> None:
        """Let the next one take over at once."""
        self.filter(name=name, holder=holder).delete()


class Lease(models.Model):
    """The right of one process to be the only one that does something, until a moment."""

    name = models.CharField(max_length=100, primary_key=True)
    holder = models.CharField(max_length=100)
    expires_at = models.DateTimeField()

    objects = LeaseManager()

    def __str__(self) -> str:
        return f"{self.name} held by {self.holder}"
