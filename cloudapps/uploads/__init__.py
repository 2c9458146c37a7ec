"""Uploads: a file travels in parts, straight from the browser to the storage, and an app adopts it."""

from cloudapps.uploads.deletions import DELETION_RETRY, delete_due_objects, delete_later
from cloudapps.uploads.errors import UploadClosed, UploadIncomplete, UploadNotFound, UploadTooLarge
from cloudapps.uploads.owners import upload_adopt, upload_release, upload_transfer, uploads_forget, uploads_release
from cloudapps.uploads.parts import (
    REQUEST_MAX_DURATION,
    PartToSend,
    content_type_of,
    parts_received,
    parts_to_send,
    upload_cancel,
    upload_complete,
    upload_create,
    upload_get,
)
from cloudapps.uploads.received import discarding, upload_keep, upload_receive, upload_store
from cloudapps.uploads.rows import MAX_PARTS
from cloudapps.uploads.sweeping import PREFIX, sweep

__all__ = [
    "DELETION_RETRY",
    "MAX_PARTS",
    "PREFIX",
    "REQUEST_MAX_DURATION",
    "PartToSend",
    "UploadClosed",
    "UploadIncomplete",
    "UploadNotFound",
    "UploadTooLarge",
    "content_type_of",
    "delete_due_objects",
    "delete_later",
    "discarding",
    "parts_received",
    "parts_to_send",
    "sweep",
    "upload_adopt",
    "upload_cancel",
    "upload_complete",
    "upload_create",
    "upload_get",
    "upload_keep",
    "upload_receive",
    "upload_release",
    "upload_store",
    "upload_transfer",
    "uploads_forget",
    "uploads_release",
]
