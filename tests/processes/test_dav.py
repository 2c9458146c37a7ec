"""Other people's WebDAV programs against the real web process, with its two workers: litmus and rclone (Debian)."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.stack import Stack, own_database

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

LITMUS, RCLONE = shutil.which("litmus"), shutil.which("rclone")
SUITES = ["basic", "copymove", "props", "locks", "http"]
SUMMARY = re.compile(r"<- summary for `(\w+)': of (\d+) tests run: (\d+) passed, (\d+) failed")
FILES, FOLDERS = 2000, 40
TOPS = [f"Straße {number}" for number in range(7)]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The web process alone, with two workers."""
    with own_database() as database:
        running = Stack(tmp_path_factory.mktemp("dav"), **database, WEB_WORKERS="2")
        running.prepare(pages=False)
        try:
            running.start("web")
            yield running
        finally:
            running.stop()


@pytest.fixture
def token(web: Stack, request: pytest.FixtureRequest) -> str:
    """A token of a user who is called like the test."""
    return web.manage("create_token", request.node.name, "--create").strip()


@pytest.mark.skipif(LITMUS is None, reason="litmus is not installed")
def test_litmus(web: Stack, token: str, tmp_path: Path) -> None:
    command = [str(LITMUS), "--keep-going", f"{web.url}/dav/", "test_litmus", token]

    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, timeout=200)

    said = done.stdout.decode(errors="replace")
    found = SUMMARY.findall(said)
    assert [suite for suite, *_ in found] == SUITES, said
    assert sum(int(passed) for *_, passed, _ in found) == sum(int(run) for _, run, *_ in found) == 104, said
    for word in ("FAIL", "SKIPPED", "WARNING"):
        assert word not in said


@pytest.mark.skipif(RCLONE is None, reason="rclone is not installed")
def test_rclone(web: Stack, token: str, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    make_tree(there)
    secret = rclone("obscure", token).strip()
    remote = f":webdav,url='{web.url}/dav/',vendor=owncloud,user=test_rclone,pass='{secret}':tree"

    in_parallel("copy", str(there), remote)
    rclone("check", "--checkers=8", str(there), remote)
    in_parallel("copy", remote, str(back))

    assert rclone("check", str(there), str(back)) == ""
    assert sum(path.is_file() for path in back.rglob("*")) == FILES
    one = next(path.relative_to(there) for path in there.rglob("*.txt"))
    assert int((back / one).stat().st_mtime) == int((there / one).stat().st_mtime)


def make_tree(top: Path) -> None:
    """Write small files in nested folders, with names that have to be encoded."""
    for number in range(FILES):
        folder = top / TOPS[number % FOLDERS % 7] / f"100% & #{number % FOLDERS}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"größe {number}.txt").write_bytes(f"{number} ".encode() * (number % 300))


def in_parallel(verb: str, source: str, target: str) -> None:
    """Have an rclone for each folder at the top, since each waits 10 ms from one request to the next."""
    with ThreadPoolExecutor(len(TOPS)) as pool:
        list(pool.map(lambda top: rclone(verb, "--transfers=2", f"{source}/{top}", f"{target}/{top}"), TOPS))


def rclone(*arguments: str) -> str:
    """Run rclone without a configuration, and give what it prints."""
    command = [str(RCLONE), "--config=/dev/null", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
