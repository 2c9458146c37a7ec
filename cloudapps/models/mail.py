from datetime import timedelta
from typing import ClassVar

from django.db import models

from cloudapps.models.job import AbstractJob

MAIL_TIME_LIMIT_SECONDS = 40  # for one talk with the mail server


class Mail(AbstractJob):
    """A mail to its owner, as it was written when the reason for it came up, and the work of sending it."""

    task: ClassVar[str] = "cloudapps.send_mail"
    queue: ClassVar[str] = "drive"
    lease: ClassVar[timedelta] = timedelta(seconds=MAIL_TIME_LIMIT_SECONDS + 10)

    key = models.CharField(max_length=200, unique=True)  # names the reason, so that nobody is told twice
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField()

    def __str__(self) -> str:
        return self.subject


class MailPicture(models.Model):
    """A PNG that stands in the HTML of a mail as `<img src="cid:…">`."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="pictures")
    cid = models.CharField(max_length=100)
    png = models.BinaryField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.cid
