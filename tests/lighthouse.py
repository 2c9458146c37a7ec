"""
Lighthouse over every kind of page of a running stack: `make lighthouse`.

Prints the accessibility score of each, and ends with 1 if one is below 100. Needs Chromium and the npm packages of
`package.json`, those for development too.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.pictures import jpeg
from tests.rest_client import RestClient
from tests.stack import ROOT, Stack, stack, wait_until

CHROMIUM = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from cloudapps.models import User
user = User.objects.get(username="alice")
user.set_password("correct horse battery staple")  # without one there is nothing to confirm
user.save()
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


def score(url: str, cookie: str) -> int:
    """Give a page's accessibility score, 0 to 100."""
    command = [
        str(ROOT / "node_modules/.bin/lighthouse"),
        url,
        "--quiet",
        "--only-categories=accessibility",
        "--output=json",
        "--output-path=stdout",
        f"--chrome-flags={CHROMIUM}",
        f"--extra-headers={json.dumps({'Cookie': cookie})}",
    ]
    environment = {**os.environ, "CHROME_PATH": "/usr/bin/chromium"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return round(json.loads(done.stdout)["categories"]["accessibility"]["score"] * 100)


def pages(running: Stack) -> list[tuple[str, str]]:
    """List the pages to look at, each with the cookie to send; makes a batch and a file to be looked at."""
    client = RestClient(running)
    job_id = client.start_job(client.upload("hills.jpg", jpeg()), [{"filter": "sepia"}])
    batch_id = client.finished(job_id)["batch_id"]
    filed = {"upload_id": client.upload("hills.jpg", jpeg()), "on_conflict": "keep_both"}
    file_id = client.call("POST", "/drive/files", filed).json()["id"]
    link = urlsplit(client.call("POST", f"/drive/items/{file_id}/shares", {}).json()["url"]).path
    cookie = f"sessionid={running.manage('shell', '--no-imports', '-c', SIGN_IN).strip()}"
    public = ("/", "/accounts/login/", "/accounts/register/", "/accounts/password/reset/", "/dev/mail/", link)
    account = ("profile", "email", "sessions", "2fa", "2fa/webauthn", "password", "reauthenticate")
    private = ("/", "/images/", "/images/new/", f"/images/batches/{batch_id}/")
    drive = ("", "?search=hills", "recent/", "starred/", "shared/", "trash/", "activity/")
    private += tuple(f"/drive/{page}" for page in drive)
    private += (f"/drive/files/{file_id}/",)
    private += tuple(f"/mapreduce/{page}" for page in ("", "new/", "programs/", "programs/new/", "schedules/"))
    private += ("/mapreduce/programs/library/word-count/", counted_words(client))
    private += tuple(f"/accounts/{page}/" for page in account)
    return [(path, "") for path in public] + [(path, cookie) for path in private]


def counted_words(client: RestClient) -> str:
    """Have a job of MapReduce run, and give the address of its page."""
    body = {"program": "word-count", "input_upload_ids": [client.upload("words.txt", b"a b a\n")]}
    asked = client.call("POST", "/mapreduce/jobs", body).json()
    wait_until(lambda: client.call("GET", f"/mapreduce/jobs/{asked['id']}").json()["status"] == "SUCCEEDED")
    return urlsplit(asked["url"]).path


def main() -> int:
    """Score every page and print it."""
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder, stack(Path(folder), pages=True) as running:
        running.start("mapreduce")
        scores = [say(running.url, path, cookie) for path, cookie in pages(running)]
    return 0 if min(scores) == 100 else 1


def say(site: str, path: str, cookie: str) -> int:
    """Score one page, and print and give its points."""
    points = score(site + path, cookie)
    print(f"{points:4d}  {path}{' (signed in)' if cookie else ''}", flush=True)
    return points


if __name__ == "__main__":
    sys.exit(main())
