"""
The argument list of Hadoop Streaming for a job.

Three parsers read it on the way: GenericOptionsParser (`-D`, `-files`), StreamJob's own, and PipeMapRed.splitArgs for
the commands; and every property crosses job.xml. What one of them would change is passed another way or refused.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence

from mapreduce.core.job import StreamingJob

PARTITIONER = "org.apache.hadoop.mapred.lib.KeyFieldBasedPartitioner"
GZIP = "org.apache.hadoop.io.compress.GzipCodec"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # in XML 1.0 they cannot even be written as &#1;
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FILE_NAME = re.compile(r"[\w.+=@~-]+")


class CannotBePassed(ValueError):
    """Hadoop would change or drop this value; `str(error)` says which, and what to do."""


def streaming_arguments(
    job: StreamingJob,
    *,
    files: Sequence[str],
    inputs: Sequence[str],
    output: str,
    name: str,
    properties: Mapping[str, str] = {},
) -> list[str]:
    """
    Give what follows `hadoop jar hadoop-streaming.jar` (on EMR: `hadoop-streaming`).

    `files` are paths or URIs, with `#name` where a task shall see another name; `properties` are more of `-D`.

    :raises CannotBePassed: for a value that would not arrive at the tasks as it is.
    """
    generic = {"mapreduce.job.name": readable(name), **job_properties(job), **properties}
    beside = {_name_of(file) for file in files}
    plain, odd = _split_environment(job.environment)
    arguments = [part for key, value in generic.items() for part in ("-D", _property(key, value))]
    if files:
        arguments += ["-files", ",".join(_file(file) for file in files)]
    if job.partition_fields:
        arguments += ["-partitioner", PARTITIONER]
    for option, command in _commands(job):
        arguments += [option, hadoop_command(command, environment=odd, files=beside)]
    if not job.reduce_tasks:
        arguments += ["-reducer", "NONE"]
    arguments += [part for key, value in plain.items() for part in ("-cmdenv", f"{key}={value}")]
    arguments += [part for path in inputs for part in ("-input", _path(path))]
    return [*arguments, "-output", _path(output)]


def job_properties(job: StreamingJob) -> dict[str, str]:
    """
    Give the properties that say what kind of job it is.

    Without a reducer there is no `-reducer`: Hadoop's own IdentityReducer then writes key TAB value, without a process.
    """
    given = {"mapreduce.job.reduces": str(job.reduce_tasks)}
    if job.separator != "\t":
        given["stream.map.output.field.separator"] = _separator(job.separator)
    if job.key_fields != 1:
        given["stream.num.map.output.key.fields"] = str(job.key_fields)
    if job.partition_fields:
        first, last = job.partition_fields
        given["mapreduce.partition.keypartitioner.options"] = f"-k{first},{last}"
        given["mapreduce.map.output.key.field.separator"] = _separator(job.separator)
    if job.compress:
        given["mapreduce.output.fileoutputformat.compress"] = "true"
        given["mapreduce.output.fileoutputformat.compress.codec"] = GZIP
    return given


def hadoop_command(command: str, *, environment: Mapping[str, str], files: set[str]) -> str:
    """
    Write a command so that PipeMapRed.splitArgs finds the words that a shell would find.

    It knows quotes, but neither backslashes nor quotes within a word, and loses empty words. `environment` is what
    `-cmdenv` would garble; `env` sets it. Programs among the `files` are found in the task's folder.

    :raises CannotBePassed: for an empty word, or one with both kinds of quotes.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise CannotBePassed(f"The command {command!r} cannot be read: {error}.") from error
    if not words:
        raise CannotBePassed("A command is empty; name a program to run.")
    if environment:
        program = f"./{words[0]}" if words[0] in files else words[0]
        words = ["env", *(f"{key}={value}" for key, value in environment.items()), program, *words[1:]]
    written = " ".join(_quoted(word) for word in words)
    # Older commons-cli take away a double quote at either end of a value; any takes what begins with - for an option.
    return f" {written} " if written[0] in '-"' or written[-1] == '"' else written


def readable(name: str) -> str:
    """Keep of a job's name, which is only read by people, what Hadoop passes on unchanged."""
    return re.sub(r"\s+", " ", _CONTROL.sub(" ", name)).replace("${", "$ {").strip(' "') or "job"


def _commands(job: StreamingJob) -> Iterator[tuple[str, str]]:
    yield "-mapper", job.mapper
    if job.reduce_tasks:
        if job.combiner is not None:
            yield "-combiner", job.combiner
        if job.reducer is not None:
            yield "-reducer", job.reducer


def _quoted(word: str) -> str:
    if "\0" in word or not word:
        raise CannotBePassed("Hadoop cannot pass an empty word, or one with a null byte, to a program; leave it out.")
    if not re.search(r"[ '\"]", word):
        return word
    if "'" not in word:
        return f"'{word}'"
    if '"' not in word:
        return f'"{word}"'
    raise CannotBePassed(f"Hadoop cannot pass both kinds of quotes in one word: {word!r}. Put the text into a file.")


def _split_environment(environment: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """
    Tell what `-cmdenv` passes from what needs `env`.

    StreamJob joins all of them by spaces into one property, in which `${…}` is replaced; PipeMapRed splits them again.
    """
    plain: dict[str, str] = {}
    odd: dict[str, str] = {}
    for name, value in environment.items():
        if not _VARIABLE_NAME.fullmatch(name):
            raise CannotBePassed(f"{name!r} cannot be the name of a variable; use letters, digits and _.")
        garbled = re.search(r"\s|\$\{", value) or _CONTROL.search(value) or value.endswith('"')
        (odd if garbled else plain)[name] = value
    return plain, odd


def _property(key: str, value: str) -> str:
    if _CONTROL.search(value) or "=" in key:
        raise CannotBePassed(f"Hadoop cannot pass the property {key} with the value {value!r}.")
    return f"{key}={value}"


def _separator(separator: str) -> str:
    if len(separator) != 1 or not separator.isascii() or _CONTROL.search(separator) or separator in '\n"':
        raise CannotBePassed(
            f"Hadoop cannot use {separator!r} as separator; choose a tab, a space or another single ASCII sign."
        )
    return separator


def _name_of(file: str) -> str:
    path, _, link = file.partition("#")
    return link or path.rsplit("/", 1)[-1]


def _file(file: str) -> str:
    """Refuse what `-files` takes apart: it is a list by commas, of URIs that are decoded once too often."""
    if not _FILE_NAME.fullmatch(_name_of(file)):
        raise CannotBePassed(
            f"Hadoop cannot hand the file {_name_of(file)!r} to its tasks; "
            "rename it, with letters, digits and any of . _ - + = @ ~ only."
        )
    if re.search(r"[\s,%?*\[\]{}\\^`|<>\"]", file):
        raise CannotBePassed(f"Hadoop cannot read the path {file!r} in -files.")
    return file


def _path(path: str) -> str:
    if not path or path.startswith("-") or "," in path or _CONTROL.search(path):
        raise CannotBePassed(f"Hadoop cannot take {path!r} as a path; it must have no commas.")
    return path
