"""
One module for each command, named as it is typed.

The docstring of a module is the command's help; `arguments(parser)` adds what it takes beside `environment` and
`environments`; `run(options, session)` does it and gives the exit code. `opened(options, session)` reads the
environment's file and connects.
"""

import argparse

import boto3

from deploy.cloud import Cloud, connect
from deploy.environment_file import read_environment


def opened(options: argparse.Namespace, session: boto3.Session) -> Cloud:
    """Read the environment's file, then connect to AWS."""
    return connect(read_environment(options.environment, options.environments), session)
