"""The platform's rows; `AbstractJob` is the shape of every app's long work."""

from cloudapps.models.avatar import Avatar
from cloudapps.models.beat import Beat
from cloudapps.models.idempotency import IdempotencyKey
from cloudapps.models.job import AbstractJob, AlreadyClaimed, LeaseLost
from cloudapps.models.lease import Lease
from cloudapps.models.mail import Mail, MailPicture
from cloudapps.models.quota import Quota
from cloudapps.models.token import ApiToken
from cloudapps.models.upload import PendingDeletion, Upload
from cloudapps.models.user import User

__all__ = [
    "AbstractJob",
    "AlreadyClaimed",
    "ApiToken",
    "Avatar",
    "Beat",
    "IdempotencyKey",
    "Lease",
    "LeaseLost",
    "Mail",
    "MailPicture",
    "PendingDeletion",
    "Quota",
    "Upload",
    "User",
]
