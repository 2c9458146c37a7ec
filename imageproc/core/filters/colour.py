"""Colour: the matrices of the W3C's Filter Effects Module Level 1, so that a browser shows the same."""

from math import cos, radians, sin
from typing import Annotated

from PIL import ImageColor, ImageOps

from imageproc.core.engines import Rgb
from imageproc.core.filters.light import curve
from imageproc.core.parameters import Color, Degrees, Percent
from imageproc.core.registry import filter

GROUP = "Colour"

LUMINANCE = (0.2126, 0.7152, 0.0722)  # Rec. 709

Row = tuple[float, float, float]
Matrix = tuple[Row, Row, Row]


def mix(image: Rgb, matrix: Matrix) -> Rgb:
    """Make each channel a sum of the three; the outcome is rounded and clipped."""
    red, green, blue = matrix
    return image.convert("RGB", (*red, 0, *green, 0, *blue, 0))


def luminance(image: Rgb) -> Rgb:
    """Give the Rec. 709 luma as one channel (mode L)."""
    return image.convert("L", (*LUMINANCE, 0))


@filter("Saturation", group=GROUP, css="saturate({amount}%)")
def saturation(image: Rgb, amount: Annotated[float, Percent(0, 300)] = 140) -> Rgb:
    """Make colours stronger or paler; 0 % is grey, 100 % changes nothing."""
    s = amount / 100
    return mix(
        image,
        (
            (0.213 + 0.787 * s, 0.715 - 0.715 * s, 0.072 - 0.072 * s),
            (0.213 - 0.213 * s, 0.715 + 0.285 * s, 0.072 - 0.072 * s),
            (0.213 - 0.213 * s, 0.715 - 0.715 * s, 0.072 + 0.928 * s),
        ),
    )


@filter("Hue", group=GROUP, css="hue-rotate({angle}deg)")
def hue(image: Rgb, angle: Annotated[float, Degrees(-180, 180)] = 90) -> Rgb:
    """Turn all colours around the colour circle."""
    c, s = cos(radians(angle)), sin(radians(angle))
    return mix(
        image,
        (
            (0.213 + 0.787 * c - 0.213 * s, 0.715 - 0.715 * c - 0.715 * s, 0.072 - 0.072 * c + 0.928 * s),
            (0.213 - 0.213 * c + 0.143 * s, 0.715 + 0.285 * c + 0.140 * s, 0.072 - 0.072 * c - 0.283 * s),
            (0.213 - 0.213 * c - 0.787 * s, 0.715 - 0.715 * c + 0.715 * s, 0.072 + 0.928 * c + 0.072 * s),
        ),
    )


@filter("Grayscale", group=GROUP, css="grayscale({amount}%)")
def grayscale(image: Rgb, amount: Annotated[float, Percent(0, 100)] = 100) -> Rgb:
    """Take the colours away, by as much as asked."""
    if amount == 100:
        return luminance(image).convert("RGB")
    c = 1 - amount / 100
    return mix(
        image,
        (
            (0.2126 + 0.7874 * c, 0.7152 - 0.7152 * c, 0.0722 - 0.0722 * c),
            (0.2126 - 0.2126 * c, 0.7152 + 0.2848 * c, 0.0722 - 0.0722 * c),
            (0.2126 - 0.2126 * c, 0.7152 - 0.7152 * c, 0.0722 + 0.9278 * c),
        ),
    )


@filter("Sepia", group=GROUP, css="sepia({amount}%)")
def sepia(image: Rgb, amount: Annotated[float, Percent(0, 100)] = 100) -> Rgb:
    """Tint the picture brown like an old print, by as much as asked."""
    c = 1 - amount / 100
    return mix(
        image,
        (
            (0.393 + 0.607 * c, 0.769 - 0.769 * c, 0.189 - 0.189 * c),
            (0.349 - 0.349 * c, 0.686 + 0.314 * c, 0.168 - 0.168 * c),
            (0.272 - 0.272 * c, 0.534 - 0.534 * c, 0.131 + 0.869 * c),
        ),
    )


@filter("Invert", group=GROUP, css="invert({amount}%)")
def invert(image: Rgb, amount: Annotated[float, Percent(0, 100)] = 100) -> Rgb:
    """Turn every value into its opposite, by as much as asked; 50 % is all grey."""
    return curve(image, lambda value: value + (255 - 2 * value) * amount / 100)


@filter("Duotone", group=GROUP)
def duotone(image: Rgb, shadows: Color = "#1b1464", highlights: Color = "#ffd166") -> Rgb:
    """Show the light of the picture in two colours, from the shadows to the highlights."""
    black, white = (ImageColor.getrgb(colour)[:3] for colour in (shadows, highlights))
    return ImageOps.colorize(luminance(image), black, white)
