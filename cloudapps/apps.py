"""The platform as a Django app, and the shape of the four applications that stand on it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig, apps

if TYPE_CHECKING:
    from cloudapps.models import User


class Platform(AppConfig):
    """What all four applications share: accounts, uploads, storage, queue, jobs, REST, health."""

    name = "cloudapps"
    label = "cloudapps"

    def ready(self) -> None:
        """Register the system checks and what the metrics page collects."""
        from cloudapps import checks, metrics  # noqa: F401


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

    def seed(self, owner: "User", *, now: datetime) -> None:
        """Fill a demo account with something to look at; nothing, unless an app has something."""


def cloud_apps() -> list[CloudApp]:
    """List the four applications in the order of INSTALLED_APPS."""
    return [config for config in apps.get_app_configs() if isinstance(config, CloudApp)]
