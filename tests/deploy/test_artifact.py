"""The parcel of a release: a revision's files and nothing else, whole, with the styles of the release before."""

import hashlib
import subprocess
import tarfile
from pathlib import Path

import pytest
from rich.console import Console

from deploy.cloud import Cloud
from deploy.release import artifact
from deploy.release.artifact import BuildFailed, add_static_of, export, pack
from deploy.release.releases import PARCEL, Releases
from deploy.release.upload import download, upload


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, and a change that is in none."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "manage.py").write_text("print('committed')\n")
    names = ["-c", "user.name=alice", "-c", "user.email=alice@example.org"]
    for command in (["init", "--quiet"], ["add", "."], [*names, "commit", "--quiet", "--message", "Say hello"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    (folder / "manage.py").write_text("print('changed')\n")
    (folder / ".env").write_text("SECRET_KEY=x\n")
    return folder


def names_in(parcel: Path) -> set[str]:
    """Give the files of a parcel."""
    with tarfile.open(parcel) as archive:
        return {member.name.removeprefix("./") for member in archive if member.isfile()}


class TestExport:
    def test_takes_what_was_committed(self, repository: Path, tmp_path: Path) -> None:
        revision, subject = export(repository, "HEAD", tmp_path / "tree")

        assert len(revision) == 40
        assert subject == "Say hello"
        assert (tmp_path / "tree/manage.py").read_text() == "print('committed')\n"
        assert not (tmp_path / "tree/.env").exists()

    @pytest.mark.parametrize("revision", ["nothing", "--output=/tmp/x", ""])
    def test_refuses_what_is_no_revision(self, repository: Path, tmp_path: Path, revision: str) -> None:
        with pytest.raises(BuildFailed, match="is no revision of this repository"):
            export(repository, revision, tmp_path / "tree")


class TestPack:
    def test_gives_its_checksum_and_nobodys_names(self, repository: Path, tmp_path: Path) -> None:
        export(repository, "HEAD", tmp_path / "tree")

        parcel = pack(tmp_path / "tree", tmp_path, "0" * 40, "Say hello")

        assert parcel.sha256 == hashlib.sha256(parcel.path.read_bytes()).hexdigest()
        assert parcel.bytes == parcel.path.stat().st_size
        assert names_in(parcel.path) == {"manage.py"}
        with tarfile.open(parcel.path) as archive:
            assert {(member.uid, member.uname) for member in archive} == {(0, "root")}


class TestStaticFilesOfTheReleaseBefore:
    def test_come_along_where_their_names_are_others(self, tmp_path: Path) -> None:
        old, new = tmp_path / "old", tmp_path / "new"
        for tree, names in ((old, ("base.1.css", "same.css")), (new, ("base.2.css", "same.css"))):
            (tree / "var/static").mkdir(parents=True)
            (tree / "manage.py").write_text(tree.name)
            for name in names:
                (tree / "var/static" / name).write_text(tree.name)
        (old / "other.py").write_text("old")
        parcel = pack(old, tmp_path, "0" * 40, "Say hello")

        add_static_of(parcel.path, new)

        assert sorted(path.name for path in (new / "var/static").iterdir()) == ["base.1.css", "base.2.css", "same.css"]
        assert (new / "var/static/same.css").read_text() == "new"
        assert not (new / "other.py").exists()


class TestRequirements:
    def test_that_have_no_wheels_are_built_by_machines(self) -> None:
        text = "# pinned\ndjango==5.2.19\nmysqlclient==2.3.1\ncolorama==0.4.6 ; sys_platform == 'win32'\n"

        pinned, built = artifact._split(text)

        assert pinned == ["django==5.2.19", "colorama==0.4.6 ; sys_platform == 'win32'"]
        assert built == ["mysqlclient==2.3.1"]

    def test_in_the_repository_pin_mysqlclient(self) -> None:
        _, built = artifact._split((artifact.REPOSITORY / "requirements.txt").read_text())

        assert len(built) == len(artifact.FROM_SOURCE)


class TestUpload:
    def test_keeps_the_parcel_with_its_checksum(self, cloud_of, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        cloud: Cloud = cloud_of()
        place = {"LocationConstraint": cloud.site.region}
        cloud.client("s3").create_bucket(Bucket=cloud.site.bucket("artifacts"), CreateBucketConfiguration=place)
        (tmp_path / "tree").mkdir()
        (tmp_path / "tree/a").write_text("a")
        parcel = pack(tmp_path / "tree", tmp_path, "0" * 40, "Say hello")

        release = upload(cloud, parcel, Console(quiet=True))

        assert Releases(cloud).get("1") == release
        key = f"releases/1/{PARCEL}.sha256"
        kept = cloud.client("s3").get_object(Bucket=cloud.site.bucket("artifacts"), Key=key)["Body"].read().decode()
        assert kept == parcel.sha256
        fetched = download(cloud, "1", tmp_path, Console(quiet=True))
        assert fetched.read_bytes() == parcel.path.read_bytes()
