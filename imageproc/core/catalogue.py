"""All filters, in the order in which a page offers them, and the named presets."""

from dataclasses import dataclass
from typing import Any

from imageproc.core.filters import artistic, colour, detail, framing, geometry, light, lines, watermark
from imageproc.core.registry import FILTERS, FilterSpec

GROUPS = (geometry, light, colour, detail, lines, artistic, framing, watermark)


@dataclass(frozen=True, slots=True)
class Preset:
    """A pipeline with a name; `steps` is what `pipeline.parse` takes."""

    name: str
    label: str
    steps: tuple[dict[str, Any], ...]


PRESETS = (
    Preset("gray", "Gray", ({"filter": "grayscale", "params": {"amount": 100}},)),
    Preset("sepia", "Sepia", ({"filter": "sepia", "params": {"amount": 100}},)),
    Preset("poster", "Poster", ({"filter": "posterize", "params": {"levels": 4}},)),
    Preset("blur", "Blur", ({"filter": "blur", "params": {"radius": 5}},)),
    Preset("edge", "Edge", ({"filter": "edge", "params": {}},)),
    Preset("solar", "Solar", ({"filter": "solarize", "params": {"threshold": 128}},)),
)


def catalogue() -> list[FilterSpec]:
    """Describe every filter, group by group; `dataclasses.asdict` makes it JSON."""
    names = [group.__name__ for group in GROUPS]
    filters = sorted(FILTERS.values(), key=lambda entry: names.index(entry.function.__module__))
    return [entry.spec for entry in filters]
