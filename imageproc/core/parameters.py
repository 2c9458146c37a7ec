"""The parameters of a filter: what a person may set, read off the signature, and the check of a value."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal, cast, get_args, get_origin

from PIL import Image

Kind = Literal["number", "integer", "choice", "boolean", "color", "text", "picture"]

MAX_TEXT = 200  # characters


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number, both included. `scales`: a length in pixels, which shrinks with a preview."""

    minimum: float
    maximum: float
    step: float = 1
    unit: str | None = None
    scales: bool = False


def Pixels(minimum: float, maximum: float, step: float = 1) -> Range:  # noqa: N802 - reads as a type
    return Range(minimum, maximum, step, unit="px", scales=True)


def Percent(minimum: float, maximum: float, step: float = 1) -> Range:  # noqa: N802 - reads as a type
    return Range(minimum, maximum, step, unit="%")


def Degrees(minimum: float, maximum: float, step: float = 1) -> Range:  # noqa: N802 - reads as a type
    return Range(minimum, maximum, step, unit="°")


Color = Annotated[str, "color"]
Text = Annotated[str, "text"]
Picture = Annotated[Image.Image, "picture"]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """What a form needs to know to ask for a parameter. A `default` of None: the person must give it."""

    name: str
    label: str
    type: Kind
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    default: Any = None
    choices: tuple[Option, ...] = ()
    scales: bool = False

    def check(self, value: object) -> Any:
        """Give the value in its normal form. :raises ValueError: with words that complete "`label` …"."""
        return _CHECKS[self.type](self, value)

    def scaled(self, value: Any, scale: float) -> Any:
        """Shrink a length for a preview; a length that was not 0 stays at least a pixel if it is whole."""
        if not self.scales or not value:
            return value
        return max(1, round(value * scale)) if self.type == "integer" else value * scale


def read(name: str, hint: Any, default: Any) -> ParameterSpec:
    """Read a parameter off its type hint: Annotated numbers, Literal, bool, Color, Text or Picture."""
    label = name.replace("_", " ").replace("color", "colour").capitalize()
    if hint is bool:
        return ParameterSpec(name, label, "boolean", default=default)
    if get_origin(hint) is Literal:
        options = tuple(Option(value, value.replace("-", " ").capitalize()) for value in get_args(hint))
        return ParameterSpec(name, label, "choice", default=default, choices=options)
    base, mark = get_args(hint)
    if not isinstance(mark, Range):
        return ParameterSpec(name, label, mark, default=default)
    kind: Kind = "integer" if base is int else "number"
    return ParameterSpec(
        name,
        label,
        kind,
        unit=mark.unit,
        minimum=mark.minimum,
        maximum=mark.maximum,
        step=mark.step,
        default=default,
        scales=mark.scales,
    )


def _number(spec: ParameterSpec, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number.")
    low, high = cast("float", spec.minimum), cast("float", spec.maximum)
    if not low <= value <= high:  # nor is NaN
        raise ValueError(f"must be from {low:g} to {high:g}{spec.unit or ''}.")
    return value


def _integer(spec: ParameterSpec, value: object) -> int:
    number = _number(spec, value)
    if number != int(number):
        raise ValueError("must be a whole number.")
    return int(number)


def _choice(spec: ParameterSpec, value: object) -> str:
    values = [option.value for option in spec.choices]
    if not isinstance(value, str) or value not in values:
        raise ValueError(f"must be one of {', '.join(values)}.")
    return value


def _boolean(_spec: ParameterSpec, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false.")
    return value


def _color(_spec: ParameterSpec, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", value):
        raise ValueError("must be a colour such as #ff8800.")
    digits = value[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _text(_spec: ParameterSpec, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > MAX_TEXT:
        raise ValueError(f"must be a line of 1 to {MAX_TEXT} printable characters.")
    return value


def _picture(_spec: ParameterSpec, value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT:
        raise ValueError("must name a picture: choose one.")
    return value


_CHECKS = MappingProxyType(
    {
        "number": _number,
        "integer": _integer,
        "choice": _choice,
        "boolean": _boolean,
        "color": _color,
        "text": _text,
        "picture": _picture,
    }
)
