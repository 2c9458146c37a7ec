from typing import TYPE_CHECKING

from cloudapps.apps import CloudApp

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


class CloudDrive(CloudApp):
    """Store, find, share and delete files."""

    name = "clouddrive"
    title = "Cloud Drive"
    description = "Keep your files in one place, find any of them at once, and share them by link."
    icon = "folder"
    slug = "drive"
    available = True

    def mounts(self) -> "dict[str, WSGIApplication]":
        """Give the WebDAV door."""
        from clouddrive.dav import application

        return {"/dav": application}
