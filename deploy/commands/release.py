"""Build a revision, upload it, migrate the database, and put it on every machine, batch by batch."""

import argparse
import tempfile
from pathlib import Path

import boto3
from rich.console import Console

from deploy.commands import opened
from deploy.instance_types import is_arm
from deploy.release.artifact import Artifact, build
from deploy.release.flow import Flow
from deploy.release.health import AwsHealth
from deploy.release.releases import Releases
from deploy.release.upload import download, upload


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to release."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("revision", nargs="?", default="HEAD", help="a git revision; HEAD if left out")
    what.add_argument("--number", metavar="N", help="a release that was uploaded before, or replaces machines again")
    what.add_argument("--resume", action="store_true", help="go on with the release that was broken off")
    parser.add_argument("--no-migrations", action="store_true", help="leave the database as it is")


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Do it; what fails leaves the release before it on the machines."""
    cloud = opened(options, session)
    flow = Flow(cloud, AwsHealth(cloud))
    if options.resume:
        flow.resume()
        return 0
    name = options.number
    if not name:
        with tempfile.TemporaryDirectory(prefix="cloudapps-release-") as folder:
            console, live = Console(), Releases(cloud).state().live
            earlier = download(cloud, live, Path(folder), console) if live else None
            types = [tier.instance_type for tier in cloud.site.environment.tiers.each().values()]
            architectures = ["aarch64" if is_arm(each) else "x86_64" for each in types]
            artifact: Artifact = build(options.revision, Path(folder), architectures, earlier)
            name = upload(cloud, artifact, console).name
    flow.release(name, migrates=not options.no_migrations)
    return 0
