"""Make AWS what the file says: show the plan, ask, and do it."""

import argparse

import boto3

from deploy.apply import apply
from deploy.commands import opened
from deploy.errors import DeployError
from deploy.plan import make_plan
from deploy.resources import KINDS
from deploy.stack import stack


class NotConfirmed(DeployError):
    """Nobody said yes; nothing was done."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take an answer in advance."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Plan, ask, apply."""
    cloud = opened(options, session)
    plan = make_plan(cloud, stack(cloud.site), KINDS)
    print("\n".join(plan.lines()))
    if plan.is_empty:
        return 0
    if not options.yes and input("Do it? Type yes: ").strip().lower() != "yes":
        raise NotConfirmed("Nothing was done.")
    apply(cloud, plan)
    print("Done.")
    return 0
