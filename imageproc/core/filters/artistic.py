"""Effects of print, screen and film."""

from random import Random
from statistics import NormalDist
from typing import Annotated

from PIL import Image, ImageChops

from imageproc.core.engines import Pillow, Rgb
from imageproc.core.filters.colour import luminance
from imageproc.core.filters.light import curve
from imageproc.core.parameters import Percent, Pixels, Range
from imageproc.core.registry import filter

GROUP = "Effects"


@filter("Posterize", group=GROUP)
def posterize(image: Rgb, levels: Annotated[int, Range(2, 64)] = 4) -> Rgb:
    """Leave only so many values in each channel."""
    return curve(image, lambda value: round(value / 255 * (levels - 1)) * 255 / (levels - 1))


@filter("Solarize", group=GROUP)
def solarize(image: Rgb, threshold: Annotated[int, Range(0, 256)] = 128) -> Rgb:
    """Invert all values from the threshold up, as in an overexposed negative."""
    return curve(image, lambda value: value if value < threshold else 255 - value)


@filter("Threshold", group=GROUP)
def threshold(image: Rgb, level: Annotated[int, Range(0, 256)] = 128) -> Rgb:
    """Make everything from this luminance up white, and the rest black."""
    return luminance(image).point([0 if value < level else 255 for value in range(256)]).convert("RGB")


@filter("Pixelate", group=GROUP)
def pixelate(image: Pillow, size: Annotated[int, Pixels(1, 500)] = 16) -> Pillow:
    """Show squares of this size in their mean colour."""
    blocks = image.reduce(size)
    squares = blocks.resize((blocks.width * size, blocks.height * size), Image.Resampling.NEAREST)
    return squares.crop((0, 0, image.width, image.height))


@filter("Vignette", group=GROUP)
def vignette(
    image: Rgb, amount: Annotated[float, Percent(0, 100)] = 60, size: Annotated[float, Percent(0, 100)] = 40
) -> Rgb:
    """Darken the picture towards its corners, outside a bright middle of this size."""
    shade = [255 - 255 * amount / 100 * _ramp(distance / 255, size / 100) for distance in range(256)]
    mask = Image.radial_gradient("L").point([round(value) for value in shade])  # its corners are 255 away
    mask = mask.resize(image.size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(image, Image.merge("RGB", (mask, mask, mask)))


def _ramp(distance: float, start: float) -> float:
    """Rise smoothly from 0 at `start` to 1 at distance 1."""
    rise = max(0.0, distance - start) / max(1e-9, 1 - start)
    return rise * rise * (3 - 2 * rise)


@filter("Noise", group=GROUP)
def noise(
    image: Rgb,
    amount: Annotated[float, Percent(0, 100)] = 10,
    coloured: bool = False,
    seed: Annotated[int, Range(0, 9999)] = 1,
) -> Rgb:
    """Add film grain; the same seed gives the same grain."""
    normal, size = NormalDist(128, max(1e-9, 128 * amount / 100)), image.size
    bell = [min(255, max(0, round(normal.inv_cdf((value + 0.5) / 256)))) for value in range(256)]
    mode = "RGB" if coloured else "L"
    pixels = Random(seed).randbytes(size[0] * size[1] * len(mode))  # noqa: S311 - grain, no secret
    grain = Image.frombytes(mode, size, pixels).point(bell * len(mode)).convert("RGB")
    return ImageChops.add(image, grain, scale=1, offset=-128)
