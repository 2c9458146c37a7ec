"""Following a subject as a person does it, in headless Chromium against the real processes."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from socialanalytics.core.post import Kind, Mood
from tests.browser import CHROMIUM, assert_accessible, register
from tests.socialanalytics.recount import Recount, recount_file
from tests.stack import ROOT, Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.usefixtures("social_consumer"),
]

POSTS = 3000
HOURS = 20  # so that all of them lie within the dashboard's 24 hours
KEYWORD = "coffee OR #latte"
OTHER = "train"
GROWN = "(before) => Number(document.querySelector('[data-kpi=total] .kpi__value').innerText.replace(',', '')) > before"
LIVE = 30_000  # milliseconds that a number may take from the file to the page on a busy machine


@pytest.fixture(scope="session")
def social_consumer(running_stack: Stack) -> None:
    """Have posts counted in the shared stack too."""
    if "consumer" not in running_stack.running:
        running_stack.start("consumer")


@pytest.fixture
def posts(running_stack: Stack, tmp_path: Path) -> Path:
    made = running_stack.manage("make_posts", "--count", str(POSTS), "--hours", str(HOURS), "--seed", "11")
    path = tmp_path / "posts.jsonl"
    path.write_text(made)
    return path


@pytest.fixture
def play(running_stack: Stack) -> Iterator[Callable[[Path, str], None]]:
    """Feed a file at a speed, by a listener of its own that ends with the test."""
    listeners: list[subprocess.Popen[bytes]] = []

    def begin(path: Path, speed: str) -> None:
        command = [sys.executable, "manage.py", "listen", "--source", "replay", "--file", str(path), "--speed", speed]
        with running_stack.log("listen").open("ab") as log:
            started = subprocess.Popen(command, cwd=ROOT, env=running_stack.environment, stdout=log, stderr=log)
        listeners.append(started)

    yield begin
    for listener in listeners:
        listener.terminate()
        listener.wait(timeout=30)


def follow(page: Page, name: str, keyword: str) -> str:
    """Make a tracker by the form, and give the address of its dashboard."""
    page.goto("/social/trackers/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Keywords", exact=True).fill(keyword)
    expect(page.locator("[data-preview-meaning]")).to_contain_text("posts with")
    page.get_by_role("button", name="Follow it").click()
    expect(page).to_have_url(re.compile("/social/trackers/[0-9a-f-]+/$"))
    return page.url


def total(page: Page) -> int:
    return int(page.locator("[data-kpi=total] .kpi__value").inner_text().replace(",", "").replace("–", "0"))


def listed(page: Page, name: str) -> list[tuple[str, int]]:
    """Read a list of the dashboard: values with their numbers of posts."""
    part = page.locator(f"[data-top={name}]")
    values, numbers = (part.locator(f".tally__{part_of}").all_inner_texts() for part_of in ("value", "posts"))
    return [(value, int(number.replace(",", ""))) for value, number in zip(values, numbers, strict=True)]


def in_percent(part: int, whole: int) -> str:
    percent = 100 * part / whole
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{int(percent + 0.5)} %"


def assert_shows(page: Page, expected: Recount) -> None:
    """Compare what the dashboard says with what the file holds."""
    count = len(expected.posts)
    expect(page.locator("[data-kpi=total] .kpi__value")).to_have_text(f"{count:,}", timeout=LIVE)
    for mood in Mood:
        share = in_percent(expected.moods[mood], count)
        expect(page.locator(f"[data-kpi={mood}] .kpi__value")).to_have_text(share)
    score = round(100 * round(expected.thousandths / count / 1000, 4)) / 100
    said = f"{'+' if score > 0 else '−' if score < 0 else ''}{abs(score):.2f}"
    expect(page.locator("[data-kpi=score] .kpi__value")).to_have_text(said)
    assert listed(page, "hashtags") == [(f"#{value}", n) for value, n in expected.first(Kind.HASHTAG, 8)]
    assert listed(page, "words") == expected.first(Kind.WORD, 8)


class TestAPersonWithASubject:
    def test_follows_it_watches_it_live_narrows_it_and_takes_the_numbers_home(
        self, page: Page, posts: Path, play: Callable[[Path, str], None]
    ) -> None:
        expected = recount_file(posts, KEYWORD)
        register(page, "sabine")
        page.goto("/social/")
        expect(page.get_by_role("heading", name="Nothing is followed yet")).to_be_visible()
        assert_accessible(page)
        train = follow(page, "Trains", OTHER)
        coffee = follow(page, "Coffee", KEYWORD)
        expect(page.locator("[data-kpi=total] .kpi__value")).to_have_text("0")

        play(posts, "400")

        expect(page.locator("[data-kpi=total] .kpi__value")).not_to_have_text("0", timeout=LIVE)
        first = total(page)
        page.wait_for_function(GROWN, arg=first, timeout=LIVE)
        assert_shows(page, expected)
        expect(page.locator("[data-live-words]")).to_contain_text("counted")
        expect(page.locator(".post").first).to_contain_text("Replay")
        assert_accessible(page)

        self.narrows(page, expected)
        self.chooses_a_range(page, expected)
        self.takes_the_numbers_home(page, expected)
        self.compares(page, {coffee: expected, train: recount_file(posts, OTHER)})

    def narrows(self, page: Page, expected: Recount) -> None:
        """Click a hashtag, then a mood; all is shown again by one button, and by going back."""
        tag, number = expected.first(Kind.HASHTAG, 1)[0]
        page.locator("[data-top=hashtags] .tally__button").first.click()
        expect(page).to_have_url(re.compile(rf"term=hashtag(:|%3A){tag}"))
        expect(page.locator("[data-kpi=total] .kpi__value")).to_have_text(f"{number:,}")
        expect(page.locator("[data-honest]")).to_contain_text("Counted from the")
        for text in page.locator(".post__text").all_inner_texts():
            assert f"#{tag}" in text.lower()

        page.locator("[data-kpi=negative]").click()
        expect(page.locator("[data-kpi=negative] .kpi__value")).to_have_text("100 %")
        assert_accessible(page)
        page.reload()
        expect(page.locator("[data-chips] .chip")).to_have_count(2)
        expect(page.locator("[data-kpi=negative] .kpi__value")).to_have_text("100 %")

        page.get_by_role("button", name="Show all").click()
        expect(page.locator("[data-kpi=total] .kpi__value")).to_have_text(f"{len(expected.posts):,}")
        page.go_back()
        expect(page.locator("[data-chips] .chip")).to_have_count(2)
        page.go_forward()
        expect(page.locator("[data-filters]")).to_be_hidden()

    def chooses_a_range(self, page: Page, expected: Recount) -> None:
        page.get_by_role("button", name="Last 7 days").click()
        expect(page).to_have_url(re.compile("last=604800"))
        expect(page.locator("#chart-mood")).to_contain_text("by the hour")
        expect(page.locator("[data-kpi=total] .kpi__value")).to_have_text(f"{len(expected.posts):,}")
        page.locator("#chart-mood summary").click()
        rows = page.locator("#chart-mood tbody tr")
        expect(rows).not_to_have_count(0)
        numbers = [row.split("\t") for row in rows.all_inner_texts()]
        assert sum(int(cell.replace(",", "")) for row in numbers for cell in row[1:4]) == len(expected.posts)

    def takes_the_numbers_home(self, page: Page, expected: Recount) -> None:
        with page.expect_download() as drawn:
            page.get_by_role("button", name="PNG of Mood over time").click()
        assert drawn.value.path().read_bytes().startswith(b"\x89PNG")

        page.get_by_role("button", name="Export").click()
        with page.expect_download() as sent:
            page.get_by_role("link", name="CSV of The posts").click()
        lines = sent.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) >= len(expected.posts) + 1
        page.get_by_role("button", name="Close").click()

    def compares(self, page: Page, expected: dict[str, Recount]) -> None:
        page.goto("/social/")
        for name in ("Coffee", "Trains"):
            page.get_by_label(f"Compare {name}").check()
        assert_accessible(page)
        page.get_by_role("button", name="Compare them").click()

        for name, recounted in zip(("Coffee", "Trains"), expected.values(), strict=True):
            row = page.locator("#comparison tbody tr").filter(has_text=name)
            expect(row.locator("[data-label=Posts]")).to_have_text(f"{len(recounted.posts):,}")
        assert_accessible(page)

        page.get_by_role("link", name="Sources").click()
        expect(page.locator("[data-feed=replay]")).to_contain_text("Posts a minute")
        assert_accessible(page)
