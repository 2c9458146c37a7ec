"""The drive as other apps see it: through `cloudapps.offers`, where it is registered."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.offers import FileLibrary, FileNotOffered, OfferedFile, SavedFile, files
from cloudapps.problems import NotFound
from cloudapps.quota import QuotaExceeded, quota_of
from cloudapps.uploads import UploadIncomplete
from clouddrive import services
from clouddrive.models import Grant, Inspection, Item
from tests.clouddrive.factories import bytes_of, make_file, make_folder, names_in, root
from tests.factories import NOW, read, stored_keys


@pytest.fixture
def library() -> FileLibrary:
    found = files.get()
    assert found is not None
    return found


def find(library: FileLibrary, owner: User, text: str = "", limit: int = 50) -> list[str]:
    return [found.name for found in library.find(owner=owner, text=text, limit=limit)]


def infect(file: Item) -> None:
    Inspection.objects.create(
        upload=file.bytes,
        owner=file.owner,
        status=Status.SUCCEEDED,
        infected_by="Eicar",
        created_at=NOW,
        enqueued_at=NOW,
    )


def share(item: Item, user: User, role: Grant.Role = Grant.Role.EDIT) -> None:
    services.grant_set(owner=item.owner, item_id=item.pk, name=user.username, role=role, now=NOW)


class TestFind:
    def test_goes_by_the_words_of_the_name(self, alice: User, library: FileLibrary):
        make_file(alice, "Access log 2026.txt")
        make_file(alice, "accounts.csv")
        make_folder(alice, "access")

        assert find(library, alice, "acc") == ["Access log 2026.txt", "accounts.csv"]
        assert find(library, alice, "log acc") == ["Access log 2026.txt"]
        assert find(library, alice, "nothing") == find(library, alice, "!?") == []

    def test_gives_the_latest_changed_first_without_a_text(self, alice: User, library: FileLibrary):
        make_file(alice, "middle.txt", now=NOW + timedelta(hours=1))
        make_file(alice, "old.txt")
        make_file(alice, "new.txt", now=NOW + timedelta(hours=2))
        make_folder(alice, "folder")

        assert find(library, alice) == ["new.txt", "middle.txt", "old.txt"]
        assert find(library, alice, limit=2) == ["new.txt", "middle.txt"]

    def test_says_all_that_is_needed(self, alice: User, library: FileLibrary):
        folder = make_folder(alice, "logs", parent=make_folder(alice, "2026"))
        file = make_file(alice, "a.log", b"hello", parent=folder)

        [found] = library.find(owner=alice, text="a", limit=10)

        assert found == OfferedFile(file.pk, "a.log", "2026/logs", 5, file.bytes.key, NOW)
        assert read(found.key) == b"hello"

    def test_finds_nothing_of_others(self, alice: User, bob: User, charlie: User, library: FileLibrary):
        share(make_file(alice, "a.txt"), bob)

        assert find(library, bob) == find(library, charlie) == find(library, charlie, "a") == []

    def test_leaves_out_what_is_in_the_trash(self, alice: User, library: FileLibrary):
        folder = make_folder(alice)
        make_file(alice, "below.txt", parent=folder)
        file = make_file(alice, "alone.txt")
        for item in (folder, file):
            services.item_trash(actor=alice, item_id=item.pk, now=NOW)

        assert find(library, alice) == find(library, alice, "below") == []

    def test_leaves_out_what_is_infected(self, alice: User, library: FileLibrary):
        infect(make_file(alice, "bad.txt"))
        make_file(alice, "good.txt")

        assert find(library, alice) == ["good.txt"]

    def test_costs_the_same_for_many(self, alice: User, library: FileLibrary, django_assert_max_num_queries: Any):
        for number in range(30):
            make_file(alice, f"file {number}.txt")

        with django_assert_max_num_queries(6):
            assert len(find(library, alice, "file")) == 30


class TestGet:
    def test_gives_a_file_of_ones_own(self, alice: User, library: FileLibrary):
        file = make_file(alice, "a.txt", b"hello")

        found = library.get(owner=alice, file_id=file.pk)

        assert found == OfferedFile(file.pk, "a.txt", "", 5, file.bytes.key, NOW)

    def test_gives_the_latest_content(self, alice: User, library: FileLibrary):
        file = make_file(alice, "a.txt", b"first")
        before = library.get(owner=alice, file_id=file.pk)
        make_file(alice, "a.txt", b"the second", now=NOW + timedelta(hours=1))

        found = library.get(owner=alice, file_id=file.pk)

        assert (found.size_bytes, read(found.key)) == (10, b"the second")
        assert found.modified_at > before.modified_at
        assert read(before.key) == b"first", "who began with it can go on"

    def test_refuses_what_is_not_ones_own(self, alice: User, bob: User, charlie: User, library: FileLibrary):
        file = make_file(alice)
        share(file, bob)

        with pytest.raises(FileNotOffered, match="somebody else's"):
            library.get(owner=bob, file_id=file.pk)
        with pytest.raises(FileNotOffered, match="no such file"):
            library.get(owner=charlie, file_id=file.pk)

    def test_refuses_a_folder(self, alice: User, library: FileLibrary):
        with pytest.raises(FileNotOffered, match="folder"):
            library.get(owner=alice, file_id=make_folder(alice).pk)

    def test_refuses_what_is_in_the_trash(self, alice: User, library: FileLibrary):
        folder = make_folder(alice)
        file = make_file(alice, parent=folder)
        services.item_trash(actor=alice, item_id=folder.pk, now=NOW)

        with pytest.raises(FileNotOffered):
            library.get(owner=alice, file_id=file.pk)

    def test_refuses_what_is_infected(self, alice: User, library: FileLibrary):
        file = make_file(alice)
        infect(file)

        with pytest.raises(FileNotOffered, match="infected by Eicar"):
            library.get(owner=alice, file_id=file.pk)


def save(library: FileLibrary, owner: User, *folder: str, name: str = "part-00000", body: bytes = b"x") -> SavedFile:
    return library.save(
        owner=owner,
        folder=folder,
        name=name,
        body=BytesIO(body),
        content_type="text/plain",
        size_bytes=len(body),
        now=NOW,
    )


class TestSave:
    def test_makes_the_folders_that_are_missing(self, alice: User, library: FileLibrary, alices_browser: Any):
        saved = save(library, alice, "MapReduce", "Word count", body=b"a\t1\n")

        file = Item.objects.get(name="part-00000")
        assert saved == SavedFile("part-00000", file.get_absolute_url())
        assert bytes_of(file) == b"a\t1\n"
        assert library.get(owner=alice, file_id=file.pk).folder == "MapReduce/Word count"
        assert alices_browser.get(saved.url).status_code == 200
        assert quota_of(alice).used_bytes == 4

    def test_uses_the_folders_that_are_there(self, alice: User, library: FileLibrary):
        folder = make_folder(alice, "MapReduce")

        save(library, alice, "mapreduce")

        assert names_in(folder) == ["part-00000"]
        assert names_in(root(alice)) == ["MapReduce"]

    def test_files_at_the_top_without_a_folder(self, alice: User, library: FileLibrary):
        save(library, alice)

        assert names_in(root(alice)) == ["part-00000"]

    def test_keeps_both_when_the_name_is_taken(self, alice: User, library: FileLibrary):
        names = [save(library, alice, "out", name="a.txt", body=body).name for body in (b"1", b"2")]

        assert names == ["a.txt", "a (2).txt"]
        assert bytes_of(Item.objects.get(name="a.txt")) == b"1"

    def test_goes_around_a_file_that_is_called_like_the_folder(self, alice: User, library: FileLibrary):
        make_file(alice, "out")

        save(library, alice, "out", name="a")
        save(library, alice, "out", name="b")

        assert names_in(Item.objects.get(name="out (2)")) == ["a", "b"]

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("a/b\\c", "a_b_c"),
            ("..", "_"),
            ("", "_"),
            ("  ", "_"),
            ("line\nbreak", "line_break"),
            ("\u202egpj.exe", "_gpj.exe"),
            ("x" * 300, "x" * 255),
            ("beginning " + "y" * 300, "beginning " + "y" * 245),
        ],
    )
    def test_makes_any_name_of_a_folder_safe(self, alice: User, library: FileLibrary, name: str, kept: str):
        save(library, alice, name)

        assert names_in(root(alice)) == [kept]

    @pytest.mark.django_db
    @given(st.text(max_size=300), st.text(max_size=300))
    def test_takes_any_names(self, folder: str, name: str):
        owner, _ = User.objects.get_or_create(username="alice")
        library = files.get()
        assert library is not None

        saved = save(library, owner, folder, name=name)

        assert saved.name

    def test_refuses_what_is_too_much(self, alice: User, library: FileLibrary, settings: Any):
        settings.QUOTA_BYTES = 10

        with pytest.raises(QuotaExceeded):
            save(library, alice, "out", body=b"x" * 11)

        assert not Item.objects.filter(name="part-00000").exists()
        assert (stored_keys(), quota_of(alice).used_bytes) == (set(), 0)

    def test_refuses_a_body_that_is_torn(self, alice: User, library: FileLibrary):
        with pytest.raises(UploadIncomplete):
            library.save(owner=alice, folder=(), name="a", body=BytesIO(b"12"), content_type="", size_bytes=3, now=NOW)

        assert names_in(root(alice)) == []

    def test_puts_nothing_into_a_folder_that_is_deleted_meanwhile(self, alice: User, library: FileLibrary):
        class Slow(BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                folder = Item.objects.get(name="out")
                if folder.trashed_at is None:
                    services.item_trash(actor=alice, item_id=folder.pk, now=NOW)
                return super().read(size)

        with pytest.raises(NotFound):
            library.save(owner=alice, folder=["out"], name="a", body=Slow(b"12"), content_type="", now=NOW)

        assert not Item.objects.filter(name="a").exists()
        assert quota_of(alice).used_bytes == 0

    def test_saves_into_no_folder_of_somebody_else(self, alice: User, bob: User, library: FileLibrary):
        shared = make_folder(alice, "out")
        share(shared, bob)

        save(library, bob, "out")

        assert names_in(shared) == []
        assert names_in(root(bob)) == ["out"]
