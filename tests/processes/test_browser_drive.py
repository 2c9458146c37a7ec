"""The main paths of Cloud Drive as a person goes them, in headless Chromium against the real processes."""

import base64
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser import CHROMIUM, assert_accessible, drop, register
from tests.pictures import jpeg
from tests.stack import Stack, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

NOTES = b"# Packing list\n\n- *boots*\n- a lamp\n"
FILES = {"Holiday/day 1/hills.jpg": jpeg(900, 600), "Holiday/day 2/late/notes.md": NOTES, "Holiday/list.txt": b"one\n"}
FORGIVEN = re.compile(r"status of 4(03|04|09|10|22)")  # Chromium writes refusals into the console


@pytest.fixture
def holiday(tmp_path: Path) -> Path:
    """A folder on the person's disk."""
    for name, body in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return tmp_path / "Holiday"


@pytest.fixture
def window(browser: Browser, running_stack: Stack) -> Iterator[Callable[[], Page]]:
    """Open a window of somebody's own, in which refusals are expected and nothing else goes wrong."""
    complaints: list[str] = []

    def open_window() -> Page:
        page = browser.new_context(
            base_url=running_stack.url, accept_downloads=True, reduced_motion="reduce"
        ).new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        return page

    yield open_window
    for context in browser.contexts:
        context.close()
    assert [words for words in complaints if not FORGIVEN.search(words)] == []


def row(page: Page, name: str) -> Locator:
    return page.locator("[data-item]").filter(has=page.locator(f'[data-open][title="{name}"]'))


def open_item(page: Page, name: str) -> None:
    row(page, name).locator("[data-open]").click()
    expect(page.locator("h1")).to_have_text(name)


