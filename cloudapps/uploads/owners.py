"""Whose an upload is: an app adopts it and lets go of it, somebody else gets it, an account takes all along."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from cloudapps.models import Upload, User
from cloudapps.quota import quota_give_back, quota_take
from cloudapps.storage import storage
from cloudapps.uploads.deletions import ROWS_AT_ONCE, delete_later
from cloudapps.uploads.errors import UploadClosed, UploadIncomplete
from cloudapps.uploads.parts import REQUEST_MAX_DURATION, upload_get
from cloudapps.uploads.rows import delete_row


def upload_adopt(*, owner: User, upload_id: UUID, by: str) -> Upload:
    """
    Give a complete upload's object into the care of an app, which from now on deletes it (see `upload_release`).

    To be called inside the transaction that writes the app's row. Adopting it again is harmless.

    :raises UploadNotFound: if there is none.
    :raises UploadIncomplete: if it is still open.
    :raises UploadClosed: if another app has it.
    """
    upload = upload_get(owner=owner, upload_id=upload_id)
    if upload.state == Upload.State.OPEN:
        raise UploadIncomplete("This upload is not complete yet. Send its parts and complete it first.")
    free = Q(state=Upload.State.COMPLETE) | Q(state=Upload.State.ADOPTED, adopter=by)
    if not Upload.objects.filter(free, pk=upload.pk).update(state=Upload.State.ADOPTED, adopter=by):
        upload_get(owner=owner, upload_id=upload_id)
        raise UploadClosed("Another app has this upload. Upload the file again.")
    return upload


def upload_transfer(upload: Upload, *, to: User) -> None:
    """
    Make somebody else the owner of a complete upload, and of its bytes; inside a transaction.

    :raises QuotaExceeded: if they have not so much space left.
    """
    if upload.owner_id == to.pk:
        return
    quota_take(to, upload.size_bytes)
    quota_give_back(upload.owner_id, upload.size_bytes)
    upload.owner = to
    upload.save(update_fields=["owner"])


def upload_release(upload: Upload, *, due_at: datetime) -> None:
    """
    Delete an adopted upload's row, and its bytes once they are due; inside the app's own transaction.

    Its owner has the space back at once. Doing it again is harmless.
    """
    delete_later([upload.key], due_at=due_at)
    delete_row(upload)


def uploads_release(uploads: QuerySet[Upload], *, due_at: datetime) -> None:
    """Do the same to all of these at once; they must be one owner's, and be of no use to any app any more."""
    rows = list(uploads)
    delete_later([upload.key for upload in rows], due_at=due_at)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[first : first + ROWS_AT_ONCE]
        Upload.objects.filter(pk__in=[upload.pk for upload in some]).delete()
        quota_give_back(some[0].owner_id, sum(upload.size_bytes for upload in some))


def uploads_forget(*, owner: User, now: datetime) -> None:
    """
    Delete every upload of the owner that is left, finished or not, and the bytes that may still arrive.

    Inside the transaction that deletes the owner, after the apps have deleted what uses them.
    """
    left = Upload.objects.filter(owner=owner)
    begun = [(upload.key, upload.multipart_id) for upload in left.filter(state=Upload.State.OPEN)]
    uploads_release(left, due_at=now + REQUEST_MAX_DURATION)
    transaction.on_commit(lambda: _abort_multiparts(begun), robust=True)  # else `sweep` finds them


def _abort_multiparts(begun: list[tuple[str, str]]) -> None:
    for key, multipart_id in begun:
        if multipart_id:
            storage().abort_multipart(key, multipart_id)
