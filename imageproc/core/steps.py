"""From what a person asked for, as JSON, to steps that are known to be right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imageproc.core import catalogue  # noqa: F401 - fills FILTERS
from imageproc.core.errors import InvalidStep
from imageproc.core.limits import Limits
from imageproc.core.registry import FILTERS, Filter, Size


@dataclass(frozen=True, slots=True)
class Step:
    """A filter with all of its parameters."""

    filter: Filter
    params: Mapping[str, Any]

    def scaled(self, scale: float) -> "Step":
        """Shrink the lengths in pixels, for a preview."""
        specs = {spec.name: spec for spec in self.filter.spec.parameters}
        return Step(self.filter, {name: specs[name].scaled(value, scale) for name, value in self.params.items()})

    def reaches(self, size: Size) -> Size | None:
        """Tell the size that this step scales a picture to, None if it is not that kind."""
        if self.filter.reaches is None:
            return None
        return self.filter.reaches(size, **self.params)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Steps in the order in which they are applied; none of them only converts the format."""

    steps: tuple[Step, ...] = ()

    def as_json(self) -> list[dict[str, Any]]:
        """Give the steps as `parse` takes them, every parameter in its normal form."""
        return [{"filter": step.filter.spec.name, "params": dict(step.params)} for step in self.steps]

    def scaled(self, scale: float) -> "Pipeline":
        """Shrink the lengths in pixels, for a preview."""
        return Pipeline(tuple(step.scaled(scale) for step in self.steps))

    def picture_names(self) -> set[str]:
        """Name the pictures that steps lay over the picture: keys that `process` must be given."""
        return {
            step.params[spec.name]
            for step in self.steps
            for spec in step.filter.spec.parameters
            if spec.type == "picture"
        }


def parse(steps: Sequence[Mapping[str, Any]], limits: Limits) -> Pipeline:
    """
    Check `[{"filter": "blur", "params": {"radius": 5}}]`; what is missing takes its default.

    :raises InvalidStep: with the index and the parameter that are wrong.
    """
    if not isinstance(steps, list | tuple):
        raise InvalidStep("The steps must be a list.", index=0)
    if len(steps) > limits.max_steps:
        raise InvalidStep(
            f"There are {len(steps)} steps; the limit is {limits.max_steps}. Remove some.",
            index=limits.max_steps,
        )
    return Pipeline(tuple(_step(index, step) for index, step in enumerate(steps)))


def _step(index: int, step: object) -> Step:
    if not isinstance(step, Mapping) or not set(step) <= {"filter", "params"}:
        raise InvalidStep(f'Step {index + 1} must have a "filter" and may have "params".', index=index)
    name, params = step.get("filter"), step.get("params", {})
    known = FILTERS.get(name) if isinstance(name, str) else None
    if known is None:
        raise InvalidStep(f"Step {index + 1}: there is no filter {name!r:.50}.", index=index)
    if not isinstance(params, Mapping):
        raise InvalidStep(f'Step {index + 1} ({known.spec.label}): "params" must be an object.', index=index)
    names = {spec.name for spec in known.spec.parameters}
    for unknown in params.keys() - names:
        raise InvalidStep(
            f"Step {index + 1} ({known.spec.label}) has no parameter {unknown!r:.50}.",
            index=index,
            parameter=str(unknown),
        )
    return Step(known, _checked(index, known, params))


def _checked(index: int, known: Filter, params: Mapping[str, object]) -> dict[str, Any]:
    checked = {}
    for spec in known.spec.parameters:
        try:
            checked[spec.name] = spec.check(params.get(spec.name, spec.default))
        except ValueError as error:
            message = f"Step {index + 1} ({known.spec.label}): {spec.label} {error}"
            raise InvalidStep(message, index=index, parameter=spec.name) from None
    return checked
