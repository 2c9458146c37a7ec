"""Files and folders: made, named, moved, copied."""

from datetime import timedelta
from typing import Any

import pytest

from cloudapps import uploads
from cloudapps.models import Upload, User
from cloudapps.quota import QuotaExceeded, quota_of
from cloudapps.uploads import UploadClosed, UploadNotFound
from clouddrive import selectors, services
from clouddrive.models import Event, Item, ItemWord
from clouddrive.services import OnConflict
from tests.clouddrive.factories import bytes_of, make_file, make_folder, names_in, root
from tests.factories import NOW, make_upload, make_user
from tests.threads import at_once


def file_in(owner: User, folder: Item, body: bytes = b"new", *, name: str = "notes.txt", **options: Any):
    upload = make_upload(owner, body, filename=name)
    return services.file_create(actor=owner, upload_id=upload.pk, parent_id=folder.pk, now=NOW, **options)


class TestFolderCreate:
    def test_makes_a_folder(self, alice: User):
        make_folder(alice, "Bilder")

        assert names_in(root(alice)) == ["Bilder"]

    def test_asks_when_the_name_is_taken_in_any_case(self, alice: User):
        make_folder(alice, "Bilder")

        with pytest.raises(services.NameTaken) as refused:
            make_folder(alice, "BILDER")

        assert refused.value.extensions["kind"] == "folder"

    def test_gives_the_one_that_is_there(self, alice: User):
        there = make_folder(alice, "Bilder")

        again = services.folder_create(
            actor=alice, parent_id=root(alice).pk, name="bilder", on_conflict=OnConflict.SKIP, now=NOW
        )

        assert again == there

    def test_numbers_the_second_one(self, alice: User):
        make_folder(alice, "Bilder")

        services.folder_create(
            actor=alice, parent_id=root(alice).pk, name="Bilder", on_conflict=OnConflict.KEEP_BOTH, now=NOW
        )

        assert names_in(root(alice)) == ["Bilder", "Bilder (2)"]

    def test_refuses_a_file_as_its_parent(self, alice: User):
        with pytest.raises(services.NotAFolder):
            make_folder(alice, parent=make_file(alice))

    def test_refuses_what_lies_too_deep(self, alice: User, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("clouddrive.services.tree.MAX_DEPTH", 1)
        inner = make_folder(alice)

        with pytest.raises(services.TooDeep):
            make_folder(alice, parent=inner)

    @pytest.mark.parametrize("name", ["", " ", "..", "a/b", "a\\b", "a\x00b", "evil\u202egpj.exe", "x" * 256])
    def test_refuses_what_cannot_be_a_name(self, alice: User, name: str):
        with pytest.raises(services.NameRefused):
            make_folder(alice, name)


class TestFileCreate:
    def test_files_an_upload(self, alice: User):
        filed = file_in(alice, root(alice), b"some text", name="Notes.MD")

        assert (filed.outcome, filed.item.size_bytes, filed.item.content_type) == ("created", 9, "text/markdown")
        assert bytes_of(filed.item) == b"some text"
        assert quota_of(alice).used_bytes == 9

    def test_gives_the_same_file_when_it_is_asked_again(self, alice: User):
        upload = make_upload(alice, filename="a.txt")

        first, second = (
            services.file_create(actor=alice, upload_id=upload.pk, parent_id=root(alice).pk, now=NOW) for _ in "12"
        )

        assert first.item == second.item

    def test_asks_and_leaves_the_upload_to_be_filed_otherwise(self, alice: User):
        make_file(alice, body=b"old")
        upload = make_upload(alice, b"new", filename="NOTES.txt")
        asked = {"actor": alice, "upload_id": upload.pk, "parent_id": root(alice).pk, "now": NOW}

        with pytest.raises(services.NameTaken):
            services.file_create(**asked)
        services.file_create(**asked, on_conflict=OnConflict.KEEP_BOTH)

        assert names_in(root(alice)) == ["NOTES (2).txt", "notes.txt"]

    def test_makes_a_version_of_what_it_replaces(self, alice: User):
        there = make_file(alice, body=b"old")

        filed = file_in(alice, root(alice), b"newer", on_conflict=OnConflict.REPLACE)

        assert (filed.item.pk, filed.outcome, bytes_of(filed.item)) == (there.pk, "replaced", b"newer")
        assert [version.size_bytes for version in there.versions.all()] == [3]

    def test_lets_a_skipped_upload_go(self, alice: User):
        make_file(alice, body=b"old")

        filed = file_in(alice, root(alice), b"newer", on_conflict=OnConflict.SKIP)

        assert (filed.outcome, bytes_of(filed.item), quota_of(alice).used_bytes) == ("skipped", b"old", 3)

    def test_never_replaces_a_folder(self, alice: User):
        make_folder(alice, "notes.txt")

        with pytest.raises(services.NameTaken):
            file_in(alice, root(alice), on_conflict=OnConflict.REPLACE)

    def test_refuses_what_another_app_has(self, alice: User):
        upload = make_upload(alice)
        uploads.upload_adopt(owner=alice, upload_id=upload.pk, by="imageproc")

        with pytest.raises(UploadClosed):
            services.file_create(actor=alice, upload_id=upload.pk, parent_id=root(alice).pk, now=NOW)

    def test_refuses_a_strangers_upload(self, alice: User, charlie: User):
        upload = make_upload(charlie)

        with pytest.raises(UploadNotFound):
            services.file_create(actor=alice, upload_id=upload.pk, parent_id=root(alice).pk, now=NOW)

    def test_refuses_a_strangers_folder(self, alice: User, charlie: User):
        upload = make_upload(charlie)

        with pytest.raises(selectors.ItemNotFound):
            services.file_create(actor=charlie, upload_id=upload.pk, parent_id=root(alice).pk, now=NOW)

    def test_keeps_as_many_versions_as_the_settings_say(self, alice: User, settings: Any):
        settings.DRIVE_MAX_VERSIONS = 2

        for size in range(1, 6):
            file = make_file(alice, body=b"x" * size)

        assert [version.size_bytes for version in file.versions.all()] == [4, 3]
        assert quota_of(alice).used_bytes == 5 + 4 + 3
        assert Upload.objects.count() == 3


class TestVersions:
    def test_one_is_taken_back(self, alice: User):
        make_file(alice, body=b"first")
        file = make_file(alice, body=b"second")

        services.version_restore(actor=alice, item_id=file.pk, version_id=file.versions.get().pk, now=NOW)

        assert bytes_of(file) == b"first"
        assert [version.size_bytes for version in file.versions.all()] == [6]

    def test_one_is_forgotten_with_its_bytes(self, alice: User):
        make_file(alice, body=b"first")
        file = make_file(alice, body=b"second")

        services.version_delete(actor=alice, item_id=file.pk, version_id=file.versions.get().pk, now=NOW)

        assert (quota_of(alice).used_bytes, Upload.objects.count()) == (6, 1)

    def test_of_another_file_is_not_found(self, alice: User):
        make_file(alice, body=b"first")
        version = make_file(alice, body=b"second").versions.get()

        with pytest.raises(selectors.VersionNotFound):
            services.version_restore(actor=alice, item_id=make_file(alice, "b").pk, version_id=version.pk, now=NOW)


class TestMove:
    def move(self, owner: User, item: Item, **options: Any) -> Item:
        return services.item_move(actor=owner, item_id=item.pk, now=NOW, **options)

    def test_takes_everything_below_along(self, alice: User):
        source, target = make_folder(alice, "a"), make_folder(alice, "b")
        file = make_file(alice, parent=source)

        self.move(alice, source, parent_id=target.pk)

        assert [folder.name for folder in selectors.item_seen(user=alice, item_id=file.pk).path] == ["", "b", "a"]

    def test_renames_and_is_found_by_the_new_name_alone(self, alice: User):
        file = make_file(alice, "draft.txt")

        self.move(alice, file, name="final.txt")

        assert set(ItemWord.objects.values_list("word", flat=True)) == {"final", "txt"}

    def test_changes_the_case_of_a_name(self, alice: User):
        file = make_file(alice, "readme.md")

        assert self.move(alice, file, name="README.md").name == "README.md"

    @pytest.mark.parametrize("depth", [0, 1, 2])
    def test_refuses_to_put_a_folder_into_itself(self, alice: User, depth: int):
        folders = [make_folder(alice, "top")]
        for number in range(depth):
            folders.append(make_folder(alice, str(number), parent=folders[-1]))

        with pytest.raises(services.IntoItself):
            self.move(alice, folders[0], parent_id=folders[-1].pk)

    def test_asks_when_the_name_is_taken(self, alice: User):
        make_file(alice, "a.txt")

        with pytest.raises(services.NameTaken):
            self.move(alice, make_file(alice, "b.txt"), name="A.txt")

    def test_puts_what_it_replaces_into_the_trash(self, alice: User):
        replaced = make_file(alice, "a.txt", b"old")

        self.move(alice, make_file(alice, "b.txt", b"new"), name="a.txt", on_conflict=OnConflict.REPLACE)

        assert names_in(root(alice)) == ["a.txt"]
        assert selectors.trash_page(owner=alice).items == [replaced]

    def test_leaves_the_root_where_it_is(self, alice: User):
        with pytest.raises(selectors.NotAllowed):
            self.move(alice, root(alice), name="elsewhere")


class TestCopy:
    def test_shares_the_bytes(self, alice: User):
        file = make_file(alice, body=b"hello")

        copied = services.item_copy(actor=alice, item_id=file.pk, parent_id=root(alice).pk, now=NOW)

        assert (copied.name, copied.upload_id, quota_of(alice).used_bytes) == ("notes (2).txt", file.upload_id, 5)

    def test_takes_everything_below_along(self, alice: User):
        outer = make_folder(alice, "outer")
        inner = make_folder(alice, "inner", parent=outer)
        make_file(alice, "deep.txt", parent=inner)

        copied = services.item_copy(actor=alice, item_id=outer.pk, parent_id=root(alice).pk, name="twin", now=NOW)

        (twin_inner,) = selectors.folder_page(folder=copied).items
        assert names_in(twin_inner) == ["deep.txt"]
        assert twin_inner.pk != inner.pk

    def test_into_itself_copies_what_was_there_before(self, alice: User):
        folder = make_folder(alice, "a")
        make_file(alice, parent=folder)

        copied = services.item_copy(actor=alice, item_id=folder.pk, parent_id=folder.pk, now=NOW)

        assert names_in(copied) == ["notes.txt"]

    def test_refuses_too_much_at_once_and_leaves_nothing(self, alice: User, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("clouddrive.services.items.COPY_MAX_ITEMS", 2)
        folder = make_folder(alice, "a")
        make_file(alice, "1", parent=folder)
        make_file(alice, "2", parent=folder)

        with pytest.raises(services.TooManyItems):
            services.item_copy(actor=alice, item_id=folder.pk, parent_id=root(alice).pk, now=NOW)

        assert names_in(root(alice)) == ["a"]

    def test_outlives_what_it_was_made_from(self, alice: User):
        file = make_file(alice, body=b"hello")
        copied = services.item_copy(actor=alice, item_id=file.pk, parent_id=root(alice).pk, now=NOW)

        services.item_trash(actor=alice, item_id=file.pk, now=NOW)
        services.item_purge(owner=alice, item_id=file.pk, now=NOW)
        uploads.delete_due_objects(now=NOW.replace(year=2027))

        assert bytes_of(copied) == b"hello"


def test_what_happened_is_remembered(alice: User):
    file = make_file(alice, "a.txt")
    services.item_move(actor=alice, item_id=file.pk, name="b.txt", now=NOW)
    services.item_trash(actor=alice, item_id=file.pk, now=NOW)

    happened = [(e.verb, e.item_name, e.detail) for e in selectors.events_of_owner(owner=alice, before=None).items]

    assert happened == [("TRASHED", "b.txt", ""), ("RENAMED", "a.txt", "b.txt"), ("UPLOADED", "a.txt", "")]
    assert Event.objects.first().actor == alice


def test_after_a_year_it_is_forgotten(alice: User):
    make_file(alice)

    assert services.events_expire(now=NOW + timedelta(days=364)) == 0
    assert services.events_expire(now=NOW + timedelta(days=366)) == 1


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_moves_never_make_a_circle(self):
        alice = make_user("alice")
        a, b = make_folder(alice, "a"), make_folder(alice, "b")

        def put(item: Item, into: Item) -> Item:
            return services.item_move(actor=alice, item_id=item.pk, parent_id=into.pk, now=NOW)

        answers = at_once(lambda: put(a, b), lambda: put(b, a))

        assert sorted(type(answer).__name__ for answer in answers) == ["IntoItself", "Item"]
        assert {item.pk for item in (a, b)} <= selectors.items_seen(user=alice, item_ids=[a.pk, b.pk]).keys()

    def test_files_of_one_name_become_versions_of_one_file(self):
        alice = make_user("alice")
        root(alice)

        answers = at_once(*[lambda: make_file(alice, body=b"x")] * 6)

        assert all(isinstance(answer, Item) for answer in answers), answers
        assert Item.objects.filter(name="notes.txt").count() == 1
        assert answers[0].versions.count() == 5

    def test_uploads_never_exceed_the_quota(self, settings: Any):
        settings.QUOTA_BYTES = 1000
        alice = make_user("alice")
        folder = root(alice)

        answers = at_once(
            *[lambda number=number: make_file(alice, f"{number}", b"x" * 150, parent=folder) for number in range(16)]
        )

        assert sum(isinstance(answer, QuotaExceeded) for answer in answers) == 10
        assert quota_of(alice).used_bytes == 900
