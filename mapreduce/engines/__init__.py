"""Engines: each runs the same job, and gives the same bytes."""

from functools import cache

from django.conf import settings

from mapreduce.engines.port import Engine, Finished, Later, ResultPart, StoredFile, Watcher, Work

__all__ = ["Engine", "Finished", "Later", "ResultPart", "StoredFile", "Watcher", "Work", "engine", "engines"]


def engines() -> tuple[str, ...]:
    """Name those that the setting MAPREDUCE_ENGINES allows, the usual one first."""
    return tuple(settings.MAPREDUCE_ENGINES)


@cache
def engine(name: str) -> Engine:
    """Give an engine by its name."""
    if name == "emr":
        from mapreduce.engines.emr import EmrEngine

        return EmrEngine()
    if name == "hadoop":
        from mapreduce.engines.hadoop import HadoopEngine

        return HadoopEngine()
    from mapreduce.engines.local import LocalEngine

    return LocalEngine()
