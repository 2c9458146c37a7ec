from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudapps.models import User
from clouddrive import selectors, services
from clouddrive.core.kinds import Category
from clouddrive.models import Grant, Item
from clouddrive.selectors import Query, Right, Sort
from clouddrive.selectors.items import CursorInvalid
from tests.clouddrive.factories import make_file, make_folder
from tests.factories import NOW


def walk(folder: Item, *, size: int, **options: Any) -> list[Item]:
    """Go through a folder page by page."""
    found: list[Item] = []
    cursor = ""
    while True:
        page = selectors.folder_page(folder=folder, size=size, cursor=cursor, **options)
        assert len(page.items) == size or not page.next_cursor
        found += page.items
        cursor = page.next_cursor
        if not cursor:
            return found


KEYS = {
    Sort.NAME: lambda item: item.name_key,
    Sort.SIZE: lambda item: (item.size_bytes, item.pk),
    Sort.MODIFIED: lambda item: (item.modified_at, item.pk),
}


class TestFolderPage:
    @pytest.fixture
    def full(self, alice: User) -> Item:
        folder = make_folder(alice, "full")
        for number in range(5):
            make_folder(alice, f"folder {number}", parent=folder)
            for copy in range(3):
                modified_at = NOW - timedelta(hours=number % 2)
                make_file(alice, f"{number}-{copy}", b"x" * (number // 2), parent=folder, modified_at=modified_at)
        return folder

    @pytest.mark.parametrize("sort", list(Sort))
    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 20, 100])
    def test_pages_give_everything_once_in_order(self, full: Item, sort: Sort, descending: bool, size: int):
        found = walk(full, size=size, sort=sort, descending=descending)

        folders, files = found[:5], found[5:]
        assert {item.pk for item in found} == {item.pk for item in full.children.all()}
        assert all(item.is_folder for item in folders)
        for kind in (folders, files):
            assert kind == sorted(kind, key=KEYS[sort], reverse=descending)

    def test_the_next_page_does_not_mind_what_comes_and_goes(self, alice: User, full: Item):
        page = selectors.folder_page(folder=full, size=7)
        services.item_trash(actor=alice, item_id=page.items[-1].pk, now=NOW)
        make_file(alice, "0-0-0", parent=full)

        following = selectors.folder_page(folder=full, size=100, cursor=page.next_cursor).items

        assert not {item.pk for item in page.items} & {item.pk for item in following}

    @pytest.mark.parametrize("cursor", ["x", "e30=", "WzEsMiwzXQ==", "WzUsImEiLCJiIl0=", "é"])
    def test_refuses_a_cursor_of_something_else(self, full: Item, cursor: str):
        with pytest.raises(CursorInvalid):
            selectors.folder_page(folder=full, cursor=cursor)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cursor=st.text(max_size=60))
    def test_never_breaks_at_a_cursor(self, db: None, cursor: str):
        with suppress(CursorInvalid):
            selectors.folder_page(folder=Item(), cursor=cursor)


