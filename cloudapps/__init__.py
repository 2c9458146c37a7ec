"""The platform that all four applications stand on."""

from cloudapps.celery import app as celery_app

__all__ = ["celery_app"]
