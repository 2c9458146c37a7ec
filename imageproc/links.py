"""Addresses of pictures: stable ones of ours that redirect, and the signed, short-lived ones that they lead to."""

from datetime import timedelta

from django.urls import reverse

from cloudapps.models.job import Status
from cloudapps.storage import storage
from imageproc.models import Job, Picture
from imageproc.selectors import ResultNotReady

LIFETIME = timedelta(minutes=5)


def page_of(row: Picture | Job, kind: str) -> str:
    """Name the page that redirects to the picture's thumbnail or proxy, or to the job's thumbnail or preview."""
    noun = "picture" if isinstance(row, Picture) else "job"
    return reverse(f"imageproc:{noun}-image", args=(row.pk, kind))


def of_picture(picture: Picture, kind: str) -> str:
    """Sign a link to the proxy or the thumbnail of a picture. :raises ResultNotReady:"""
    if not picture.proxy_width:
        raise ResultNotReady("This picture has not been looked at yet.")
    key = picture.proxy_key if kind == "proxy" else picture.thumbnail_key
    return _inline(key, picture.proxy_content_type)


def of_preview(job: Job, kind: str) -> str:
    """Sign a link to the preview or the thumbnail of a job's result. :raises ResultNotReady:"""
    _must_have_result(job)
    return _inline(job.preview_key if kind == "preview" else job.thumbnail_key, job.preview_content_type)


def of_result(job: Job, *, inline: bool = False) -> str:
    """Sign a link to a job's result, as a download unless `inline`. :raises ResultNotReady:"""
    _must_have_result(job)
    return storage().link(
        job.result_key,
        expires_in=LIFETIME,
        filename=job.result_name,
        content_type=job.result_content_type,
        inline=inline,
    )


def _must_have_result(job: Job) -> None:
    if job.status != Status.SUCCEEDED:
        raise ResultNotReady("This job has no result (yet): its status says why.")


def _inline(key: str, content_type: str) -> str:
    filename = content_type.replace("/", ".")
    return storage().link(key, expires_in=LIFETIME, filename=filename, content_type=content_type, inline=True)