class TestSearch:
    def names(self, user: User, text: str = "", folder: Item | None = None, **query: Any) -> list[str]:
        below = services.folder_seen(user=user, item_id=folder.pk, right=Right.VIEW) if folder else None
        found = selectors.search(user=user, query=Query(text, **query), folder=below)
        return sorted(seen.item.name for seen in found.items)

    def test_finds_by_the_beginnings_of_words(self, alice: User):
        make_file(alice, "Holiday in Rome 2024.jpg")
        make_file(alice, "IMG2024_Holiday.png")
        make_file(alice, "Tax 2024.pdf")

        assert self.names(alice, "holi") == ["Holiday in Rome 2024.jpg", "IMG2024_Holiday.png"]
        assert self.names(alice, "2024 HOL") == ["Holiday in Rome 2024.jpg", "IMG2024_Holiday.png"]
        assert self.names(alice, "ome") == []

    def test_finds_folders_too_and_each_thing_once(self, alice: User):
        make_folder(alice, "report reports reporting")

        assert self.names(alice, "rep") == ["report reports reporting"]

    def test_says_where_it_lies(self, alice: User):
        make_file(alice, "deep.txt", parent=make_folder(alice, "inner", parent=make_folder(alice, "outer")))

        (seen,) = selectors.search(user=alice, query=Query("deep")).items

        assert [folder.name for folder in seen.path] == ["", "outer", "inner"]

    def test_stays_below_a_folder(self, alice: User):
        folder = make_folder(alice)
        make_file(alice, "in.txt", parent=make_folder(alice, "x", parent=folder))
        make_file(alice, "out.txt")

        assert self.names(alice, "txt", folder) == ["in.txt"]

    def test_leaves_out_the_trash_and_what_lies_below_it(self, alice: User):
        folder = make_folder(alice, "a folder")
        make_file(alice, "a file", parent=folder)
        services.item_trash(actor=alice, item_id=folder.pk, now=NOW)

        assert self.names(alice, "a") == []

    def test_is_the_users_own(self, alice: User, charlie: User):
        make_file(alice, "secret.txt")

        assert self.names(charlie, "secret") == []

    def test_goes_into_shared_folders_when_asked_there(self, alice: User, bob: User):
        shared = make_folder(alice)
        make_file(alice, "plan.txt", parent=shared)
        make_file(alice, "plan b.txt")
        services.grant_set(owner=alice, item_id=shared.pk, name="bob", role=Grant.Role.VIEW, now=NOW)

        assert self.names(bob, "plan", shared) == ["plan.txt"]
        assert self.names(bob, "plan") == []

    def test_filters_by_kind_size_and_date(self, alice: User):
        make_file(alice, "a.txt", b"x" * 10, modified_at=NOW - timedelta(days=3))
        make_file(alice, "b.md", b"x" * 20)
        make_file(alice, "c.zip", b"PK\x03\x04" + b"x" * 96)

        assert self.names(alice, category=Category.TEXT) == ["a.txt", "b.md"]
        assert self.names(alice, min_bytes=20) == ["b.md", "c.zip"]
        assert self.names(alice, max_bytes=19) == ["a.txt"]
        assert self.names(alice, modified_before=NOW - timedelta(days=1)) == ["a.txt"]
        assert self.names(alice, "b", modified_after=NOW - timedelta(days=1)) == ["b.md"]

    @pytest.mark.parametrize("text", ["file", ""])
    def test_pages_give_everything_once(self, alice: User, text: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("clouddrive.selectors.searching.BATCH", 3)
        monkeypatch.setattr("clouddrive.selectors.searching.BATCHES", 2)
        gone = make_folder(alice, "gone")
        for number in range(9):
            make_file(alice, f"file {number}")
            make_file(alice, f"file {number}", parent=gone)
        services.item_trash(actor=alice, item_id=gone.pk, now=NOW)

        names, cursor = [], ""
        while True:
            query = Query(text, category=Category.OTHER)
            found = selectors.search(user=alice, query=query, cursor=cursor, size=2)
            names += [seen.item.name for seen in found.items]
            cursor = found.next_cursor
            if not cursor:
                break

        assert sorted(names) == [f"file {number}" for number in range(9)]

    def test_of_no_word_at_all_finds_nothing(self, alice: User):
        make_file(alice)

        assert self.names(alice, "!?") == []

    @pytest.mark.parametrize("cursor", ["x", "WzEsMl0=", "WyJhIiwiYiJd"])
    @pytest.mark.parametrize("text", ["a", ""])
    def test_refuses_a_cursor_of_something_else(self, alice: User, text: str, cursor: str):
        with pytest.raises(CursorInvalid):
            selectors.search(user=alice, query=Query(text, min_bytes=0), cursor=cursor)


class TestLists:
    def test_recent_and_starred_leave_out_what_is_gone(self, alice: User):
        folder = make_folder(alice)
        kept, gone = make_file(alice, "kept"), make_file(alice, "gone", parent=folder)
        for item in (kept, gone):
            services.item_star(owner=alice, item_id=item.pk, starred=True, now=NOW)
        services.item_trash(actor=alice, item_id=folder.pk, now=NOW)

        assert selectors.recent_page(owner=alice).items == [kept]
        assert selectors.starred_page(owner=alice).items == [kept]

    def test_a_star_is_taken_away(self, alice: User):
        file = make_file(alice)
        services.item_star(owner=alice, item_id=file.pk, starred=True, now=NOW)
        services.item_star(owner=alice, item_id=file.pk, starred=False, now=NOW)

        assert selectors.starred_page(owner=alice).items == []

    def test_pages_of_the_trash(self, alice: User):
        for number in range(5):
            services.item_trash(
                actor=alice, item_id=make_file(alice, str(number)).pk, now=NOW + timedelta(hours=number // 2)
            )

        first = selectors.trash_page(owner=alice, size=3)
        second = selectors.trash_page(owner=alice, size=3, cursor=first.next_cursor)

        assert sorted(item.name for item in first.items + second.items) == ["0", "1", "2", "3", "4"]
        assert not second.next_cursor