class TestAPersonWithFiles:
    def test_uploads_finds_shares_revokes_deletes_and_restores(self, window: Callable[[], Page], holiday: Path) -> None:
        page = window()
        register(page, "ada")
        page.goto("/drive/")
        assert_accessible(page)
        page.locator("input[webkitdirectory]").set_input_files(holiday)
        expect(row(page, "Holiday")).to_be_visible()
        expect(page.locator("[data-uploads]")).to_be_hidden()
        drop(page, {"dropped.jpg": jpeg(300, 200)})
        expect(row(page, "dropped.jpg").locator("img")).to_be_visible(timeout=60_000)
        assert_accessible(page)

        page.keyboard.press("/")
        page.keyboard.type("not")
        expect(row(page, "notes.md")).to_contain_text("My files / Holiday / day 2 / late")
        expect(page).to_have_url(re.compile(r"\?search=not$"))
        assert_accessible(page)
        page.reload()
        open_item(page, "notes.md")
        expect(page.locator(".prose")).to_contain_text("Packing list")
        assert_accessible(page)

        url = self.share(page, "open sesame")
        stranger = window()
        self.open_as_a_stranger(stranger, url)
        page.get_by_role("button", name="End this link").click()
        expect(page.locator("[data-no-links]")).to_be_visible()
        stranger.goto(url)
        expect(stranger.locator("h1")).to_have_text("This link leads nowhere")
        assert_accessible(stranger)
        page.keyboard.press("Escape")

        self.delete_and_restore(page)
        self.see_the_same_by_webdav(page)

    def share(self, page: Page, password: str) -> str:
        page.get_by_role("button", name="Share", exact=True).click()
        page.get_by_text("Make a link").click()
        page.get_by_label("Password").fill(password)
        page.get_by_label("Ends").fill("2036-01-15T12:00")
        page.get_by_role("button", name="Make the link").click()
        link = page.locator("[data-link-url]")
        expect(page.locator("[data-links] li")).to_contain_text("with a password, until 15 Jan 2036")
        assert_accessible(page)
        return str(link.get_attribute("href"))

    def open_as_a_stranger(self, page: Page, url: str) -> None:
        page.goto(url)
        assert_accessible(page)
        page.get_by_label("Password").fill("guess")
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_text("This is not the password of this link.")).to_be_visible()
        page.get_by_label("Password").fill("open sesame")
        page.get_by_role("button", name="Open").click()
        expect(page.locator(".prose")).to_contain_text("boots")
        assert_accessible(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        assert download.value.path().read_bytes() == NOTES

    def delete_and_restore(self, page: Page) -> None:
        page.goto("/drive/")
        row(page, "Holiday").locator("[data-more]").click()
        page.locator("[data-item-menu]").get_by_role("button", name="Move to trash").click()
        expect(row(page, "Holiday")).to_have_count(0)
        page.get_by_role("button", name="Undo").click()
        expect(row(page, "Holiday")).to_be_visible()
        row(page, "Holiday").locator("[data-open]").focus()
        page.keyboard.press("Delete")
        expect(row(page, "Holiday")).to_have_count(0)
        page.goto("/drive/trash/")
        assert_accessible(page)
        row(page, "Holiday").locator("[data-check]").check()
        page.locator("[data-selection-bar]").get_by_role("button", name="Restore").click()
        expect(page.get_by_text("The trash is empty")).to_be_visible()
        page.goto("/drive/")
        open_item(page, "Holiday")
        for name in ("day 1", "day 2", "list.txt"):
            expect(row(page, name)).to_be_visible()
        for name in ("recent", "starred", "shared", "activity"):
            page.goto(f"/drive/{name}/")
            assert_accessible(page)

    def see_the_same_by_webdav(self, page: Page) -> None:
        page.goto("/accounts/profile/")
        page.locator("#id_token_name").fill("mount")
        page.get_by_role("button", name="Create a token").click()
        credentials = f"ada:{page.locator('#token-value').inner_text()}"
        headers = {"Depth": "1", "Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}
        url = page.url.split("/accounts/")[0] + "/dav/Holiday/"
        with urlopen(Request(url, method="PROPFIND", headers=headers), timeout=30) as answer:
            found = ElementTree.fromstring(answer.read())
        paths = {unquote(node.text or "") for node in found.iter("{DAV:}href")}
        assert paths == {f"/dav/Holiday/{name}" for name in ("", "day 1/", "day 2/", "list.txt")}
        with urlopen(Request(f"{url}list.txt", headers=headers), timeout=30) as answer:
            assert answer.read() == FILES["Holiday/list.txt"]


class TestAReloadInTheMiddle:
    def test_says_what_was_interrupted_and_goes_on_with_it(self, window: Callable[[], Page], holiday: Path) -> None:
        page = window()
        register(page, "vera")
        page.goto("/drive/")
        held: list[Route] = []
        page.route("**/storage/parts/**", lambda route: held.append(route))
        chooser = page.locator("#new-menu [data-files]:not([webkitdirectory])")
        chooser.set_input_files(holiday / "list.txt")
        expect(page.locator("[data-upload-words]")).to_contain_text("Uploading 1 file")
        wait_until(lambda: (page.wait_for_timeout(50), held)[1], what="a part on its way")

        page.reload()

        expect(page.locator("[data-interrupted]")).to_contain_text("1 upload into this folder was interrupted")
        page.unroute("**/storage/parts/**")  # not before: what is held would go on
        chooser.set_input_files(holiday / "list.txt")
        expect(row(page, "list.txt")).to_be_visible()
        expect(page.locator("[data-interrupted]")).to_be_hidden()


class TestTakenNames:
    def test_are_asked_about(self, window: Callable[[], Page]) -> None:
        page = window()
        register(page, "grace")
        page.goto("/drive/")
        drop(page, {"a.txt": b"first", "b.txt": b"first"})
        expect(row(page, "b.txt")).to_be_visible()
        expect(page.locator("[data-uploads]")).to_be_hidden()

        drop(page, {"a.txt": b"second!"})
        dialog = page.locator("#conflict-dialog")
        expect(dialog).to_contain_text("There is a file called “a.txt” in My files.")
        assert_accessible(page)
        dialog.get_by_role("button", name="Keep both").click()
        expect(row(page, "a (2).txt")).to_be_visible()

        drop(page, {"a.txt": b"third", "b.txt": b"third"})
        dialog.get_by_label("Do the same for all").check()
        dialog.get_by_role("button", name="Replace").click()
        expect(page.locator("[data-uploads]")).to_be_hidden()
        expect(dialog).to_be_hidden()

        drop(page, {"b.txt": b"never"})
        dialog.get_by_role("button", name="Skip").click()
        expect(page.locator("[data-uploads]")).to_be_hidden()
        row(page, "b.txt").locator("[data-open]").click()
        expect(page.locator("[data-version-id]")).to_have_count(1)
        expect(page.locator(".source")).to_have_text("third")
        page.get_by_role("button", name="Restore").click()
        expect(page.locator(".source")).to_have_text("first")

    def test_are_asked_about_when_things_are_moved(self, window: Callable[[], Page]) -> None:
        page = window()
        register(page, "hedy")
        page.goto("/drive/")
        drop(page, {"a.txt": b"here"})
        expect(row(page, "a.txt")).to_be_visible()
        self.make_folder(page, "Inbox")
        row(page, "a.txt").drag_to(row(page, "Inbox"))
        expect(row(page, "a.txt")).to_have_count(0)
        drop(page, {"a.txt": b"again"})
        expect(row(page, "a.txt")).to_be_visible()

        row(page, "a.txt").locator("[data-check]").check()
        page.locator("[data-selection-bar]").get_by_role("button", name="Move", exact=True).click()
        page.locator("#move-dialog").get_by_text("Inbox").click()
        assert_accessible(page)
        page.get_by_role("button", name="Move here").click()
        page.locator("#conflict-dialog").get_by_role("button", name="Keep both").click()

        expect(row(page, "a.txt")).to_have_count(0)
        open_item(page, "Inbox")
        expect(page.locator("[data-item]")).to_have_count(2)

    def make_folder(self, page: Page, name: str) -> None:
        page.locator("h1").click()
        page.keyboard.press("n")
        page.get_by_label("Name", exact=True).fill("a/b")
        page.keyboard.press("Enter")
        expect(page.get_by_text("A name cannot contain /.")).to_be_visible()
        page.get_by_label("Name", exact=True).fill(name)
        page.keyboard.press("Enter")
        expect(row(page, name)).to_be_visible()


class TestTheKeyboard:
    def test_goes_selects_renames_and_opens(self, window: Callable[[], Page]) -> None:
        page = window()
        register(page, "joan")
        page.goto("/drive/")
        drop(page, {"a.txt": b"1", "b.txt": b"2", "c.txt": b"3"})
        expect(page.locator("[data-item]")).to_have_count(3)
        expect(page.locator("[data-uploads]")).to_be_hidden()

        page.locator("h1").click()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+ArrowDown")
        expect(page.locator("[data-selection-count]")).to_have_text("2 items selected")
        page.keyboard.press("Control+a")
        expect(page.locator("[data-selection-count]")).to_have_text("3 items selected")
        assert_accessible(page)
        with page.expect_download() as download:
            page.locator("[data-selection-bar]").get_by_role("button", name="Download").click()
        assert zipfile.ZipFile(download.value.path()).namelist() == ["a.txt", "b.txt", "c.txt"]
        page.keyboard.press("Escape")
        expect(page.locator("[data-selection-bar]")).to_be_hidden()

        row(page, "a.txt").locator("[data-open]").focus()
        page.keyboard.press("F2")
        page.get_by_label("Name", exact=True).fill("z.txt")
        page.keyboard.press("Enter")
        expect(row(page, "z.txt")).to_be_visible()
        expect(page.locator("#name-dialog")).to_be_hidden()  # until then it has the keyboard
        page.keyboard.press("?")
        expect(page.locator("#shortcuts-dialog")).to_be_visible()
        assert_accessible(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="As tiles").click()
        assert_accessible(page)
        row(page, "c.txt").locator("[data-open]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("c.txt")


class TestADropBox:
    def test_takes_files_of_a_stranger(self, window: Callable[[], Page]) -> None:
        page = window()
        register(page, "mary")
        page.goto("/drive/")
        drop(page, {"mine.txt": b"1"})
        expect(row(page, "mine.txt")).to_be_visible()
        page.locator("h1").click()
        page.keyboard.press("n")
        page.get_by_label("Name", exact=True).fill("Inbox")
        page.keyboard.press("Enter")
        row(page, "Inbox").locator("[data-more]").click()
        page.locator("[data-item-menu]").get_by_role("button", name="Share").click()
        page.get_by_text("Make a link").click()
        page.get_by_text("can only upload").click()
        page.get_by_role("button", name="Make the link").click()
        url = str(page.locator("[data-link-url]").get_attribute("href"))

        stranger = window()
        stranger.goto(url)
        drop(stranger, {"letter.txt": b"dear mary"})
        expect(stranger.locator("[data-sent-list]")).to_contain_text("letter.txt")
        assert_accessible(stranger)

        page.keyboard.press("Escape")
        open_item(page, "Inbox")
        expect(row(page, "letter.txt")).to_be_visible()


class TestSharingWithSomebody:
    def test_shows_it_to_them_until_they_leave(self, window: Callable[[], Page]) -> None:
        bert, cora = window(), window()
        register(bert, "bert")
        register(cora, "cora")
        bert.goto("/drive/")
        drop(bert, {"plan.jpg": jpeg(300, 200)})
        row(bert, "plan.jpg").locator("[data-more]").click()
        bert.locator("[data-item-menu]").get_by_role("button", name="Share").click()
        bert.get_by_label("User name").fill("cora")
        bert.get_by_role("dialog").get_by_role("button", name="Share", exact=True).click()
        expect(bert.get_by_role("dialog")).to_contain_text("cora")

        cora.goto("/drive/shared/")
        row(cora, "plan.jpg").locator("[data-more]").click()
        assert_accessible(cora)
        cora.locator("[data-item-menu]").get_by_role("button", name="Leave the share").click()
        cora.get_by_role("button", name="Leave", exact=True).click()

        expect(row(cora, "plan.jpg")).to_have_count(0)
        expect(row(bert, "plan.jpg")).to_be_visible()
