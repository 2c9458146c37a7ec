"""Brings a parcel into the bucket of artifacts, and shows how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from boto3.s3.transfer import TransferConfig
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from deploy.cloud import Cloud
from deploy.release.artifact import Artifact
from deploy.release.releases import PARCEL, Release, Releases

PART_BYTES = 16 * 2**20
COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    DownloadColumn(),
    TransferSpeedColumn(),
    TimeRemainingColumn(),
)


def upload(cloud: Cloud, artifact: Artifact, console: Console) -> Release:
    """Upload it under the next number. Broken off, it leaves a number that was never released."""
    releases = Releases(cloud)
    number = releases.claim()
    config = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=4)
    with _progress(console, f"Uploading release {number}", artifact.bytes) as advance:
        cloud.client("s3").upload_file(
            str(artifact.path),
            releases.bucket,
            f"releases/{number}/{PARCEL}",
            ExtraArgs={"ChecksumAlgorithm": "SHA256"},
            Config=config,
            Callback=advance,
        )
    release = Release(
        number=number,
        revision=artifact.revision,
        subject=artifact.subject,
        sha256=artifact.sha256,
        bytes=artifact.bytes,
        created_at=cloud.now(),
    )
    releases.add(release)
    return release


def download(cloud: Cloud, name: str, folder: Path, console: Console) -> Path:
    """Fetch the parcel of a release."""
    releases, path = Releases(cloud), folder / f"release-{name}.tar.gz"
    size = releases.get(name).bytes
    with _progress(console, f"Fetching release {name} for its static files", size) as advance:
        cloud.client("s3").download_file(releases.bucket, f"releases/{name}/{PARCEL}", str(path), Callback=advance)
    return path


@contextmanager
def _progress(console: Console, words: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar that counts bytes; boto3 calls it from several threads, which rich allows."""
    with Progress(*COLUMNS, console=console) as bar:
        task = bar.add_task(words, total=total)
        yield lambda count: bar.advance(task, count)
