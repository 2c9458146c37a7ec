"""Jobs in words: the stage it is in, how it was set up, how long things took."""

from mapreduce.core.job import Counters, Stage
from mapreduce.core.options import Options

STAGES = {
    Stage.SETUP: "Getting ready",
    Stage.MAP: "Mapping",
    Stage.SORT: "Sorting",
    Stage.REDUCE: "Reducing",
    Stage.STORE: "Storing the results",
}
SEPARATORS = {"\t": "a tab", " ": "a space", ",": "a comma", ";": "a semicolon"}
OF_ENGINES = ("org.apache.", "Map-Reduce Framework", "File ", "Job Counters", "Shuffle Errors", "FileSystem")


def options_in_words(options: Options, *, has_reducer: bool, has_combiner: bool) -> list[tuple[str, str]]:
    """Say how a program was run: pairs of what, and how."""
    said = [("Reduce tasks", _reduce_tasks(options, has_reducer))]
    if has_combiner and options.reduce_tasks:
        said.append(("Combiner", "used" if options.use_combiner else "left out"))
    separator = SEPARATORS.get(options.separator, f"“{options.separator}”")
    fields = "the first field" if options.key_fields == 1 else f"the first {options.key_fields} fields"
    said.append(("Key", f"{fields}, parted by {separator}"))
    if options.partition_fields:
        first, last = options.partition_fields
        said.append(("Parted among reducers by", f"field {first}" if first == last else f"fields {first} to {last}"))
    said.append(("Results", "packed with gzip" if options.compress else "as plain text"))
    return said + [(name, value) for name, value in options.environment.items() if value]


def own_first(counters: Counters) -> list[tuple[str, list[tuple[str, int]]]]:
    """List counters by group: those of the program before those of the engine, each by name."""
    groups = sorted(counters, key=lambda group: (group.startswith(OF_ENGINES), group))
    return [(group, sorted(counters[group].items())) for group in groups if counters[group]]


def duration(seconds: float) -> str:
    """
    Say how long something took.

    >>> duration(0.42), duration(75), duration(3700), duration(100_000)
    ('0.4 s', '1 min 15 s', '1 h 1 min', '1 d 3 h')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for size, unit, part, small in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {unit} {rest} {small}" if rest else f"{whole // size} {unit}"
    return f"{whole} s"


def _reduce_tasks(options: Options, has_reducer: bool) -> str:
    if options.reduce_tasks == 0:
        return "none: what the mapper writes is the result"
    return f"{options.reduce_tasks}" if has_reducer else f"{options.reduce_tasks}, without a reducer: sorted by key"
