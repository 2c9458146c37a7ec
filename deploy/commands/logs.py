"""Show what the processes of a tier, or of all, write: the last quarter of an hour, or for as long as you look."""

import argparse
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import boto3
from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.commands import opened
from deploy.errors import DeployError
from deploy.processes import processes

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
POLL_SECONDS = 3.0
LATE = timedelta(seconds=30)  # lines get to CloudWatch in another order than they were written


class NoSuchTime(DeployError):
    """It is not clear since when."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the tier, and the time."""
    parser.add_argument("tier", nargs="?", choices=list(processes()), help="all of them if left out")
    parser.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    parser.add_argument("--since", default="15m", metavar="TIME", help="such as 90s, 15m, 2h, 1d; 15m if left out")


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Print lines in their order, with the tier and the machine before each."""
    cloud = opened(options, session)
    since = cloud.now() - _ago(options.since)
    tiers = [options.tier] if options.tier else list(processes())
    seen: set[str] = set()
    while True:
        for line in _lines(cloud, tiers, since, seen):
            print(line, flush=True)
        if not options.follow:
            return 0
        since = max(since, cloud.now() - LATE)
        cloud.sleep(POLL_SECONDS)


def _lines(cloud: Cloud, tiers: list[str], since: datetime, seen: set[str]) -> Iterator[str]:
    found = [(event["timestamp"], tier, event) for tier in tiers for event in _events(cloud, tier, since)]
    for _, tier, event in sorted(found, key=lambda each: each[0]):
        if event["eventId"] not in seen:
            seen.add(event["eventId"])
            yield f"{tier} {event['logStreamName']} {event['message'].rstrip()}"


def _events(cloud: Cloud, tier: str, since: datetime) -> Iterator[Any]:
    pages = (
        cloud.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=f"{cloud.site.path}/{tier}", startTime=int(since.timestamp() * 1000))
    )
    try:
        for page in pages:
            yield from page["events"]
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise


def _ago(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if not found:
        raise NoSuchTime(f"--since {text} is no time. Write it like 90s, 15m, 2h or 1d.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
