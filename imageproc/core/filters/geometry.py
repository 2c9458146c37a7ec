"""Size and shape: all of it by libvips, so that it chains with blur and sharpen without a copy."""

from math import cos, radians, sin
from typing import Annotated, Literal

from PIL import ImageColor

from imageproc.core.engines import Vips
from imageproc.core.parameters import Color, Degrees, Percent, Pixels
from imageproc.core.registry import Size, filter

GROUP = "Size and shape"

Fit = Literal["contain", "cover", "fill"]
Aspect = Literal["free", "1:1", "4:3", "3:2", "16:9", "3:4", "2:3", "9:16"]
Direction = Literal["horizontal", "vertical"]


def scaled_size(size: Size, width: int, height: int, fit: Fit, enlarge: bool) -> Size:
    """Tell which size a picture is scaled to; 0 for a side means as the other side asks."""
    across, down = width / size[0], height / size[1]
    if not width or not height:
        across = down = max(across, down) or 1
    elif fit == "contain":
        across = down = min(across, down)
    elif fit == "cover":
        across = down = max(across, down)
    if not enlarge:
        across, down = (min(1, across), min(1, down)) if fit == "fill" else (min(1, across, down),) * 2
    return max(1, round(size[0] * across)), max(1, round(size[1] * down))


@filter("Resize", group=GROUP, reaches=scaled_size)
def resize(
    image: Vips,
    width: Annotated[int, Pixels(0, 16_383)] = 800,
    height: Annotated[int, Pixels(0, 16_383)] = 0,
    fit: Fit = "contain",
    enlarge: bool = False,
) -> Vips:
    """Make the picture fit into, cover or fill a box; 0 leaves a side to the other one."""
    scaled = to_size(image, scaled_size((image.width, image.height), width, height, fit, enlarge))
    if fit != "cover" or not width or not height:
        return scaled
    return centre(scaled, min(width, scaled.width), min(height, scaled.height))


@filter("Scale", group=GROUP)
def scale(image: Vips, percent: Annotated[float, Percent(1, 400)] = 50) -> Vips:
    """Make the picture smaller or larger, in percent of its size."""
    return to_size(image, tuple(max(1, round(side * percent / 100)) for side in (image.width, image.height)))


@filter("Crop", group=GROUP)
def crop(
    image: Vips,
    x: Annotated[float, Percent(0, 99)] = 0,
    y: Annotated[float, Percent(0, 99)] = 0,
    width: Annotated[float, Percent(1, 100)] = 100,
    height: Annotated[float, Percent(1, 100)] = 100,
    aspect: Aspect = "free",
) -> Vips:
    """Cut out a part, given in percent of the picture; an aspect then trims it around its centre."""
    part = cut(
        image,
        round(image.width * x / 100),
        round(image.height * y / 100),
        round(image.width * width / 100),
        round(image.height * height / 100),
    )
    if aspect == "free":
        return part
    across, down = map(int, aspect.split(":"))
    return centre(
        part,
        min(part.width, max(1, round(part.height * across / down))),
        min(part.height, max(1, round(part.width * down / across))),
    )


@filter("Crop to pixels", group=GROUP)
def crop_pixels(
    image: Vips,
    x: Annotated[int, Pixels(0, 16_383)] = 0,
    y: Annotated[int, Pixels(0, 16_383)] = 0,
    width: Annotated[int, Pixels(1, 16_383)] = 800,
    height: Annotated[int, Pixels(1, 16_383)] = 600,
) -> Vips:
    """Cut out a part, given in pixels; what lies outside the picture is left out."""
    return cut(image, x, y, width, height)


@filter("Rotate", group=GROUP)
def rotate(
    image: Vips,
    degrees: Annotated[float, Degrees(-360, 360, 0.5)] = 90,
    expand: bool = True,
    background: Color = "#ffffff",
    transparent: bool = False,
) -> Vips:
    """Turn the picture clockwise; the corners show the background, or nothing if transparent."""
    if degrees % 90 == 0:
        turned = image.rot(f"d{int(degrees) % 360}")
    else:
        if transparent and image.bands == 3:
            image = image.bandjoin(255)
        colour = [*ImageColor.getrgb(background), 255]
        corners = [0, 0, 0, 0] if transparent else colour[: image.bands]
        c, s = cos(radians(degrees)), sin(radians(degrees))
        turned = image.affine([c, -s, s, c], background=corners, premultiplied=True)
    if expand:
        return turned
    return centre(turned, min(image.width, turned.width), min(image.height, turned.height))


@filter("Flip", group=GROUP)
def flip(image: Vips, direction: Direction = "horizontal") -> Vips:
    """Mirror the picture, left to right or top to bottom."""
    return image.flip(direction)


def to_size(image: Vips, size: Size) -> Vips:
    """Scale to exactly this size with a Lanczos kernel."""
    if size == (image.width, image.height):
        return image
    return image.resize(size[0] / image.width, vscale=size[1] / image.height)


def cut(image: Vips, x: int, y: int, width: int, height: int) -> Vips:
    """Cut out a box, moved and trimmed so that it has at least one pixel of the picture."""
    x, y = min(x, image.width - 1), min(y, image.height - 1)
    return image.crop(x, y, max(1, min(width, image.width - x)), max(1, min(height, image.height - y)))


def centre(image: Vips, width: int, height: int) -> Vips:
    """Cut out the middle."""
    return image.crop((image.width - width) // 2, (image.height - height) // 2, width, height)
