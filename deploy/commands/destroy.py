"""Delete the environment from AWS; buckets, secrets and a last snapshot stay, unless told otherwise."""

import argparse

import boto3

from deploy.apply import delete
from deploy.commands import opened
from deploy.commands.apply import NotConfirmed
from deploy.destroy import plan_destroy
from deploy.resources import KINDS


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what makes it worse, and an answer in advance."""
    parser.add_argument("--with-data", action="store_true", help="delete buckets, secrets and backups too")
    parser.add_argument(
        "--confirm", metavar="ENVIRONMENT", default="", help="the environment's name, instead of asking"
    )


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Show what would go, ask for the environment's name, and delete."""
    cloud = opened(options, session)
    name = cloud.site.environment.name
    plan = plan_destroy(cloud, KINDS, with_data=options.with_data)
    for step in plan.steps:
        print("\n".join(step.lines()))
    if plan.is_empty:
        print("There is nothing to delete.")
        return 0
    if name != (options.confirm or input(f"To delete all this, type {name}: ").strip()):
        raise NotConfirmed(f"That is not {name}; nothing was deleted.")
    delete(cloud, plan, with_data=options.with_data)
    print("Done.")
    return 0
