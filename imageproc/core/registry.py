"""The decorator that makes a function a filter; its signature is the one truth about it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from imageproc.core import parameters
from imageproc.core.engines import Engine
from imageproc.core.parameters import ParameterSpec

Size = tuple[int, int]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """
    What a page needs to offer a filter.

    `css`: a CSS filter function that shows the same in a browser, with `{parameter}` where values go.
    """

    name: str
    label: str
    group: str
    description: str
    css: str | None
    parameters: tuple[ParameterSpec, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """
    A filter as the pipeline runs it.

    `reaches` tells from a picture's size and the parameters which size the filter scales it to, and so
    how small it may be decoded; a picture that already has that size must come out the same.
    """

    spec: FilterSpec
    engine: Engine
    function: Callable[..., Any]
    reaches: Callable[..., Size] | None


FILTERS: dict[str, Filter] = {}


def filter(
    label: str, *, group: str, css: str | None = None, reaches: Callable[..., Size] | None = None
) -> Callable[[F], F]:
    """Enter a function into the catalogue under its own name; the docstring's first line describes it."""

    def enter(function: F) -> F:
        hints = get_type_hints(function, include_extras=True)
        engine, *settable = inspect.signature(function).parameters.values()
        spec = FilterSpec(
            name=function.__name__,
            label=label,
            group=group,
            description=(inspect.getdoc(function) or "").partition("\n")[0],
            css=css,
            parameters=tuple(parameters.read(p.name, hints[p.name], _default(p)) for p in settable),
        )
        FILTERS[spec.name] = Filter(spec, get_args(hints[engine.name])[1], function, reaches)
        return function

    return enter


def _default(parameter: inspect.Parameter) -> Any:
    return None if parameter.default is parameter.empty else parameter.default
