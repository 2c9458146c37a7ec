from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from cloudapps.apps import CloudApp, ExportedFile
from cloudapps.offers import files

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from cloudapps.models import User


class CloudDrive(CloudApp):
    """Store, find, share and delete files."""

    name = "clouddrive"
    title = "Cloud Drive"
    description = "Keep your files in one place, find any of them at once, and share them by link."
    icon = "folder"
    slug = "drive"
    available = True

    def ready(self) -> None:
        """Offer the files to the other apps."""
        from clouddrive.library import DriveLibrary

        files.register(DriveLibrary())

    def mounts(self) -> "dict[str, WSGIApplication]":
        """Give the WebDAV door."""
        from clouddrive.dav import application

        return {"/dav": application}

    def seed(self, owner: "User", *, now: datetime) -> None:
        """Give the demo account a few folders and files."""
        from clouddrive.services import demo_create

        demo_create(owner=owner, now=now)

    def export(self, owner: "User") -> Iterator[ExportedFile]:
        """Give every file, and what is known besides."""
        from django.utils import timezone

        from clouddrive.services import drive_export

        return drive_export(owner=owner, now=timezone.now())

    def forget(self, owner: "User", *, now: datetime) -> None:
        """Delete every file with its bytes."""
        from clouddrive.services import drive_forget

        drive_forget(owner=owner, now=now)
