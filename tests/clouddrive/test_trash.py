from datetime import timedelta
from typing import Any

import pytest

from cloudapps import uploads
from cloudapps.models import Upload, User
from cloudapps.quota import quota_of
from clouddrive import selectors, services
from clouddrive.models import Item, ItemWord
from tests.clouddrive.factories import bytes_of, make_file, make_folder, names_in, root
from tests.factories import NOW, make_user, stored_keys
from tests.threads import at_once

LATER = NOW + timedelta(days=1)


def trash(owner: User, item: Item) -> None:
    services.item_trash(actor=owner, item_id=item.pk, now=NOW)


def purge(owner: User, item: Item) -> None:
    services.item_purge(owner=owner, item_id=item.pk, now=NOW)


class TestTrash:
    def test_hides_what_lies_below(self, alice: User):
        folder = make_folder(alice)
        file = make_file(alice, parent=folder)

        trash(alice, folder)

        assert names_in(root(alice)) == []
        with pytest.raises(selectors.ItemNotFound):
            selectors.item_seen(user=alice, item_id=file.pk)

    def test_frees_the_name(self, alice: User):
        trash(alice, make_file(alice, body=b"old"))

        make_file(alice, body=b"new")

        assert names_in(root(alice)) == ["notes.txt"]

    def test_keeps_the_space(self, alice: User):
        trash(alice, make_file(alice, body=b"12345"))

        assert quota_of(alice).used_bytes == 5

    def test_shows_only_what_was_put_there(self, alice: User):
        folder = make_folder(alice)
        make_file(alice, parent=folder)

        trash(alice, folder)

        assert selectors.trash_page(owner=alice).items == [folder]


class TestRestore:
    def test_puts_it_back(self, alice: User):
        folder = make_folder(alice)
        file = make_file(alice, body=b"hello", parent=folder)
        trash(alice, file)

        services.item_restore(owner=alice, item_id=file.pk, now=LATER)

        assert names_in(folder) == ["notes.txt"]
        assert bytes_of(file) == b"hello"

    def test_numbers_it_when_the_name_was_given_away(self, alice: User):
        file = make_file(alice)
        trash(alice, file)
        make_file(alice)

        services.item_restore(owner=alice, item_id=file.pk, now=LATER)

        assert names_in(root(alice)) == ["notes (2).txt", "notes.txt"]
        assert ItemWord.objects.filter(item=file, word="2").exists()

    @pytest.mark.parametrize("gone", [trash, lambda owner, item: (trash(owner, item), purge(owner, item))])
    def test_puts_it_into_the_root_when_its_folder_is_gone(self, alice: User, gone: Any):
        folder = make_folder(alice)
        file = make_file(alice, parent=folder)
        trash(alice, file)
        gone(alice, folder)

        services.item_restore(owner=alice, item_id=file.pk, now=LATER)

        assert names_in(root(alice)) == ["notes.txt"]

    def test_is_for_the_owner_alone(self, alice: User, charlie: User):
        file = make_file(alice)
        trash(alice, file)

        with pytest.raises(selectors.ItemNotFound):
            services.item_restore(owner=charlie, item_id=file.pk, now=LATER)

    def test_wants_it_in_the_trash(self, alice: User):
        with pytest.raises(selectors.ItemNotFound):
            services.item_restore(owner=alice, item_id=make_file(alice).pk, now=LATER)


class TestPurge:
    def test_leaves_no_row_no_byte_and_no_space(self, alice: User):
        folder = make_folder(alice)
        inner = make_folder(alice, "inner", parent=folder)
        make_file(alice, body=b"first", parent=inner)
        make_file(alice, body=b"second", parent=inner)
        trash(alice, folder)

        purge(alice, folder)
        uploads.delete_due_objects(now=LATER)

        assert list(Item.objects.all()) == [root(alice)]
        assert (Upload.objects.count(), stored_keys(), quota_of(alice).used_bytes) == (0, set(), 0)

    def test_keeps_the_bytes_a_moment_for_links_that_are_in_use(self, alice: User):
        file = make_file(alice)
        trash(alice, file)

        purge(alice, file)
        uploads.delete_due_objects(now=NOW)

        assert stored_keys() == {file.bytes.key}

    def test_goes_on_in_the_background_where_there_is_much(self, alice: User, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("clouddrive.services.trash.PURGE_AT_ONCE", 3)
        monkeypatch.setattr("clouddrive.services.trash.PURGE_BATCH", 2)
        folder = make_folder(alice)
        for number in range(9):
            make_file(alice, str(number), parent=folder)
        trash(alice, folder)

        purge(alice, folder)
        left = Item.objects.count()
        services.purge(now=LATER)

        assert 1 < left < 11
        assert (Item.objects.count(), quota_of(alice).used_bytes) == (1, 0)

    def test_wants_it_in_the_trash(self, alice: User):
        with pytest.raises(selectors.ItemNotFound):
            purge(alice, make_file(alice))

    def test_does_not_come_back(self, alice: User, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("clouddrive.services.trash.PURGE_AT_ONCE", 0)
        file = make_file(alice)
        trash(alice, file)
        purge(alice, file)

        with pytest.raises(selectors.ItemNotFound):
            services.item_restore(owner=alice, item_id=file.pk, now=LATER)
        assert selectors.trash_page(owner=alice).items == []


class TestEmptyAndExpire:
    def test_emptying_takes_all_of_one_owner(self, alice: User, bob: User):
        for owner in (alice, bob):
            trash(owner, make_file(owner))

        assert services.trash_empty(owner=alice, now=LATER) == 1

        assert selectors.trash_page(owner=alice).items == []
        assert len(selectors.trash_page(owner=bob).items) == 1

    def test_a_month_is_the_limit(self, alice: User):
        trash(alice, make_file(alice))

        assert services.trash_expire(now=NOW + timedelta(days=29)) == 0
        assert services.trash_expire(now=NOW + timedelta(days=31)) == 1


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_the_last_two_copies_take_their_bytes_along(self):
        alice = make_user("alice")
        file = make_file(alice)
        copied = services.item_copy(actor=alice, item_id=file.pk, parent_id=root(alice).pk, now=NOW)
        for item in (file, copied):
            trash(alice, item)

        at_once(lambda: purge(alice, file), lambda: purge(alice, copied))
        services.purge(now=LATER)
        uploads.delete_due_objects(now=LATER)

        assert (Upload.objects.count(), stored_keys(), quota_of(alice).used_bytes) == (0, set(), 0)

    def test_restoring_and_deleting_leave_one_of_both(self):
        alice = make_user("alice")
        file = make_file(alice)
        trash(alice, file)

        at_once(lambda: services.item_restore(owner=alice, item_id=file.pk, now=LATER), lambda: purge(alice, file))
        services.purge(now=LATER)

        if Item.objects.filter(pk=file.pk).exists():
            assert bytes_of(file) == b"hello"
            assert names_in(root(alice)) == ["notes.txt"]
        else:
            assert (Upload.objects.count(), quota_of(alice).used_bytes) == (0, 0)
