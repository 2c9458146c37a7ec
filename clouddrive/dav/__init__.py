"""The WebDAV door of Cloud Drive, mounted beside Django at `/dav/`."""

from clouddrive.dav.application import application

__all__ = ["application"]
