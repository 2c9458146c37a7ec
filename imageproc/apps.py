from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from cloudapps.apps import CloudApp, ExportedFile
from cloudapps.offers import thumbnailer

if TYPE_CHECKING:
    from cloudapps.models import User


class ImageProcessing(CloudApp):
    """Upload pictures, choose filters, see before and after, download."""

    name = "imageproc"
    title = "Image Processing"
    description = "Drop in your pictures, stack up filters, compare before and after, download the lot."
    icon = "image"
    slug = "images"
    available = True

    def ready(self) -> None:
        """Offer thumbnails to the other apps."""
        from imageproc.services import thumbnail_make

        thumbnailer.register(thumbnail_make)

    def seed(self, owner: "User", *, now: datetime) -> None:
        """Give the demo account a few landscapes, with a batch of filters over them."""
        from imageproc.services import demo_create

        demo_create(owner=owner, now=now)

    def export(self, owner: "User") -> Iterator[ExportedFile]:
        """Give the originals, the results, and a description of both."""
        from imageproc.archive import everything_of

        return everything_of(owner)

    def forget(self, owner: "User", *, now: datetime) -> None:
        """Delete the owner's pictures, batches, results and presets."""
        from imageproc.services import owner_forget

        owner_forget(owner=owner, now=now)
