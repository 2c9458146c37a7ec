from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from cloudapps.apps import CloudApp, ExportedFile

if TYPE_CHECKING:
    from cloudapps.models import User


class MapReduce(CloudApp):
    """Run Hadoop-Streaming map and reduce programs over data."""

    name = "mapreduce"
    title = "MapReduce"
    description = "Bring data and two small programs; get the results by mail, from one laptop or a cluster."
    icon = "mapreduce"
    slug = "mapreduce"
    available = True

    def seed(self, owner: "User", *, now: datetime) -> None:
        """Give the demo account a few jobs over the library's samples."""
        from mapreduce.services import demo_create

        demo_create(owner=owner, now=now)

    def export(self, owner: "User") -> Iterator[ExportedFile]:
        """Give the programs, the results, and a description of the jobs."""
        from mapreduce.services import owner_export

        return owner_export(owner=owner)

    def forget(self, owner: "User", *, now: datetime) -> None:
        """Delete the owner's jobs with their results, programs and schedules."""
        from mapreduce.services import owner_forget

        owner_forget(owner=owner, now=now)
