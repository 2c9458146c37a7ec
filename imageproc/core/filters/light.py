"""Light: every value by itself goes through a table, or through the histogram of its channel."""

from collections.abc import Callable
from typing import Annotated

from PIL import ImageOps

from imageproc.core.engines import Rgb
from imageproc.core.parameters import Percent, Range
from imageproc.core.registry import filter

GROUP = "Light"


def curve(image: Rgb, change: Callable[[float], float]) -> Rgb:
    """Put every value (0..255) through a function; the outcome is rounded and clipped."""
    table = [min(255, max(0, int(change(value) + 0.5))) for value in range(256)]
    return image.point(table * 3)


@filter("Brightness", group=GROUP, css="brightness({amount}%)")
def brightness(image: Rgb, amount: Annotated[float, Percent(0, 300)] = 120) -> Rgb:
    """Make all light stronger or weaker; 100 % changes nothing."""
    return curve(image, lambda value: value * amount / 100)


@filter("Contrast", group=GROUP, css="contrast({amount}%)")
def contrast(image: Rgb, amount: Annotated[float, Percent(0, 300)] = 120) -> Rgb:
    """Move every value away from, or towards, middle grey; 100 % changes nothing."""
    return curve(image, lambda value: (value - 127.5) * amount / 100 + 127.5)


@filter("Gamma", group=GROUP)
def gamma(image: Rgb, gamma: Annotated[float, Range(0.1, 5, 0.1)] = 1.4) -> Rgb:
    """Lighten (above 1) or darken (below 1) the middle tones, and leave black and white."""
    return curve(image, lambda value: 255 * (value / 255) ** (1 / gamma))


@filter("Autocontrast", group=GROUP)
def autocontrast(image: Rgb, cutoff: Annotated[float, Percent(0, 45, 0.5)] = 0) -> Rgb:
    """Stretch each channel to the full range, after ignoring this share of its ends."""
    return ImageOps.autocontrast(image, cutoff=cutoff)


@filter("Equalize", group=GROUP)
def equalize(image: Rgb) -> Rgb:
    """Spread each channel so that all its values are equally frequent."""
    return ImageOps.equalize(image)
