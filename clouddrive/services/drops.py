"""Drops: files that others put into a folder by an upload link; their bytes count as the owner's."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from cloudapps import uploads
from cloudapps.models import Upload
from clouddrive.core.names import safe_name
from clouddrive.models import Drop, Item, Link
from clouddrive.selectors.links import dropped
from clouddrive.services.files import file_drop


def drop_begin(*, link: Link, filename: str, size_bytes: int, content_type: str, now: datetime) -> Upload:
    """
    Begin an upload into the folder of a link.

    :raises QuotaExceeded: if the folder's owner has not so much space left.
    :raises UploadTooLarge: if no upload may be that large.
    :raises TooMany: if there are too many unfinished ones.
    """
    with transaction.atomic():
        upload = uploads.upload_create(
            owner=link.item.owner,
            filename=safe_name(filename),
            size_bytes=size_bytes,
            content_type=content_type,
            now=now,
        )
        Drop.objects.create(link=link, upload=upload)
    return upload


def drop_complete(*, link: Link, upload_id: UUID, etags: dict[int, str], now: datetime) -> Item:
    """
    Finish an upload by a link, and file it.

    :raises UploadNotFound: if it was not begun by this link.
    :raises UploadIncomplete: if parts are missing or differ.
    """
    dropped(link=link, upload_id=upload_id)
    owner = link.item.owner
    uploads.upload_complete(owner=owner, upload_id=upload_id, etags=etags, now=now)
    return file_drop(folder=link.item, upload_id=upload_id, now=now)


def drop_cancel(*, link: Link, upload_id: UUID, now: datetime) -> None:
    """
    Give an upload by a link up.

    :raises UploadNotFound: if it was not begun by this link.
    :raises UploadClosed: if it was filed already.
    """
    dropped(link=link, upload_id=upload_id)
    uploads.upload_cancel(owner=link.item.owner, upload_id=upload_id, now=now)
