"""The same programs under mrjob, run by mrjob's own Python: mapper, reducer and combiner are commands."""

import os

from mrjob.job import MRJob
from mrjob.step import MRStep


class Commands(MRJob):
    """One step of commands, which come in the environment."""

    def steps(self):
        """Name the commands."""
        names = ("mapper", "reducer", "combiner")
        return [MRStep(**{f"{name}_cmd": os.environ[name] for name in names if os.environ.get(name)})]


if __name__ == "__main__":
    Commands.run()
