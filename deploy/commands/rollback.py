"""Put the release before this one, or a given one, on every machine; or undo a release that was broken off."""

import argparse

import boto3

from deploy.commands import opened
from deploy.release.flow import Flow
from deploy.release.health import AwsHealth


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take which one."""
    parser.add_argument("number", nargs="?", default="", metavar="N", help="the release; the one before if left out")


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Do it. The database stays as it is: every migration lets the code before it run."""
    cloud = opened(options, session)
    name = Flow(cloud, AwsHealth(cloud)).rollback(options.number)
    print(f"The machines run release {name}." if name else "No machine runs anything.")
    return 0
