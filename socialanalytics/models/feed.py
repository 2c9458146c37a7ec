from django.db import models


class FeedManager(models.Manager["Feed"]):
    def save_cursor(self, name: str, cursor: str, *, order: int) -> None:
        """Remember where to go on, unless what is known is newer."""
        self.filter(name=name, cursor_order__lt=order).update(cursor=cursor, cursor_order=order)


class Feed(models.Model):
    """
    What a listener does with one source, and where it stands.

    Its holder writes it every two seconds; `seen_at` tells whether it is still there. `cursor_order` grows with each
    cursor (nanoseconds of Unix time), so that the newest is known wherever it was kept.
    """

    name = models.CharField(max_length=100, primary_key=True)
    source = models.CharField(max_length=20)
    holder = models.CharField(max_length=100, default="")
    state = models.CharField(max_length=300, default="")
    refused = models.JSONField(default=dict)  # by the keys of what is wanted: why the source does not take it
    cursor = models.TextField(default="")
    cursor_order = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    last_post_at = models.DateTimeField(null=True)
    received = models.BigIntegerField(default=0)  # posts, since the row was made
    kept = models.BigIntegerField(default=0)  # of them those that somebody wants
    posts_per_minute = models.FloatField(default=0)  # received, over the last minute
    waiting_packets = models.PositiveIntegerField(default=0)  # spooled and not yet counted
    waiting_posts = models.PositiveIntegerField(default=0)
    sample = models.TextField(default="")  # lines that came lately, wanted or not, for previews of keywords
    oldest_waiting_at = models.DateTimeField(null=True)  # when the oldest of them came

    objects = FeedManager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"
