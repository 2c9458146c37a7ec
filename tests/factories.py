"""Small functions that make rows and bytes the way the services make them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from allauth.account.models import EmailAddress
from PIL import Image

from cloudapps import tokens, uploads
from cloudapps.models import Upload, User
from cloudapps.storage import storage
from imageproc import services
from imageproc.core.pipeline import OutputOptions
from imageproc.models import Batch, Job, Picture

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)  # in the past, for good
PASSWORD = "correct horse battery staple"
GRAY = ({"filter": "grayscale", "params": {"amount": 100}},)


def make_user(name: str, *, verified: bool = True, **fields: Any) -> User:
    """Make a person who signs in with PASSWORD, with an address that is confirmed unless told otherwise."""
    user = User.objects.create_user(name, f"{name}@example.org", PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def make_token(owner: User) -> str:
    """Make an API token and give its plain text."""
    return tokens.token_create(owner=owner, name="tests", now=NOW)[1]


def picture_bytes(form: str = "PNG", size: tuple[int, int] = (64, 48), color: str = "#c05020", **save: Any) -> bytes:
    """Make an encoded picture of one colour with a white corner."""
    image = Image.new("RGB", size, color)
    image.paste((255, 255, 255), (0, 0, size[0] // 4, size[1] // 4))
    body = BytesIO()
    image.save(body, form, **save)
    return body.getvalue()


def make_open_upload(owner: User, *, size_bytes: int = 10, filename: str = "notes.txt", now: datetime = NOW) -> Upload:
    """Begin an upload; nothing has arrived yet."""
    content_type = "application/octet-stream"
    return uploads.upload_create(
        owner=owner, filename=filename, size_bytes=size_bytes, content_type=content_type, now=now
    )


def make_upload(owner: User, body: bytes = b"some bytes", *, filename: str = "photo.png") -> Upload:
    """Make a complete upload whose bytes lie in storage."""
    upload = make_open_upload(owner, size_bytes=len(body), filename=filename)
    storage().abort_multipart(upload.key, upload.multipart_id)
    storage().put(upload.key, BytesIO(body), content_type="application/octet-stream")
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.COMPLETE)
    upload.refresh_from_db()
    return upload


def make_queued_picture(owner: User, body: bytes | None = None, *, filename: str = "photo.png") -> Picture:
    """Make a picture that no worker has looked at."""
    upload = make_upload(owner, picture_bytes() if body is None else body, filename=filename)
    return services.picture_create(owner=owner, upload_id=upload.pk, now=NOW)


def make_picture(owner: User, body: bytes | None = None, *, filename: str = "photo.png") -> Picture:
    """Make a picture that a worker has looked at."""
    picture = make_queued_picture(owner, body, filename=filename)
    services.picture_prepare(picture_id=picture.pk, now=NOW)
    picture.refresh_from_db()
    return picture


def make_batch(
    owner: User,
    pictures: Sequence[Picture] = (),
    *,
    steps: Sequence[dict[str, Any]] = GRAY,
    output: OutputOptions = OutputOptions(),  # noqa: B008 - frozen
) -> Batch:
    """Make a batch of queued jobs, over one new picture unless some are given."""
    ids = [picture.pk for picture in pictures or [make_picture(owner)]]
    return services.batch_create(owner=owner, picture_ids=ids, steps=steps, output=output, now=NOW)


def make_queued_job(owner: User, **batch: Any) -> Job:
    """Make a job that no worker has begun."""
    return make_batch(owner, **batch).jobs.get()


def make_job(owner: User, **batch: Any) -> Job:
    """Make a job that has been run."""
    job = make_queued_job(owner, **batch)
    services.job_run(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    return job


def stored_keys() -> set[str]:
    """Name every object in storage."""
    return {found.key for found in storage().walk("")}


def read(key: str) -> bytes:
    """Give the bytes of an object."""
    with storage().open(key) as body:
        return body.read()
