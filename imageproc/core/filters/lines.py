"""Drawings made of the differences between neighbours: 3 by 3 convolutions by libvips."""

from imageproc.core import vips
from imageproc.core.engines import Vips
from imageproc.core.registry import filter

GROUP = "Lines"

OUTLINE = [[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]
RELIEF = [[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]


@filter("Edge", group=GROUP)
def edge(image: Vips) -> Vips:
    """Show the edges bright on black."""
    return convolve(image, OUTLINE)


@filter("Contour", group=GROUP)
def contour(image: Vips) -> Vips:
    """Draw the edges dark on white."""
    return convolve(image, OUTLINE, offset=255)


@filter("Emboss", group=GROUP)
def emboss(image: Vips) -> Vips:
    """Show the edges as a grey relief, lit from the top left."""
    return convolve(image, RELIEF, offset=128)


def convolve(image: Vips, kernel: list[list[float]], *, offset: int = 0) -> Vips:
    """Convolve the colours as a person sees them, and keep the transparency."""
    mask = vips.matrix(kernel, offset=offset)
    if image.bands == 3:
        return image.conv(mask, precision="integer")
    colours = image.unpremultiply().rint().cast("uchar")[0:3]
    lines = colours.conv(mask, precision="integer").bandjoin(image[3])
    return lines.premultiply().rint().cast("uchar")
