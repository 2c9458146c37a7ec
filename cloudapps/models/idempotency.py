from django.db import models


class IdempotencyKey(models.Model):
    """The answer to a POST that carried an `Idempotency-Key`, so that a retry gets it again instead of a twin."""

    caller = models.CharField(max_length=64)  # SHA-256 of the token or session that sent it
    key = models.CharField(max_length=255)  # its SHA-256
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("caller", "key"), name="idempotency_key_per_caller"),)

    def __str__(self) -> str:
        return self.key
