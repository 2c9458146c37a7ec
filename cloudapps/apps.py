"""The platform as a Django app, and the shape of the four applications that stand on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig, apps

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from cloudapps.models import User


class Platform(AppConfig):
    """What all four applications share: accounts, uploads, storage, queue, jobs, REST, health."""

    name = "cloudapps"
    label = "cloudapps"

    def ready(self) -> None:
        """Register the system checks and what the metrics page collects."""
        from cloudapps import checks, metrics  # noqa: F401


@dataclass(frozen=True)
class ExportedFile:
    """
    A file of an owner's data: where it lies in the archive, and its bytes, read as they are sent.

    `cloudapps.archive` makes the path safe, and unlike the others. One that ends with a slash is an empty folder.
    """

    path: str
    blocks: Iterator[bytes]
    size_bytes: int | None = None  # if it is known beforehand


class CloudApp(AppConfig):
    """
    One of the four applications.

    An available app has `urls.py` (pages under `/<slug>/`) and `api.py` with a `router` (under `/api/v1/<slug>/`);
    the platform mounts both, and never imports an app by name.
    """

    title: str
    description: str
    icon: str
    slug: str
    available = False

    def mounts(self) -> "dict[str, WSGIApplication]":
        """Give the WSGI applications that stand beside Django, by their path; none, unless an app has one."""
        return {}

    def seed(self, owner: "User", *, now: datetime) -> None:
        """Fill a demo account with something to look at; nothing, unless an app has something."""

    def export(self, owner: "User") -> Iterator[ExportedFile]:
        """Give all that the owner has here, as files that other programs read; nothing, unless an app has something."""
        return iter(())

    def forget(self, owner: "User", *, now: datetime) -> None:
        """
        Delete all that the owner has here, rows and (by `uploads.delete_later`) bytes; inside a transaction.

        The rows that only hang on the owner go with the owner; this is for those that hold bytes.
        """


def cloud_apps() -> list[CloudApp]:
    """List the four applications in the order of INSTALLED_APPS."""
    return [config for config in apps.get_app_configs() if isinstance(config, CloudApp)]
