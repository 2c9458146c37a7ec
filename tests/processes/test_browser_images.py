"""The main path of Image Processing as a person goes it, in headless Chromium against the real processes."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Page, expect

from imageproc.core.limits import Limits
from imageproc.core.pipeline import OutputOptions, parse, process
from tests.browser import CHROMIUM, assert_accessible, drop, register
from tests.pictures import animated_gif, broken_jpeg, jpeg

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

FILES = {"hills.jpg": jpeg(900, 600), "dance.gif": animated_gif(), "torn.jpg": broken_jpeg()}


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
