"""
Fill a drive with a million files of one user: python -m bench.drive_fill USER FILES.

All files share one object, as copies do. A tenth of them lies in one folder, ten in another, the rest in folders of a
thousand. Prints the ids of what is measured, as JSON.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import islice

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cloudapps.settings")

import django

django.setup()

from django.db import connection, transaction
from django.utils import timezone
from uuid6 import uuid7

from cloudapps import uploads
from cloudapps.models import Upload, User
from clouddrive import selectors, services
from clouddrive.core.kinds import category_of, media_type_of
from clouddrive.core.names import name_key
from clouddrive.core.words import words_of
from clouddrive.models import Item, ItemWord, Kind

BATCH = 5000
SYLLABLES = [
    "ba",
    "be",
    "bi",
    "bo",
    "bu",
    "da",
    "de",
    "di",
    "do",
    "du",
    "ka",
    "ke",
    "ki",
    "ko",
    "ku",
    "la",
    "le",
    "li",
    "lo",
    "lu",
    "ma",
    "me",
    "mi",
    "mo",
    "mu",
    "na",
    "ne",
    "ni",
    "no",
    "nu",
    "ra",
    "re",
    "ri",
    "ro",
]
NOW = timezone.now()


def words(chance: random.Random) -> list[str]:
    """Make up a vocabulary; the first of it are used far more often than the last, as in a language."""
    return ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(5000)]


def names(count: int) -> Iterator[str]:
    """Make up names of files."""
    chance = random.Random(1)
    known = words(chance)
    weights = [1 / (rank + 1) for rank in range(len(known))]
    picked = chance.choices(known, weights, k=2 * count)
    for number in range(count):
        suffix = chance.choice(("pdf", "jpg", "txt", "docx"))
        yield f"{picked[2 * number]}-{picked[2 * number + 1]}-{number:07d}.{suffix}"


def files(owner: User, folder: Item, upload: Upload, some: Iterator[str]) -> Iterator[Item]:
    """Make the rows of files in a folder."""
    for name in some:
        content_type = media_type_of(name, "application/octet-stream")
        moment = NOW - timedelta(seconds=random.Random(name).randrange(10**8))
        yield Item(
            pk=uuid7(),
            owner=owner,
            parent=folder,
            kind=Kind.FILE,
            name=name,
            name_key=name_key(name),
            upload=upload,
            size_bytes=upload.size_bytes,
            content_type=content_type,
            category=category_of(content_type),
            created_at=moment,
            modified_at=moment,
        )


def write(rows: Iterator[Item]) -> None:
    """Write rows with their words, a batch a transaction."""
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            Item.objects.bulk_create(batch, batch_size=BATCH)
            index = [ItemWord(owner_id=i.owner_id, word=word, item=i) for i in batch for word in words_of(i.name)]
            ItemWord.objects.bulk_create(index, batch_size=BATCH)


def main() -> None:
    """Fill the drive."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-3000000")
            cursor.execute("PRAGMA synchronous=OFF")
    owner, count = User.objects.get(username=sys.argv[1]), int(sys.argv[2])
    root = selectors.root_of(owner, now=NOW)
    made = {
        name: services.folder_create(actor=owner, parent_id=root.pk, name=name, now=NOW)
        for name in ("here", "there", "small", "archive")
    }
    large = services.folder_create(actor=owner, parent_id=made["here"].pk, name="large", now=NOW)
    stored = uploads.upload_store(
        owner=owner, filename="bench", body=BytesIO(b"x" * 1000), content_type="text/plain", now=NOW
    )
    upload = uploads.upload_adopt(owner=owner, upload_id=stored.pk, by="clouddrive")
    some = names(count)
    write(files(owner, large, upload, islice(some, count // 10)))
    write(files(owner, made["small"], upload, islice(some, 10)))
    number = 0
    while batch := list(islice(some, 1000)):
        number += 1
        folder = services.folder_create(actor=owner, parent_id=made["archive"].pk, name=f"box {number}", now=NOW)
        write(files(owner, folder, upload, iter(batch)))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
        else:
            cursor.execute("ANALYZE TABLE clouddrive_item, clouddrive_itemword")
    print(json.dumps({name: str(folder.pk) for name, folder in {**made, "large": large}.items()}))


if __name__ == "__main__":
    main()
