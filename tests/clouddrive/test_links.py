"""Links: what their holders may do, in every state and at every race."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cloudapps.models import User
from cloudapps.quota import quota_of
from cloudapps.uploads import UploadNotFound
from clouddrive import selectors, services
from clouddrive.models import Drop, Item, Link
from tests.clients import ApiClient, assert_problem
from tests.clouddrive.factories import bytes_of, make_file, make_folder, names_in
from tests.factories import make_upload, make_user
from tests.threads import at_once


def make_link(owner: User, item: Item, **options: Any) -> Link:
    return services.link_create(owner=owner, item_id=item.pk, now=timezone.now(), **options)


def linked(link: Link, item: Item | None = None, **when: Any) -> Any:
    now = when.get("now") or timezone.now()
    return selectors.linked(secret=selectors.secret_of(link), item_id=item.pk if item else None, now=now)


def address(link: Link, rest: str = "items") -> str:
    return f"/drive/links/{selectors.secret_of(link)}/{rest}"


def download(link: Link, item: Item) -> None:
    services.link_download(link=link, item=item, now=timezone.now())


class TestSecret:
    def test_is_long_and_kept_as_a_hash(self, alice: User):
        link = make_link(alice, make_file(alice))

        secret = selectors.secret_of(link)

        assert len(secret) == 43
        assert secret not in str(Link.objects.values().get())
        assert link.digest == selectors.digest_of(secret)

    def test_cannot_be_made_from_the_database_alone(self, alice: User, settings: Any):
        link = make_link(alice, make_file(alice))
        before = selectors.secret_of(link)

        settings.SECRET_KEY = "another"

        assert selectors.secret_of(link) != before


class TestWhatItLeadsTo:
    def test_a_file(self, alice: User):
        file = make_file(alice)

        assert linked(make_link(alice, file)).item == file

    def test_a_folder_and_what_lies_below_it(self, alice: User):
        above = make_folder(alice, "above")
        folder = make_folder(alice, "shared", parent=above)
        inner = make_folder(alice, "inner", parent=folder)
        file = make_file(alice, parent=inner)
        link = make_link(alice, folder)

        assert [step.name for step in linked(link, file).path] == ["shared", "inner"]
        for item in (above, make_file(alice, "beside.txt")):
            with pytest.raises(selectors.LinkNotFound):
                linked(link, item)

    @pytest.mark.parametrize("end", ["expired", "revoked", "trashed", "trashed above", "moved away", "owner gone"])
    def test_nothing_any_more(self, alice: User, end: str):
        above = make_folder(alice, "above")
        folder = make_folder(alice, "shared", parent=above)
        file = make_file(alice, parent=folder)
        now = timezone.now()
        link = make_link(alice, folder, expires_at=now + timedelta(hours=1))
        found = linked(link, file)
        if end == "expired":
            Link.objects.update(expires_at=now)
        elif end == "revoked":
            services.link_delete(owner=alice, link_id=link.pk, now=now)
        elif end == "trashed":
            services.item_trash(actor=alice, item_id=file.pk, now=now)
        elif end == "trashed above":
            services.item_trash(actor=alice, item_id=above.pk, now=now)
        elif end == "moved away":
            services.item_move(actor=alice, item_id=file.pk, parent_id=above.pk, now=now)
        else:
            User.objects.update(is_active=False)

        with pytest.raises(selectors.LinkNotFound):
            linked(link, file)
        with pytest.raises(services.LinkUsedUp):  # between check and use
            download(link, found.item)

    def test_a_new_password_ends_what_was_checked_before(self, alice: User):
        file = make_file(alice)
        link = make_link(alice, file, password="old")
        services.link_update(owner=alice, link_id=link.pk, now=timezone.now(), password="new")

        with pytest.raises(services.LinkUsedUp):
            download(link, file)

    def test_as_often_as_is_allowed(self, alice: User):
        file = make_file(alice)
        link = make_link(alice, file, max_downloads=2)

        download(link, file)
        download(link, file)

        with pytest.raises(services.LinkUsedUp):
            download(link, file)
        assert Link.objects.get().downloads == 2


class TestMaking:
    def test_is_for_the_owner_alone(self, alice: User, charlie: User):
        file = make_file(alice)
        link = make_link(alice, file)

        with pytest.raises(selectors.ItemNotFound):
            make_link(charlie, file)
        with pytest.raises(selectors.LinkNotFound):
            services.link_update(owner=charlie, link_id=link.pk, now=timezone.now(), password="")
        with pytest.raises(selectors.LinkNotFound):
            services.link_delete(owner=charlie, link_id=link.pk, now=timezone.now())

    def test_refuses_what_makes_no_sense(self, alice: User):
        with pytest.raises(services.LinkRefused, match="folder"):
            make_link(alice, make_file(alice), mode=Link.Mode.UPLOAD)
        with pytest.raises(services.LinkRefused, match="later"):
            make_link(alice, make_file(alice), expires_at=timezone.now())


class TestPassword:
    def test_is_asked_for(self, alice: User, nobodys_api: ApiClient):
        link = make_link(alice, make_file(alice), password="open sesame")

        assert_problem(nobodys_api.get(address(link)), 401, "password")
        assert_problem(nobodys_api.get(address(link), x_link_password="wrong"), 403)
        assert nobodys_api.get(address(link), x_link_password="open sesame").status_code == 200

    def test_guesses_are_stopped_even_when_the_last_is_right(self, alice: User, nobodys_api: ApiClient):
        link = make_link(alice, make_file(alice), password="open sesame")

        for _ in range(10):
            assert_problem(nobodys_api.get(address(link), x_link_password="wrong"), 403)

        refused = nobodys_api.get(address(link), x_link_password="open sesame")
        assert_problem(refused, 429)
        assert int(refused["Retry-After"]) > 0

    def test_guesses_at_secrets_are_stopped(self, nobodys_api: ApiClient):
        answers = {nobodys_api.get(f"/drive/links/guess{number}/items").status_code for number in range(31)}

        assert answers == {404, 429}


class TestHolder:
    def test_browses_and_downloads(self, alice: User, nobodys_api: ApiClient):
        folder = make_folder(alice, "shared")
        file = make_file(alice, parent=folder, body=b"hello")
        link = make_link(alice, folder)

        listed = nobodys_api.get(address(link)).json()
        answer = nobodys_api.get(address(link, f"items/{file.pk}/content"))

        assert [item["name"] for item in listed["items"]] == ["notes.txt"]
        assert answer.status_code == 302
        assert b"".join(Client().get(answer["Location"]).streaming_content) == b"hello"
        assert Link.objects.get().downloads == 1

    def test_sees_nothing_of_the_owner(self, alice: User, nobodys_api: ApiClient):
        folder = make_folder(alice, "shared", parent=make_folder(alice, "private"))
        make_file(alice, parent=folder)

        answer = nobodys_api.get(address(make_link(alice, folder)))

        assert b"alice" not in answer.content
        assert b"private" not in answer.content

    def test_of_one_file_gets_no_other(self, alice: User, nobodys_api: ApiClient):
        link, other = make_link(alice, make_file(alice)), make_file(alice, "other.txt")

        assert_problem(nobodys_api.get(address(link, f"items/{other.pk}/content")), 404)


class TestDropBox:
    @pytest.fixture
    def box(self, alice: User) -> Link:
        folder = make_folder(alice, "box")
        make_file(alice, "secret.txt", parent=folder)
        return make_link(alice, folder, mode=Link.Mode.UPLOAD)

    def promise(self, api: ApiClient, box: Link, name: str = "gift.txt", size: int = 5) -> Any:
        return api.post(address(box, "uploads"), {"filename": name, "size_bytes": size, "content_type": "text/plain"})

    def send(self, promised: Any, body: bytes) -> None:
        (part,) = promised.json()["parts"]
        assert Client().put(part["url"], body, content_type="application/octet-stream").status_code == 200

    def test_shows_nothing(self, box: Link, nobodys_api: ApiClient):
        listed = nobodys_api.get(address(box)).json()

        assert listed["items"] == []
        (secret,) = Item.objects.filter(name="secret.txt")
        assert_problem(nobodys_api.get(address(box, f"items/{secret.pk}/content")), 404)
        assert_problem(nobodys_api.get(address(box) + f"?parent={secret.pk}"), 404)

    def test_takes_files_and_numbers_what_is_there(self, alice: User, box: Link, nobodys_api: ApiClient):
        for _ in range(2):
            promised = self.promise(nobodys_api, box, "secret.txt")
            self.send(promised, b"12345")
            done = nobodys_api.post(address(box, f"uploads/{promised.json()['id']}/complete"))
            assert done.status_code == 200, done.content
            again = nobodys_api.post(address(box, f"uploads/{promised.json()['id']}/complete"))
            assert again.json() == done.json()

        assert names_in(box.item) == ["secret (2).txt", "secret (3).txt", "secret.txt"]
        assert quota_of(alice).used_bytes == 5 + 5 + 5

    def test_makes_harmless_names(self, box: Link, nobodys_api: ApiClient):
        promised = self.promise(nobodys_api, box, "../..\\evil\u202egpj.exe")
        self.send(promised, b"12345")
        done = nobodys_api.post(address(box, f"uploads/{promised.json()['id']}/complete"))

        assert done.json()["name"] == ".._.._evil_gpj.exe"

    def test_goes_on_only_with_its_own(self, alice: User, box: Link, nobodys_api: ApiClient):
        other = make_upload(alice)

        assert_problem(nobodys_api.get(address(box, f"uploads/{other.pk}")), 404)
        assert_problem(nobodys_api.post(address(box, f"uploads/{other.pk}/complete")), 404)
        with pytest.raises(UploadNotFound):
            services.drop_cancel(link=box, upload_id=other.pk, now=timezone.now())

    def test_is_given_up(self, alice: User, box: Link, nobodys_api: ApiClient):
        promised = self.promise(nobodys_api, box)

        assert nobodys_api.delete(address(box, f"uploads/{promised.json()['id']}")).status_code == 204
        assert quota_of(alice).used_bytes == 5  # secret.txt
        assert not Drop.objects.exists()

    def test_keeps_to_the_owners_quota(self, alice: User, box: Link, nobodys_api: ApiClient, settings: Any):
        settings.QUOTA_BYTES = 8

        assert_problem(self.promise(nobodys_api, box, size=4), 413)

    def test_a_view_link_takes_nothing(self, alice: User, nobodys_api: ApiClient):
        assert_problem(self.promise(nobodys_api, make_link(alice, make_folder(alice))), 404)


@pytest.mark.django_db(transaction=True)
def test_a_limit_holds_for_sixteen_at_once():
    alice = make_user("alice")
    file = make_file(alice)
    link = make_link(alice, file, max_downloads=5)

    answers = at_once(*[lambda: download(link, file)] * 16)

    assert sum(answer is None for answer in answers) == 5
    assert Link.objects.get().downloads == 5
    assert bytes_of(file)
