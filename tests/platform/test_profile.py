"""The profile page and what is done there: name, time, picture, tokens, export, and the end of an account."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from cloudapps import uploads
from cloudapps.accounts import avatars, services
from cloudapps.accounts.forms import zone_choices
from cloudapps.models import ApiToken, Avatar, PendingDeletion, Quota, Upload, User
from cloudapps.offers import thumbnailer
from cloudapps.quota import quota_of
from cloudapps.storage import storage
from imageproc.models import Batch, Job, Picture, Preset
from imageproc.services import preset_save
from tests.clouddrive.factories import make_file, make_folder
from tests.factories import (
    GRAY,
    NOW,
    PASSWORD,
    make_batch,
    make_job,
    make_open_upload,
    make_queued_job,
    make_token,
    make_upload,
    picture_bytes,
    read,
    stored_keys,
)

PROFILE = "/accounts/profile/"
WHEN = datetime(2026, 7, 31, 12, 30, tzinfo=UTC)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def save(browser: Client, **change: str) -> HttpResponse:
    return browser.post(PROFILE, {"name": "", "time_zone": "", "language": "en-gb", **change})


class TestProfile:
    def test_keeps_what_a_person_says_of_themselves(self, alice: User, alices_browser: Client) -> None:
        answer = save(alices_browser, name="Alice Liddell", time_zone="Europe/Berlin", language="en-us")

        assert (answer.status_code, answer["Location"]) == (302, PROFILE)
        alice.refresh_from_db()
        assert (alice.name, alice.time_zone, alice.language) == ("Alice Liddell", "Europe/Berlin", "en-us")
        page = text(alices_browser.get(PROFILE))
        assert "<h1>Alice Liddell</h1>" in page
        assert alice.initials == "AL"

    @pytest.mark.parametrize(
        "change", [{"time_zone": "Mars/Olympus"}, {"language": "de"}, {"name": "x" * 151}, {"time_zone": "../etc"}]
    )
    def test_refuses_what_there_is_not(self, alice: User, alices_browser: Client, change: dict[str, str]) -> None:
        assert save(alices_browser, **change).status_code == 422
        alice.refresh_from_db()
        assert (alice.name, alice.time_zone, alice.language) == ("", "", "en-gb")

    def test_shows_the_space_that_is_used(self, alice: User, alices_browser: Client, settings: Any) -> None:
        settings.QUOTA_BYTES = 4096
        make_upload(alice, b"x" * 1024)

        page = text(alices_browser.get(PROFILE))

        assert "1.0 KB of 4.0 KB used" in page.replace("\xa0", " ")
        assert 'value="25"' in page

    def test_offers_zones_that_there_are(self) -> None:
        labels = dict(zone_choices())

        assert labels[""] == "As this browser says"
        assert ("Europe/Berlin", "Berlin") in labels["Europe"]
        assert ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires") in labels["America"]


class TestTokens:
    def test_are_listed_without_their_secrets(self, alice: User, alices_browser: Client) -> None:
        plain = make_token(alice)

        page = text(alices_browser.get(PROFILE))

        assert plain[:9] in page
        assert plain not in page


class TestPreferences:
    MOMENT = Template('{% include "components/moment.html" with at=at only %}')

    @pytest.fixture
    def shown(self, alice: User, alices_browser: Client) -> Callable[..., str]:
        """Show a page with the moment WHEN on it to alice, who chose so."""

        def show(**fields: str) -> str:
            User.objects.filter(pk=alice.pk).update(**fields)
            alices_browser.get(PROFILE)  # notes the session
            UserSession.objects.update(created_at=WHEN)
            return text(alices_browser.get("/accounts/sessions/"))

        return show

    def test_decide_how_moments_are_written(self, shown: Callable[..., str]) -> None:
        page = shown(time_zone="Europe/Berlin", language="en-us")

        assert '<html lang="en-us" data-time-zone="Europe/Berlin">' in page
        assert ">Jul 31, 2026, 2:30 PM CEST</time>" in page
        assert 'datetime="2026-07-31T14:30:00+02:00"' in page

    def test_leave_it_to_the_browser_by_default(self, shown: Callable[..., str]) -> None:
        page = shown()

        assert '<html lang="en-gb">' in page
        assert ">31 Jul 2026, 12:30 UTC</time>" in page

    def test_fall_back_to_utc(self, shown: Callable[..., str]) -> None:
        page = shown(time_zone="Mars/Olympus")

        assert 'data-time-zone="UTC"' in page
        assert ">31 Jul 2026, 12:30 UTC</time>" in page

    def test_are_one_persons_alone(self, shown: Callable[..., str], nobodys_browser: Client) -> None:
        shown(time_zone="Europe/Berlin", language="en-us")

        assert '<html lang="en-gb">' in text(nobodys_browser.get("/"))
        assert timezone.get_current_timezone_name() == "UTC"
        assert "12:30 UTC" in self.MOMENT.render(Context({"at": WHEN}))


@pytest.fixture
def make_avatar(memory_queue: Any, commits: Any) -> Callable[..., Avatar]:
    """Set an avatar, and have a worker make it."""

    def make(owner: User, body: bytes | None = None) -> Avatar:
        upload = make_upload(owner, picture_bytes(size=(600, 400)) if body is None else body)
        with commits():
            avatar = avatars.avatar_set(owner=owner, upload_id=upload.pk, now=NOW)
        memory_queue.drain("drive")
        avatar.refresh_from_db()
        owner.refresh_from_db()
        return avatar

    return make


class TestAvatar:
    def test_is_made_small_by_a_worker(self, alice: User, make_avatar: Any, alices_browser: Client) -> None:
        avatar = make_avatar(alice)

        assert (avatar.status, alice.avatar_id) == ("SUCCEEDED", avatar.pk)
        assert not Upload.objects.exists(), "what it was made of is let go"
        assert quota_of(alice).used_bytes == 0
        uploads.delete_due_objects(now=timezone.now())
        assert stored_keys() == {avatar.key}
        assert len(read(avatar.key)) < 50_000
        page = text(alices_browser.get(PROFILE))
        assert page.count(f"/accounts/profile/avatar/{avatar.pk}/") == 2, "on the page and in the menu"
        link = alices_browser.get(f"/accounts/profile/avatar/{avatar.pk}/")
        served = alices_browser.get(link["Location"])
        assert served["Content-Type"] == avatar.content_type
        assert b"".join(served) == read(avatar.key)

    def test_takes_the_place_of_the_one_before(self, alice: User, make_avatar: Any) -> None:
        make_avatar(alice)
        second = make_avatar(alice, picture_bytes(color="#00ff00"))

        uploads.delete_due_objects(now=timezone.now())

        assert list(Avatar.objects.all()) == [second]
        assert stored_keys() == {second.key}

    @pytest.mark.parametrize("body", [b"this is no picture", b"", b"\x89PNG\r\n\x1a\n broken"])
    def test_says_why_it_cannot_be(self, alice: User, make_avatar: Any, alices_browser: Client, body: bytes) -> None:
        good = make_avatar(alice)

        bad = make_avatar(alice, body)

        assert bad.status == "FAILED"
        assert bad.error
        assert alice.avatar_id == good.pk, "the one before stays"
        assert not Upload.objects.exists()
        page = text(alices_browser.get(PROFILE))
        assert bad.error.split("'")[0][:20] in page.replace("&#x27;", "'")
        assert str(good.pk) in page

    def test_is_not_too_large(self, alice: User, alices_browser: Client, settings: Any) -> None:
        settings.IMAGE_MAX_BYTES = 100
        upload = make_upload(alice, b"x" * 101)

        answer = alices_browser.post("/accounts/profile/avatar/set/", {"upload_id": upload.pk})

        assert answer.status_code == 413
        assert "at most 100" in text(answer).replace("\xa0", " ")
        assert not Upload.objects.exists()

    def test_waits_until_it_is_made(self, alice: User, alices_browser: Client, memory_queue: Any, commits: Any) -> None:
        upload = make_upload(alice, picture_bytes())
        with commits():
            for _ in range(2):
                assert alices_browser.post("/accounts/profile/avatar/set/", {"upload_id": upload.pk}).status_code == 302

        assert Avatar.objects.count() == 1, "a second press changes nothing"
        part = text(alices_browser.get("/accounts/profile/avatar/"))
        assert "data-unfinished" in part
        assert "being made" in part
        memory_queue.drain("drive")
        assert "data-unfinished" not in text(alices_browser.get("/accounts/profile/avatar/"))

    def test_is_removed(self, alice: User, make_avatar: Any, alices_browser: Client) -> None:
        make_avatar(alice)

        assert alices_browser.post("/accounts/profile/avatar/delete/").status_code == 302

        uploads.delete_due_objects(now=timezone.now())
        assert not Avatar.objects.exists()
        assert stored_keys() == set()
        assert "/accounts/profile/avatar/0" not in text(alices_browser.get(PROFILE))

    def test_leaves_nothing_of_one_that_was_removed_while_it_was_made(self, alice: User) -> None:
        upload = make_upload(alice, picture_bytes())
        avatar = avatars.avatar_set(owner=alice, upload_id=upload.pk, now=NOW)
        claimed = Avatar.objects.claim(avatar.pk, now=NOW)

        avatars.avatar_remove(owner=alice, now=NOW)
        storage().put(claimed.key, BytesIO(b"late"), content_type="image/webp")

        uploads.delete_due_objects(now=NOW + Avatar.lease)
        assert stored_keys() == set()

    def test_cannot_be_made_where_nobody_makes_thumbnails(self, alice: User, make_avatar: Any) -> None:
        made = thumbnailer.get()
        thumbnailer.register(None)  # type: ignore[arg-type]
        try:
            assert "Try again later" in make_avatar(alice).error
        finally:
            assert made is not None
            thumbnailer.register(made)

    def test_is_nobody_elses(
        self, alice: User, make_avatar: Any, charlies_browser: Client, nobodys_browser: Client, alices_browser: Client
    ) -> None:
        avatar, upload = make_avatar(alice), make_upload(alice, picture_bytes())

        for address in (f"/accounts/profile/avatar/{avatar.pk}/",):
            assert charlies_browser.get(address).status_code == 404
            assert nobodys_browser.get(address)["Location"].startswith("/accounts/login/")
        assert charlies_browser.post("/accounts/profile/avatar/set/", {"upload_id": upload.pk}).status_code == 404
        assert alices_browser.post("/accounts/profile/avatar/set/", {"upload_id": "x"}).status_code == 422


class TestExport:
    @pytest.fixture
    def exported(self, alices_browser: Client) -> Callable[[], dict[str, bytes]]:
        def get() -> dict[str, bytes]:
            answer = alices_browser.get("/accounts/export/")
            assert answer.streaming
            assert re.fullmatch(
                r'attachment; filename="cloudapps-alice-\d{4}-\d\d-\d\d\.zip"', answer["Content-Disposition"]
            )
            with ZipFile(BytesIO(b"".join(answer))) as found:
                assert found.testzip() is None
                return {name: found.read(name) for name in found.namelist()}

        return get

    def test_holds_everything_of_ones_own(
        self, alice: User, charlie: User, make_avatar: Any, exported: Callable[[], dict[str, bytes]]
    ) -> None:
        avatar, job = make_avatar(alice), make_job(alice)
        make_job(charlie)

        files = exported()

        assert {name for name in files if not name.startswith("drive/")} == {
            "account.json",
            f"avatar.{avatar.content_type.split('/')[1]}",
            "images/originals/photo.png",
            "images/results/photo.png",
            "images/images.json",
            "mapreduce/jobs.json",
            "social/trackers.json",
        }
        assert files["images/originals/photo.png"] == picture_bytes()
        assert files["images/results/photo.png"] == read(job.result_key)

    def test_tells_what_we_know_without_secrets(
        self, alice: User, alices_browser: Client, exported: Callable[[], dict[str, bytes]]
    ) -> None:
        plain = make_token(alice)
        TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
        alices_browser.get(PROFILE)

        body = exported()["account.json"].decode()

        account = json.loads(body)
        assert account["username"] == "alice"
        assert account["email_addresses"] == [{"email": "alice@example.org", "verified": True, "primary": True}]
        assert account["api_tokens"][0]["prefix"] == plain[:9]
        assert account["second_factors"][0]["type"] == "totp"
        assert account["sessions"][0]["ip"] == "127.0.0.1"
        secrets = [plain, ApiToken.objects.get().digest, "JBSWY3DPEHPK3PXP", alice.password]
        for secret in [*secrets, alices_browser.cookies["sessionid"].value]:
            assert secret not in body

    def test_is_for_people_who_are_signed_in(self, nobodys_browser: Client) -> None:
        assert nobodys_browser.get("/accounts/export/")["Location"].startswith("/accounts/login/")


def rows_of(owner_id: int) -> dict[str, int]:
    """Count every row of every model that belongs to the user."""
    counts: dict[str, int] = {}
    for model in apps.get_models():
        owned = [field for field in model._meta.get_fields() if getattr(field, "related_model", None) is User]
        for field in owned:
            if isinstance(field, models.ForeignKey):
                counts[model._meta.label] = model._base_manager.filter(**{field.attname: owner_id}).count()
    return {label: count for label, count in counts.items() if count}


class TestDelete:
    @pytest.fixture
    def full(self, alice: User, make_avatar: Any) -> User:
        """Alice has something of everything, some of it under way."""
        make_avatar(alice)
        make_job(alice)
        running = make_queued_job(alice)
        Job.objects.claim(running.pk, now=timezone.now())
        make_batch(alice).jobs.get().cancel(now=NOW)
        preset_save(owner=alice, name="Grey", steps=GRAY, now=NOW)
        make_file(alice, "letter.txt", parent=make_folder(alice))
        make_open_upload(alice)
        make_upload(alice)
        make_token(alice)
        avatars.avatar_set(owner=alice, upload_id=make_upload(alice, picture_bytes()).pk, now=NOW)
        TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
        return alice

    def test_leaves_no_row_and_no_byte(self, full: User, charlie: User, commits: Any) -> None:
        kept = make_job(charlie)
        running = Job.objects.get(owner=full, status="RUNNING")
        before, charlies = stored_keys(), rows_of(charlie.pk)
        owner_id = full.pk
        now = timezone.now()

        with commits():
            deleted = services.account_delete(owner=full, now=now)
        storage().put(running.result_key, BytesIO(b"late"), content_type="image/png")  # its worker was at it

        assert (deleted.username, deleted.files) == ("alice", 7)
        assert not User.objects.filter(username="alice").exists()
        assert rows_of(owner_id) == {}
        assert rows_of(charlie.pk) == charlies
        uploads.delete_due_objects(now=now + timedelta(hours=1))
        assert not PendingDeletion.objects.exists()
        assert stored_keys() < before
        assert {key.split("/")[-2] if "images" in key else key.split("/")[-1] for key in stored_keys()} == {
            str(kept.pk),
            str(kept.picture_id),
            str(kept.picture.upload_id),
        }
        assert not list(storage().list_multiparts("uploads/"))
        assert quota_of(charlie).used_bytes == kept.picture.upload.size_bytes

    def test_counts_every_kind_of_row(self, full: User, alices_browser: Client) -> None:
        alices_browser.get(PROFILE)

        kinds = {ApiToken, Authenticator, Avatar, Batch, EmailAddress, Job, Picture, Preset, Quota, Upload, UserSession}
        assert {model._meta.label for model in kinds} <= set(rows_of(full.pk))

    def test_asks_for_the_password_and_the_name(
        self, alice: User, alices_browser: Client, commits: Any, mailoutbox: Any
    ) -> None:
        make_upload(alice, b"x" * 2048)
        assert alices_browser.post("/accounts/delete/", {"username": "alice"})["Location"].startswith(
            "/accounts/reauthenticate/"
        )
        assert alices_browser.get("/accounts/delete/")["Location"].startswith("/accounts/reauthenticate/")
        alices_browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

        assert "1 file (2.0\xa0KB)" in text(alices_browser.get("/accounts/delete/"))
        assert alices_browser.post("/accounts/delete/", {"username": "Alice"}).status_code == 422
        assert User.objects.filter(username="alice").exists()
        with commits():
            answer = alices_browser.post("/accounts/delete/", {"username": "alice"})

        assert (answer.status_code, answer["Location"]) == (302, "/")
        home = text(alices_browser.get("/")).replace("\xa0", " ")
        assert "The account alice is deleted, with 1 file (2.0 KB)" in home
        assert "Sign in" in home
        assert not User.objects.exists()
        assert not Session.objects.filter(pk=alices_browser.cookies["sessionid"].value).exists()
        assert mailoutbox[-1].to == ["alice@example.org"]
        assert "deleted" in mailoutbox[-1].subject

    def test_deletes_nobody_when_an_app_fails(self, full: User, monkeypatch: pytest.MonkeyPatch) -> None:
        before = rows_of(full.pk)
        app = apps.get_app_config("clouddrive")

        def fail(*args: object, **options: object) -> None:
            raise RuntimeError("it is down")

        monkeypatch.setattr(app, "forget", fail, raising=False)
        with pytest.raises(RuntimeError):
            services.account_delete(owner=full, now=NOW)

        assert rows_of(full.pk) == before
        assert PendingDeletion.objects.filter(key__startswith="images/").count() == 0

    def test_ends_the_sessions_everywhere(self, alice: User, alices_browser: Client) -> None:
        alices_browser.get(PROFILE)

        services.account_delete(owner=alice, now=NOW)

        assert not Session.objects.exists()
        assert alices_browser.get(PROFILE)["Location"].startswith("/accounts/login/")
