from django.conf import settings
from django.db import models


class Quota(models.Model):
    """
    How many bytes an owner has, in all apps together, and how many they may have.

    `used_bytes` is always the sum of the sizes of the owner's uploads, finished or not: an upload takes its bytes when
    it is promised, in the transaction that makes its row, and gives them back in the one that deletes it.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="quota")
    used_bytes = models.PositiveBigIntegerField(default=0)
    own_limit_bytes = models.PositiveBigIntegerField(null=True, blank=True)  # set by staff; None: QUOTA_BYTES

    def __str__(self) -> str:
        return f"{self.used_bytes} of {self.limit_bytes} bytes"

    @property
    def limit_bytes(self) -> int:
        """How many bytes the owner may have."""
        return settings.QUOTA_BYTES if self.own_limit_bytes is None else self.own_limit_bytes

    @property
    def free_bytes(self) -> int:
        """How many bytes the owner may still add; none where the limit was lowered below what is there."""
        return max(0, self.limit_bytes - self.used_bytes)

    @property
    def percent(self) -> int:
        """How much of the limit is used."""
        return min(100, self.used_bytes * 100 // self.limit_bytes) if self.limit_bytes else 100
