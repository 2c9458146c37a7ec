from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import CHROMIUM, QUIET
from tests.rest_client import RestClient
from tests.stack import Stack, stack


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All processes, shared by the tests that do not kill any."""
    with stack(tmp_path_factory.mktemp("stack"), pages=True) as running:
        yield running


@pytest.fixture(scope="session")
def consumer(running_stack: Stack) -> None:
    """Have jobs of MapReduce run in the shared stack too."""
    running_stack.start("mapreduce")


@pytest.fixture
def rest(running_stack: Stack) -> RestClient:
    """A script of alice's."""
    return RestClient(running_stack)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file: while it is open a loop runs in this thread, where Django wants none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Open a site in a browser window of its own; nothing may go wrong silently there."""
    windows: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(url: str) -> Page:
        windows.append(browser.new_context(base_url=url, accept_downloads=True, reduced_motion="reduce"))
        page = windows[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        return page

    yield open_page
    for window in windows:
        window.close()
    assert not complaints


@pytest.fixture
def page(open_page: Callable[[str], Page], running_stack: Stack) -> Page:
    """A window on the shared stack."""
    return open_page(running_stack.url)
