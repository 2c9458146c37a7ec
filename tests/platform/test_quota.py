from io import BytesIO
from uuid import uuid4

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudapps import uploads
from cloudapps.models import PendingDeletion, Quota, Upload, User
from cloudapps.quota import QuotaExceeded, quota_of
from cloudapps.storage import storage
from tests.factories import NOW, make_open_upload, make_upload, make_user, stored_keys
from tests.threads import at_once


def held(owner: User) -> int:
    """Sum what the rows of the owner hold."""
    return owner.uploads.aggregate(held=Sum("size_bytes"))["held"] or 0


def limit(owner: User, size_bytes: int) -> None:
    Quota.objects.update_or_create(owner=owner, defaults={"own_limit_bytes": size_bytes})


def store(owner: User, body: bytes, size_bytes: int | None = None) -> Upload:
    return uploads.upload_store(
        owner=owner, filename="a.txt", body=BytesIO(body), content_type="text/plain", now=NOW, size_bytes=size_bytes
    )


class TestTaking:
    def test_begins_with_the_promise(self, alice: User):
        make_open_upload(alice, size_bytes=700)

        assert quota_of(alice).used_bytes == 700

    def test_ends_when_the_upload_is_given_up(self, alice: User):
        upload = make_open_upload(alice, size_bytes=700)

        uploads.upload_cancel(owner=alice, upload_id=upload.pk, now=NOW)

        assert quota_of(alice).used_bytes == 0

    def test_ends_when_the_app_lets_go_of_it_and_only_once(self, alice: User):
        upload = make_upload(alice, b"x" * 700)
        uploads.upload_adopt(owner=alice, upload_id=upload.pk, by="tests")

        uploads.upload_release(upload, due_at=NOW)
        uploads.upload_release(Upload(pk=upload.pk, owner=alice, size_bytes=700), due_at=NOW)

        assert quota_of(alice).used_bytes == 0

    def test_refuses_what_does_not_fit_and_keeps_nothing(self, alice: User):
        limit(alice, 1000)
        make_open_upload(alice, size_bytes=700)

        with pytest.raises(QuotaExceeded, match="300"):
            make_open_upload(alice, size_bytes=301)

        assert (alice.uploads.count(), quota_of(alice).used_bytes) == (1, 700)
        assert len(list(storage().list_multiparts(uploads.PREFIX))) == 1

    def test_of_one_does_not_touch_another(self, alice: User, bob: User):
        limit(alice, 10)

        make_open_upload(bob, size_bytes=700)

        assert (quota_of(alice).used_bytes, quota_of(bob).used_bytes) == (0, 700)


class TestStoring:
    def test_counts_what_came(self, alice: User):
        upload = store(alice, b"hello there")

        assert (upload.size_bytes, quota_of(alice).used_bytes) == (11, 11)
        assert not PendingDeletion.objects.exists()

    def test_leaves_nothing_when_it_does_not_fit(self, alice: User):
        limit(alice, 10)

        with pytest.raises(QuotaExceeded):
            store(alice, b"hello there")
        uploads.delete_due_objects(now=NOW)

        assert (alice.uploads.count(), quota_of(alice).used_bytes, stored_keys()) == (0, 0, set())

    def test_reads_nothing_of_what_is_known_not_to_fit(self, alice: User):
        limit(alice, 10)
        body = BytesIO(b"hello there")

        with pytest.raises(QuotaExceeded):
            uploads.upload_store(
                owner=alice, filename="a", body=body, content_type="text/plain", now=NOW, size_bytes=11
            )

        assert body.tell() == 0

    def test_refuses_a_body_that_is_not_as_promised(self, alice: User):
        with pytest.raises(uploads.UploadIncomplete):
            store(alice, b"hello", size_bytes=6)
        uploads.delete_due_objects(now=NOW)

        assert (alice.uploads.count(), stored_keys()) == (0, set())

    def test_marks_the_object_for_deletion_until_its_row_is_there(self, alice: User, monkeypatch: pytest.MonkeyPatch):
        class KilledMeanwhile:
            def read(self, size: int = -1) -> bytes:
                assert PendingDeletion.objects.count() == 1
                return b""

        uploads.upload_store(owner=alice, filename="a", body=KilledMeanwhile(), content_type="text/plain", now=NOW)  # type: ignore[arg-type]

        assert not PendingDeletion.objects.exists()

    def test_can_be_undone_without_harm_to_uploads_that_are_under_way(self, alice: User):
        other = make_open_upload(alice)

        uploads.upload_cancel(owner=alice, upload_id=store(alice, b"hello").pk, now=NOW)

        assert [multipart.multipart_id for multipart in storage().list_multiparts(uploads.PREFIX)] == [
            other.multipart_id
        ]


class TestTransfer:
    def test_moves_the_bytes_from_one_to_the_other(self, alice: User, bob: User):
        upload = make_upload(bob, b"x" * 700)

        uploads.upload_transfer(upload, to=alice)

        assert (quota_of(alice).used_bytes, quota_of(bob).used_bytes) == (700, 0)
        assert Upload.objects.get().owner == alice

    def test_is_refused_where_there_is_no_room(self, alice: User, bob: User):
        upload = make_upload(bob, b"x" * 700)
        limit(alice, 699)

        with pytest.raises(QuotaExceeded):
            uploads.upload_transfer(upload, to=alice)

        assert Upload.objects.get().owner == bob


@pytest.mark.django_db(transaction=True)
class TestSixteenAtOnce:
    def test_never_exceed_it(self):
        alice = make_user("alice")
        limit(alice, 1000)

        answers = at_once(*[lambda: make_open_upload(alice, size_bytes=150)] * 16)

        assert sum(isinstance(answer, Upload) for answer in answers) == 6
        assert sum(isinstance(answer, QuotaExceeded) for answer in answers) == 10
        assert quota_of(alice).used_bytes == held(alice) == 900


class TestDrift:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.sampled_from(["open", "store", "cancel", "release", "sweep"]), st.integers(0, 400))))
    def test_never_happens(self, db: None, doings: list[tuple[str, int]]):
        owner = make_user(uuid4().hex)
        limit(owner, 1000)
        for doing, size in doings:
            upload = owner.uploads.first()
            try:
                if doing == "open":
                    make_open_upload(owner, size_bytes=size)
                elif doing == "store":
                    store(owner, b"x" * size)
                elif doing == "sweep":
                    uploads.sweep(now=NOW.replace(year=2027))
                elif upload and doing == "cancel":
                    uploads.upload_cancel(owner=owner, upload_id=upload.pk, now=NOW)
                elif upload:
                    uploads.upload_release(upload, due_at=NOW)
            except QuotaExceeded:
                assert held(owner) + size > 1000
            assert quota_of(owner).used_bytes == held(owner) <= 1000
