"""Signed, short-lived addresses of a file's bytes, its preview and its thumbnail."""

from collections.abc import Sequence
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from cloudapps.models import Upload
from cloudapps.models.job import Status
from cloudapps.models.upload import upload_key
from cloudapps.prepared import Select, slot
from cloudapps.problems import NotFound, Problem
from cloudapps.storage import ObjectNotFound, storage
from clouddrive.core.kinds import Category, category_of
from clouddrive.models import Inspection, Item

LIFETIME = timedelta(minutes=5)
PLAYED = {Category.AUDIO, Category.VIDEO}


class NoContent(NotFound):
    """There are no bytes of this kind."""


class Quarantined(Problem):
    """A virus was found in the file."""

    status = 403


class NotScannedYet(Problem):
    """The file has not been looked at, and strangers get only what was."""


def of_file(file: Item, *, inline: bool = False, for_stranger: bool = False) -> str:
    """
    Sign a link to a file's bytes, as a download unless it is sound or film to be played.

    :raises NoContent: if it is a folder.
    :raises Quarantined: if it is infected.
    :raises NotScannedYet: if a stranger asks and the scanner has not looked at it.
    """
    if file.upload is None:
        raise NoContent("A folder has no content of its own. Download it as a zip file.")
    check_clean(file, for_stranger=for_stranger)
    played = category_of(file.content_type) in PLAYED
    return _link(file.upload, file.name, file.content_type, inline=inline and played)


def of_version(file: Item, upload: Upload, content_type: str) -> str:
    """Sign a link to the bytes of an earlier version, as a download. :raises Quarantined:"""
    _must_be_clean(Inspection.objects.filter(upload=upload).first())
    return _link(upload, file.name, content_type, inline=False)


def of_preview(file: Item, kind: str) -> str:
    """Sign a link to the preview or the thumbnail of a file, which we encoded. :raises NoContent: Quarantined:"""
    inspection = Inspection.objects.filter(upload=file.upload_id, status=Status.SUCCEEDED).first()
    _must_be_clean(inspection)
    if inspection is None or not inspection.preview_content_type:
        raise NoContent("There is no preview of this file (yet).")
    key = inspection.preview_key if kind == "preview" else inspection.thumbnail_key
    content_type = inspection.preview_content_type
    filename = content_type.replace("/", ".")
    return storage().link(key, expires_in=LIFETIME, filename=filename, content_type=content_type, inline=True)


def opened(file: Item, *, offset: int = 0) -> BinaryIO:
    """Open a file's bytes from an offset on; to be used as a context manager. :raises NoContent:"""
    if file.upload_id is None:
        raise NoContent("A folder has no content of its own.")
    try:
        return storage().open(upload_key(file.upload_id), offset=offset)
    except ObjectNotFound:
        raise NoContent("The content of this file was deleted just now.") from None


_INSPECTION = Select(
    lambda: Inspection.objects.filter(upload=slot("upload", Inspection._meta.get_field("upload"))).order_by()
)


def check_clean(file: Item, *, for_stranger: bool = False) -> None:
    """:raises Quarantined: NotScannedYet: if the file's bytes must not be handed out."""
    inspection = _INSPECTION.first(upload=file.upload_id)
    _must_be_clean(inspection)
    if for_stranger and _is_unseen(inspection):
        raise NotScannedYet("This file is still being checked for viruses. Try again in a minute.")


def refused(files: Sequence[Item], *, for_stranger: bool = False) -> dict[UUID, str]:
    """Say of those of many files whose bytes must not be handed out why not, in one query."""
    looked_at = Inspection.objects.filter(upload__in={file.upload_id for file in files if file.upload_id})
    found = {inspection.upload_id: inspection for inspection in looked_at}
    reasons: dict[UUID, str] = {}
    for file in files:
        inspection = found.get(file.upload_id) if file.upload_id else None
        if inspection is not None and inspection.infected_by:
            reasons[file.pk] = f"it is infected by {inspection.infected_by}"
        elif file.upload_id and for_stranger and _is_unseen(inspection):
            reasons[file.pk] = "it is still being checked for viruses"
    return reasons


def _is_unseen(inspection: Inspection | None) -> bool:
    return bool(settings.CLAMD_URL) and (inspection is None or inspection.status != Status.SUCCEEDED)


def _must_be_clean(inspection: Inspection | None) -> None:
    if inspection is not None and inspection.infected_by:
        raise Quarantined(f"This file is infected by {inspection.infected_by}, and locked away. Delete it.")


def _link(upload: Upload, name: str, content_type: str, *, inline: bool) -> str:
    return storage().link(upload.key, expires_in=LIFETIME, filename=name, content_type=content_type, inline=inline)
