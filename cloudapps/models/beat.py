from django.db import models


class Beat(models.Model):
    """The last heartbeat of one process; see `cloudapps.status.Heartbeat`."""

    component = models.CharField(max_length=50)
    instance = models.CharField(max_length=150)
    at = models.DateTimeField(db_index=True)
    started_at = models.DateTimeField()
    release = models.CharField(max_length=100, blank=True)
    rate = models.FloatField()
    latency_seconds = models.FloatField()
    utilisation = models.FloatField()
    cpu_cores = models.FloatField()
    memory_bytes = models.BigIntegerField()

    class Meta:
        ordering = ("component", "instance")
        constraints = (models.UniqueConstraint(fields=("component", "instance"), name="beat_of_instance"),)

    def __str__(self) -> str:
        return f"{self.component} on {self.instance}"
