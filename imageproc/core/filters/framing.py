"""What surrounds the picture."""

from typing import Annotated

from PIL import Image, ImageChops, ImageDraw, ImageOps

from imageproc.core.engines import Pillow
from imageproc.core.parameters import Color, Pixels
from imageproc.core.registry import filter

GROUP = "Frame"

SMOOTH = 4  # the circle is drawn so many times larger, then scaled down


@filter("Border", group=GROUP)
def border(image: Pillow, width: Annotated[int, Pixels(0, 1000)] = 20, color: Color = "#ffffff") -> Pillow:
    """Put a border of one colour around the picture, which grows by it."""
    return ImageOps.expand(image, width, color)


@filter("Rounded corners", group=GROUP)
def rounded_corners(image: Pillow, radius: Annotated[int, Pixels(0, 2000)] = 40) -> Pillow:
    """Make the corners round, and transparent outside."""
    radius = min(radius, min(image.size) // 2)
    rounded = image.convert("RGBA")
    rounded.putalpha(ImageChops.multiply(rounded.getchannel("A"), _mask(image.size, radius)))
    return rounded


def _mask(size: tuple[int, int], radius: int) -> Image.Image:
    """Draw an opaque rectangle with round corners, mode L."""
    mask = Image.new("L", size, 255)
    if not radius:
        return mask
    side = 2 * radius
    large = side * SMOOTH if side < 1000 else side
    circle = Image.new("L", (large, large), 0)
    ImageDraw.Draw(circle).ellipse((0, 0, large - 1, large - 1), fill=255)
    circle = circle.resize((side, side), Image.Resampling.BOX)
    for x, right in ((0, 0), (radius, size[0] - radius)):
        for y, below in ((0, 0), (radius, size[1] - radius)):
            mask.paste(circle.crop((x, y, x + radius, y + radius)), (right, below))
    return mask
