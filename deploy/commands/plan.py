"""Show what apply would do, and what it costs; size tiers for a load. Exit code 0: nothing to do; 2: something."""

import argparse

import boto3

from deploy.asked_load import load_asked, load_options
from deploy.capacity_table import Sizing
from deploy.commands import opened
from deploy.cost_of_plan import cost_lines
from deploy.interface import read_interface
from deploy.plan import make_plan
from deploy.prices import read_prices
from deploy.resources import KINDS
from deploy.stack import stack

PENDING = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take a load."""
    load_options(parser)


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Compare the file with AWS, print what differs and what it costs, and what a load would need."""
    cloud = opened(options, session)
    plan = make_plan(cloud, stack(cloud.site), KINDS)
    print("\n".join(plan.lines()))
    prices = read_prices(cloud.site.region)
    print("\n".join(cost_lines(cloud.site, plan, prices)))
    if load := load_asked(options):
        print()
        print("\n".join(Sizing(cloud.site.environment, read_interface(), load, prices).lines()))
    return 0 if plan.is_empty else PENDING
