"""Reads an environment's file, and says in words what is wrong with it, before anything is called."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from deploy.environment import Environment
from deploy.errors import DeployError

FOLDER = Path(__file__).resolve().parent / "environments"


class EnvironmentInvalid(DeployError):
    """The file is missing or says what cannot be; the words name file, key and remedy."""


def read_environment(name: str, folder: Path = FOLDER) -> Environment:
    """
    Read the environment `name` from its file.

    :raises EnvironmentInvalid: with a line for each fault.
    """
    path = folder / f"{name}.toml"
    given = _parsed(path, folder)
    try:
        return Environment.model_validate({**given, "name": name})
    except ValidationError as error:
        raise EnvironmentInvalid("\n".join(f"{path}: {_in_words(fault)}" for fault in error.errors())) from None


def _parsed(path: Path, folder: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(path.read_text())
    except FileNotFoundError:
        there = ", ".join(sorted(found.stem for found in folder.glob("*.toml"))) or "none"
        raise EnvironmentInvalid(f"{path} is not there. Environments: {there}. Copy one to make another.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EnvironmentInvalid(f"{path} is not TOML: {error}") from None
    if "name" in given:
        raise EnvironmentInvalid(f"{path}: leave out name; the file's own name is the environment's.")
    return given


def _in_words(fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    match fault["type"]:
        case "missing":
            return f"{key} is missing. Write {key} = {_example(fault['loc'])}"
        case "extra_forbidden":
            return f"{key} is not a key.{_nearest(fault['loc'])}"
        case "string_pattern_mismatch":
            return f"{key} = {fault['input']!r} cannot be. Write it like {_example(fault['loc'])}"
        case "value_error":
            return f"{key or 'it'}: {fault['ctx']['error']}."
        case _:
            return f"{key} = {fault['input']!r}: {fault['msg'].lower()}."


def _nearest(loc: tuple[Any, ...]) -> str:
    section = _section(loc[:-1])
    names = sorted(set(section.model_fields) - {"name"})
    close = get_close_matches(str(loc[-1]), names, n=1)
    return f" Did you mean {close[0]}?" if close else f" Keys here: {', '.join(names)}."


def _example(loc: tuple[Any, ...]) -> str:
    field = _section(loc[:-1]).model_fields.get(str(loc[-1]))
    schema = Environment.model_json_schema() if field is None else {"examples": _examples(field)}
    return f'"{schema["examples"][0]}"' if schema.get("examples") else "a value of that kind"


def _examples(field: Any) -> list[str]:
    """Look for examples at the field itself, and inside of `… | None`."""
    return field.examples or [
        example
        for part in getattr(field.annotation, "__args__", ())
        for extra in getattr(part, "__metadata__", ())
        for example in extra.examples or []
    ]


def _section(loc: tuple[Any, ...]) -> type[BaseModel]:
    section: type[BaseModel] = Environment
    for part in loc:
        field = section.model_fields.get(str(part))
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return section
        section = field.annotation
    return section
