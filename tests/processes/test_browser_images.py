"""The main path of Image Processing as a person goes it, in headless Chromium against the real processes."""

import base64
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageSequence
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from imageproc.core.limits import Limits
from imageproc.core.pipeline import OutputOptions, parse, process
from tests.pictures import animated_gif, broken_jpeg, jpeg
from tests.stack import Stack

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

FILES = {"hills.jpg": jpeg(900, 600), "dance.gif": animated_gif(), "torn.jpg": broken_jpeg()}
PASSWORD = "correct horse battery staple"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
DROP = """
([files]) => {
    const transfer = new DataTransfer();
    for (const [name, type, body] of files) {
        const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
    }
    const target = document.querySelector("main");
    for (const name of ["dragenter", "dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, running_stack: Stack) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=running_stack.url, accept_downloads=True, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong silently."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    assert not complaints


def register(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Register").first.click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Email").fill(f"{name}@example.com")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url("/")


def drop(page: Page, files: dict[str, bytes]) -> None:
    types = {"jpg": "image/jpeg", "gif": "image/gif"}
    carried = [(name, types[name[-3:]], base64.b64encode(body).decode()) for name, body in files.items()]
    page.evaluate(DROP, [carried])


def add_filter(page: Page, label: str) -> None:
    page.get_by_role("button", name="Add a filter").click()
    page.locator(".filter-choice", has=page.locator("strong", has_text=label)).first.click()


def frames(body: bytes) -> list[bytes]:
    """Give every frame's pixels."""
    with Image.open(BytesIO(body)) as image:
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)]


def directly(name: str, steps: list[dict[str, object]], folder: Path) -> bytes:
    """Run the pipeline without any of the processes."""
    (folder / name).write_bytes(FILES[name])
    process(folder / name, parse(steps, Limits()), OutputOptions(), folder / "result", Limits())
    return (folder / "result").read_bytes()


def assert_accessible(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(TWO_FRAMES)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


class TestAPersonWithPictures:
    def test_registers_drops_filters_compares_and_downloads(self, page: Page, tmp_path: Path):
        register(page, "erika")
        page.goto("/images/new/")
        drop(page, FILES)
        expect(page.locator(".film:not(.film--add)")).to_have_count(2, timeout=60_000)
        expect(page.locator("[data-failed]")).to_contain_text("torn.jpg", timeout=60_000)
        expect(page.locator("[data-failed]")).to_contain_text("broken")

        add_filter(page, "Sepia")
        add_filter(page, "Blur")
        expect(page.locator(".step")).to_have_count(2)
        assert_accessible(page)
        page.get_by_role("button", name="Apply to 2 pictures").click()

        expect(page.locator(".job-row .badge--succeeded")).to_have_count(2, timeout=60_000)
        page.locator(".compare__range").fill("20")
        assert_accessible(page)
        steps: list[dict[str, object]] = [{"filter": "sepia"}, {"filter": "blur"}]
        for name in ("hills.jpg", "dance.gif"):
            with page.expect_download() as download:
                page.locator(".job-row", has_text=name).get_by_role("link", name="Download").click()
            assert download.value.suggested_filename == name
            assert frames(download.value.path().read_bytes()) == frames(directly(name, steps, tmp_path))

        page.goto("/images/")
        expect(page.locator(".tile")).to_have_count(1)
        assert_accessible(page)

    def test_a_reload_in_the_middle_loses_no_picture(self, page: Page):
        register(page, "rosa")
        page.goto("/images/new/")
        drop(page, {"hills.jpg": FILES["hills.jpg"]})
        expect(page.locator(".film:not(.film--add)")).to_have_count(1, timeout=60_000)

        page.reload()

        expect(page.locator(".film:not(.film--add)")).to_have_count(1, timeout=60_000)
        expect(page.get_by_role("button", name="Apply to 1 picture")).to_be_enabled()


class TestEveryPublicPage:
    @pytest.mark.parametrize("path", ["/", "/accounts/login/", "/accounts/register/", "/accounts/password/reset/"])
    def test_is_accessible_in_light_and_dark_narrow_and_wide(self, page: Page, path: str):
        page.goto(path)

        assert_accessible(page)

    def test_api_documentation_loads_without_complaint(self, page: Page):
        page.goto("/api/v1/docs")

        expect(page.locator(".swagger-ui .info")).to_contain_text("cloudapps", timeout=30_000)
