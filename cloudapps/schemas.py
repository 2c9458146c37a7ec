"""What the REST door takes and gives of uploads; apps that take uploads of their own speak the same."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema

from cloudapps import uploads
from cloudapps.models import Upload


class UploadIn(Schema):
    filename: Annotated[str, Field(min_length=1, max_length=255)]
    size_bytes: Annotated[int, Field(ge=0)]
    content_type: Annotated[str, Field(max_length=255)] = "application/octet-stream"


class PartOut(Schema):
    number: int
    size_bytes: int
    url: str
    method: str
    headers: dict[str, str]


class ReceivedOut(Schema):
    number: int
    etag: str
    size_bytes: int


class UploadOut(Schema):
    id: UUID
    state: str
    filename: str
    content_type: str
    size_bytes: int
    part_size_bytes: int
    parts: list[PartOut]
    received: list[ReceivedOut]
    expires_at: datetime


class PartDone(Schema):
    number: Annotated[int, Field(ge=1, le=uploads.MAX_PARTS)]
    etag: Annotated[str, Field(max_length=200)]


class CompleteIn(Schema):
    parts: Annotated[list[PartDone], Field(max_length=uploads.MAX_PARTS)] = []


def upload_out(request: HttpRequest, upload: Upload) -> UploadOut:
    """Describe an upload, with links for the parts that are missing."""
    received = uploads.parts_received(upload)
    return UploadOut(
        id=upload.pk,
        state=upload.state,
        filename=upload.filename,
        content_type=upload.content_type,
        size_bytes=upload.size_bytes,
        part_size_bytes=upload.part_size_bytes,
        parts=[
            PartOut(
                number=part.number,
                size_bytes=part.size_bytes,
                url=request.build_absolute_uri(part.link.url),
                method=part.link.method,
                headers=part.link.headers,
            )
            for part in uploads.parts_to_send(upload, received)
        ],
        received=[ReceivedOut(number=p.number, etag=p.etag, size_bytes=p.size_bytes) for p in received],
        expires_at=upload.expires_at,
    )
