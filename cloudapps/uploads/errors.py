"""What can be wrong with an upload."""

from django.conf import settings

from cloudapps.problems import NotFound, Problem


class UploadNotFound(NotFound):
    """There is no such upload of this owner."""


class UploadClosed(Problem):
    """The upload is finished: nothing can be added or taken back."""


class UploadIncomplete(Problem):
    """Parts are missing, or not as promised."""


class UploadTooLarge(Problem):
    """The file is larger than this installation takes."""

    status = 413


def too_large(size_bytes: int) -> UploadTooLarge:
    """Say how large it is, and what would do."""
    return UploadTooLarge(
        f"This file has {size_bytes:,} bytes; {settings.UPLOAD_MAX_BYTES:,} is the most that can be uploaded."
    )
