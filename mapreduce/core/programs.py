"""The program library: programs that are ready to be run, or to be looked at before one writes one's own."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mapreduce.core.job import StreamingJob

FOLDER = Path(__file__).parent / "library"


class ProgramNotFound(Exception):
    """The library has no such program; `str(error)` names those that it has."""


class SettingInvalid(Exception):
    """A setting is missing, wrong or unknown; `str(error)` says what to do, and `name` is that of its variable."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Setting:
    """What a person may set: the variable `name` (A-Z and _) in the environment of the program."""

    name: str
    label: str
    help: str = ""
    default: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()

    def value(self, given: str | None) -> str:
        """Give what the program gets; nothing means the default. :raises SettingInvalid:"""
        value = given or self.default
        if self.required and not value:
            raise SettingInvalid(self.name, f"{self.label} is missing.")
        if self.choices and value not in self.choices:
            raise SettingInvalid(self.name, f"{self.label} is one of {', '.join(self.choices)}.")
        return value


@dataclass(frozen=True)
class LibraryProgram:
    """
    A program, how it is run, and a sample of what it reads and writes with all settings at their defaults.

    `result` is how the outcome is best shown (table, bar or histogram), `columns` are the names of its fields.
    """

    slug: str
    title: str
    summary: str  # one line
    description: str  # Markdown
    files: Mapping[str, bytes]
    mapper_command: str
    reducer_command: str | None
    combiner_command: str | None
    reduce_tasks: int
    key_fields: int
    partition_fields: tuple[int, int] | None
    separator: str
    settings: tuple[Setting, ...]
    sample: Mapping[str, bytes]
    expected: Mapping[str, bytes]
    result: str
    columns: tuple[str, ...]

    def job(
        self,
        *,
        environment: Mapping[str, str] | None = None,
        reduce_tasks: int | None = None,
        use_combiner: bool = True,
    ) -> StreamingJob:
        """Say what is to be run with these settings, or with their defaults. :raises SettingInvalid:"""
        return StreamingJob(
            mapper=self.mapper_command,
            reducer=self.reducer_command,
            combiner=self.combiner_command if use_combiner else None,
            reduce_tasks=self.reduce_tasks if reduce_tasks is None else reduce_tasks,
            environment=self.environment(environment or {}),
            separator=self.separator,
            key_fields=self.key_fields,
            partition_fields=self.partition_fields,
        )

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """Say with which variables it runs, if these are set. :raises SettingInvalid:"""
        known = [setting.name for setting in self.settings]
        for name in given:
            if name not in known:
                raise SettingInvalid(name, f"{self.title} has no setting {name}, only {', '.join(known) or 'none'}.")
        return {setting.name: setting.value(given.get(setting.name)) for setting in self.settings}


@cache
def library() -> tuple[LibraryProgram, ...]:
    """Read all programs, those first with which one begins."""
    told = {path.parent: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*/program.toml")}
    folders = sorted(told, key=lambda folder: (told[folder]["order"], folder.name))
    return tuple(_read(folder, told[folder]) for folder in folders)


def program(slug: str) -> LibraryProgram:
    """Give one of the library. :raises ProgramNotFound:"""
    for found in library():
        if found.slug == slug:
            return found
    slugs = ", ".join(found.slug for found in library())
    raise ProgramNotFound(f"The library has no program {slug!r}. It has {slugs}.")


def _read(folder: Path, told: dict[str, Any]) -> LibraryProgram:
    del told["order"]
    fields = told.pop("partition_fields", None)
    return LibraryProgram(
        slug=folder.name,
        files=_files(folder, "*.py"),
        mapper_command=told.pop("mapper"),
        reducer_command=told.pop("reducer", None),
        combiner_command=told.pop("combiner", None),
        reduce_tasks=told.pop("reduce_tasks", 1),
        key_fields=told.pop("key_fields", 1),
        partition_fields=(fields[0], fields[1]) if fields else None,
        separator=told.pop("separator", "\t"),
        settings=tuple(_setting(one) for one in told.pop("settings", [])),
        sample=_files(folder / "sample"),
        expected=_files(folder / "expected"),
        columns=tuple(told.pop("columns")),
        **told,
    )


def _setting(told: dict[str, Any]) -> Setting:
    return Setting(**{**told, "choices": tuple(told.get("choices", ()))})


def _files(folder: Path, pattern: str = "*") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob(pattern))}
