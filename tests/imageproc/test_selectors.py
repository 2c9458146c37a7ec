"""Reads of Image Processing: always of one owner, in as many queries for a thousand rows as for one."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cloudapps.models import Upload, User
from cloudapps.models.job import Status
from imageproc import selectors
from imageproc.models import Batch, Job, Picture
from tests.clients import ApiClient
from tests.factories import NOW, make_batch, make_job, make_picture, make_queued_picture


def rows(owner: User, batches: int, jobs: int) -> list[Batch]:
    """Write batches of finished jobs, without any bytes."""
    made = []
    for _ in range(batches):
        batch = Batch.objects.create(
            owner=owner, steps=[], format="same", quality=85, keep_metadata=False, created_at=NOW
        )
        for number in range(jobs):
            upload = Upload.objects.create(
                owner=owner,
                state=Upload.State.ADOPTED,
                filename=f"{number}.png",
                size_bytes=1,
                part_size_bytes=1,
                created_at=NOW,
                expires_at=NOW,
            )
            common = {"owner": owner, "status": Status.SUCCEEDED, "created_at": NOW, "enqueued_at": NOW}
            picture = Picture.objects.create(upload=upload, width=1, height=1, proxy_width=1, **common)
            Job.objects.create(
                batch=batch,
                picture=picture,
                result_format="png",
                result_extension="png",
                started_at=NOW,
                finished_at=NOW,
                **common,
            )
        made.append(batch)
    return made


def queries(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    return len(captured)


class TestScope:
    def test_gives_a_stranger_nothing(self, alice: User, charlie: User) -> None:
        job, unused = make_job(alice), make_picture(alice)

        with pytest.raises(selectors.PictureNotFound):
            selectors.picture_get(owner=charlie, picture_id=unused.pk)
        with pytest.raises(selectors.BatchNotFound):
            selectors.batch_get(owner=charlie, batch_id=job.batch_id)
        with pytest.raises(selectors.JobNotFound):
            selectors.job_get(owner=charlie, job_id=job.pk)
        assert selectors.pictures_unused(owner=charlie) == []
        assert selectors.batch_cards(owner=charlie, before=None) == ([], None)
        assert selectors.job_list(owner=charlie, before=None).items == []
        assert selectors.preset_list(owner=charlie) == []

    def test_says_the_same_of_what_does_not_exist(self, alice: User) -> None:
        with pytest.raises(selectors.JobNotFound):
            selectors.job_get(owner=alice, job_id=uuid4())


class TestPicturesUnused:
    def test_are_those_that_no_batch_uses_oldest_first(self, alice: User) -> None:
        first = make_queued_picture(alice)
        used = make_picture(alice)
        make_batch(alice, [used])
        last = make_queued_picture(alice)

        assert selectors.pictures_unused(owner=alice) == [first, last]


class TestBatchCards:
    def test_count_what_is_open_and_what_failed(self, alice: User) -> None:
        [batch] = rows(alice, 1, 6)
        ids = list(batch.jobs.order_by("pk").values_list("pk", flat=True))
        Job.objects.filter(pk=ids[0]).update(status=Status.QUEUED)
        Job.objects.filter(pk=ids[1]).update(status=Status.FAILED)

        [card], following = selectors.batch_cards(owner=alice, before=None)

        assert (card.total, card.unfinished, card.failed, following) == (6, 1, 1, None)
        assert [job.pk for job in card.covers] == ids[2:6]

    def test_come_in_pages_newest_first(self, alice: User) -> None:
        made = rows(alice, 5, 1)[::-1]

        first, before = selectors.batch_cards(owner=alice, before=None, size=3)
        second, end = selectors.batch_cards(owner=alice, before=before, size=3)

        assert [card.batch for card in first + second] == made
        assert end is None


class TestQueries:
    """The number of queries does not grow with the number of rows."""

    def test_of_the_selectors(self, alice: User, bob: User) -> None:
        few, many = rows(alice, 2, 1), rows(bob, 8, 5)
        reads: list[tuple[Callable[[User, Batch], Any], int]] = [
            (lambda owner, batch: [job.result_name for job in selectors.job_list(owner=owner, before=None).items], 1),
            (lambda owner, batch: selectors.pictures_unused(owner=owner), 1),
            (lambda owner, batch: self.names(selectors.batch_get(owner=owner, batch_id=batch.pk)), 2),
            (lambda owner, batch: selectors.batch_cards(owner=owner, before=None), 2),
        ]

        for read, limit in reads:
            assert queries(lambda: read(alice, few[0])) <= limit  # noqa: B023 - called at once
            assert queries(lambda: read(bob, many[0])) <= limit  # noqa: B023

    def names(self, batch: Batch) -> list[str]:
        return [job.picture.name for job in batch.jobs.all()]

    @pytest.mark.parametrize("page", ["gallery", "detail", "editor", "jobs", "batch", "pictures"])
    def test_of_the_pages(self, alice: User, bob: User, page: str) -> None:
        few, many = rows(alice, 2, 1), rows(bob, 8, 5)

        def count(owner: User, batch: Batch) -> int:
            browser = Client()
            browser.force_login(owner)
            script = ApiClient(owner)
            script.get("/images/filters")  # notes the first use of the token
            asks: dict[str, Callable[[], Any]] = {
                "gallery": lambda: browser.get("/images/"),
                "detail": lambda: browser.get(f"/images/batches/{batch.pk}/"),
                "editor": lambda: browser.get(f"/images/new/?from={batch.pk}"),
                "jobs": lambda: script.get("/images/jobs"),
                "batch": lambda: script.get(f"/images/batches/{batch.pk}"),
                "pictures": lambda: script.get("/images/pictures"),
            }
            return queries(asks[page])

        first = count(alice, few[0])

        assert count(bob, many[0]) == first
        assert first <= 12
