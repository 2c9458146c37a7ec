"""The main path of MapReduce as a person goes it, in headless Chromium against the real processes."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import CHROMIUM, assert_accessible, drop, register
from tests.mapreduce.submitting import BROKEN, MAPPER, REDUCER

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.usefixtures("consumer"),
]

LINES = 2000
WORDS = b"".join(b"apple pear%d apple\n" % (number % 7) for number in range(LINES))
SLOW_MAPPER = MAPPER.replace(
    "for line in sys.stdin:", "import time\nfor number, line in enumerate(sys.stdin):"
).replace("    for word", "    if number % 100 == 0:\n        time.sleep(0.1)\n    for word")


def script(name: str, text: str) -> Any:
    return {"name": name, "mimeType": "text/x-python", "buffer": text.encode()}


def fill_form(page: Page, *, mapper: str, name: str) -> None:
    """Drop data, bring two scripts, and give the job a name."""
    page.goto("/mapreduce/new/")
    drop(page, {"words.txt": WORDS})
    expect(page.locator("#inputs")).to_contain_text("words.txt", timeout=30_000)
    page.get_by_label("Write or upload").check()
    page.get_by_label("Open a file as mapper").set_input_files(script("mapper.py", mapper))
    page.get_by_role("tab", name="Reducer").click()
    page.get_by_label("Open a file as reducer").set_input_files(script("reducer.py", REDUCER))
    page.get_by_label("Name (optional)", exact=True).fill(name)


class TestAPersonWithData:
    def test_tries_submits_watches_and_finds_the_results_by_the_mails_link(self, page: Page) -> None:
        register(page, "gerda")
        fill_form(page, mapper=SLOW_MAPPER, name="Fruit")

        page.get_by_role("button", name="Try on 100 lines").click()
        expect(page.locator("#trial-result")).to_contain_text("apple", timeout=30_000)
        expect(page.locator("#trial-result")).to_contain_text("200")
        assert_accessible(page)
        page.get_by_role("button", name="Submit").click()

        expect(page).to_have_url(re.compile("/mapreduce/jobs/"), timeout=30_000)
        expect(page.locator("#job-state")).to_contain_text("Running", timeout=30_000)
        expect(page.locator("#job-state")).to_contain_text("Done", timeout=60_000)
        expect(page.locator("#results-table")).to_contain_text("apple")
        expect(page.locator("#results-table")).to_contain_text(str(2 * LINES))
        expect(page.locator("#chart-top")).to_be_visible()
        assert_accessible(page)

        job_url = page.url
        page.goto("/")
        page.goto(self.link_in_the_mail(page, "Fruit"))
        expect(page).to_have_url(job_url)
        expect(page.locator("#results-table")).to_contain_text("apple")
        page.goto("/mapreduce/")
        expect(page.locator("#jobs")).to_contain_text("Fruit")
        assert_accessible(page)

    def test_sees_the_traceback_of_a_script_that_is_wrong(self, page: Page) -> None:
        register(page, "helma")
        fill_form(page, mapper=BROKEN, name="Broken")
        page.get_by_role("button", name="Try on 100 lines").click()
        expect(page.locator("#trial-result")).to_contain_text("ValueError", timeout=30_000)
        page.get_by_role("button", name="Submit").click()

        expect(page.locator("#job-failure")).to_contain_text("ValueError", timeout=60_000)
        expect(page.locator("#last-words")).to_contain_text("Traceback")
        expect(page.locator("#last-record")).to_contain_text("apple pear0 apple")
        assert_accessible(page)

    def link_in_the_mail(self, page: Page, name: str) -> str:
        """Wait for the mail about a job, and give the first address in it."""
        for _ in range(60):
            page.goto("/dev/mail/")
            row = page.get_by_role("row").filter(has_text=name)
            if row.count():
                row.first.get_by_role("link").first.click()
                found = re.search(r"http://\S+/mapreduce/jobs/\S+", page.locator(".letter").inner_text())
                assert found
                return found[0]
            page.wait_for_timeout(500)
        raise AssertionError("no mail came")


class TestEveryPage:
    @pytest.mark.parametrize(
        "path",
        [
            "/mapreduce/new/?program=grep",
            "/mapreduce/programs/",
            "/mapreduce/programs/library/word-count/",
            "/mapreduce/programs/new/",
            "/mapreduce/schedules/",
        ],
    )
    def test_is_accessible_in_light_and_dark_narrow_and_wide(self, page: Page, path: str) -> None:
        register(page, f"ida{abs(hash(path)) % 10**6}")
        page.goto(path)

        assert_accessible(page)
