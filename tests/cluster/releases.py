"""Releases: copies of the tree, as a release's archive holds them."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.stack import ROOT

LEFT_OUT = shutil.ignore_patterns(".*", "node_modules", "var", "tests", "docs", "bench")
NEXT_MODEL = """

Beat.add_to_class("zone", models.CharField(max_length=20, db_default="nowhere"))
"""
NEXT_MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cloudapps", "{last}")]
    operations = [migrations.AddField("Beat", "zone", models.CharField(max_length=20, db_default="nowhere"))]
"""


@dataclass(frozen=True)
class Release:
    """A copy of the tree from which instances are made; `environment` is what every process has."""

    name: str
    folder: Path
    environment: Mapping[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command of this release, and give what it prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=dict(self.environment), check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def first_release(folder: Path, environment: Mapping[str, str]) -> Release:
    """Copy the tree as it is, with its tables made and its static files collected."""
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "var").mkdir()
    (folder.parent / "static").mkdir()
    (folder / "var/static").symlink_to(folder.parent / "static")  # a thousand files that all copies share
    (folder / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    made = Release("r1", folder, {**environment, "RELEASE": "r1"})
    made.manage("migrate", "--verbosity", "0")
    made.manage("createcachetable")
    made.manage("collectstatic", "--no-input", "--verbosity", "0")
    return made


def next_release(last: Release, folder: Path) -> Release:
    """Copy a release and give each heartbeat one more column, which the new code reads and the old does not know."""
    shutil.copytree(last.folder, folder, symlinks=True)
    migrations = folder / "cloudapps/migrations"
    newest = max(path.stem for path in migrations.glob("0*.py"))
    (migrations / "9999_beat_zone.py").write_text(NEXT_MIGRATION.format(last=newest))
    with (folder / "cloudapps/models/beat.py").open("a") as model:
        model.write(NEXT_MODEL)
    return Release("r2", folder, {**last.environment, "RELEASE": "r2"})
