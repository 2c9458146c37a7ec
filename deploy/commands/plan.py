"""Show what apply would do. Exit code 0: nothing; 2: something."""

import argparse

import boto3

from deploy.commands import opened
from deploy.plan import make_plan
from deploy.resources import KINDS
from deploy.stack import stack

PENDING = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing more."""


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Compare the file with AWS, and print what differs."""
    cloud = opened(options, session)
    plan = make_plan(cloud, stack(cloud.site), KINDS)
    print("\n".join(plan.lines()))
    return 0 if plan.is_empty else PENDING
