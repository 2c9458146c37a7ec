"""A text or a picture laid over a picture; sizes are relative, so they suit every picture of a job."""

from typing import Annotated, Literal

from PIL import Image, ImageDraw, ImageFont
from ttf_opensans import OPENSANS_SEMIBOLD  # type: ignore[import-untyped]

from imageproc.core.engines import Pillow
from imageproc.core.parameters import Color, Percent, Picture, Text
from imageproc.core.registry import filter

GROUP = "Watermark"

Position = Literal["top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"]


@filter("Text watermark", group=GROUP)
def text_watermark(
    image: Pillow,
    text: Text = "Watermark",
    size: Annotated[float, Percent(1, 50, 0.5)] = 5,
    color: Color = "#ffffff",
    opacity: Annotated[float, Percent(0, 100)] = 60,
    position: Position = "bottom-right",
    margin: Annotated[float, Percent(0, 40, 0.5)] = 2,
) -> Pillow:
    """Write a line over the picture; its size and margin are percent of the shorter side."""
    font = _font(text, max(4, round(min(image.size) * size / 100)), image.width)
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    fade = round(255 * opacity / 100)
    width, height = min(right - left, image.width), min(bottom - top, image.height)
    mask = Image.new("L", (max(1, width), max(1, height)))
    ImageDraw.Draw(mask).text((-left, -top), text, fill=fade, font=font)
    line = Image.new("RGBA", mask.size, color)
    line.putalpha(mask)
    return _laid_over(image, line, position, margin)


@filter("Picture watermark", group=GROUP)
def picture_watermark(
    image: Pillow,
    picture: Picture,
    size: Annotated[float, Percent(1, 100)] = 25,
    opacity: Annotated[float, Percent(0, 100)] = 80,
    position: Position = "bottom-right",
    margin: Annotated[float, Percent(0, 40, 0.5)] = 2,
) -> Pillow:
    """Lay another picture over this one; its size is percent of this one's sides, which it fits into."""
    scale = min(image.width / picture.width, image.height / picture.height) * size / 100
    box = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    mark = picture.convert("RGBA").resize(box, Image.Resampling.LANCZOS)
    mark.putalpha(mark.getchannel("A").point([round(value * opacity / 100) for value in range(256)]))
    return _laid_over(image, mark, position, margin)


def _laid_over(image: Image.Image, mark: Image.Image, position: str, margin: float) -> Image.Image:
    """Compose the mark onto the picture, at most `margin` percent of the shorter side from its edges."""
    gap = round(min(image.size) * margin / 100)
    x = _offset(image.width - mark.width, gap, "left" in position, "right" in position)
    y = _offset(image.height - mark.height, gap, "top" in position, "bottom" in position)
    if image.mode == "RGB":
        marked = image.copy()
        marked.paste(mark, (x, y), mark)
        return marked
    marked = image.copy()
    marked.alpha_composite(mark, (x, y))
    return marked


def _offset(free: int, gap: int, low: bool, high: bool) -> int:
    """Place a length with `free` pixels to spare: at the low end, the high end, or in the middle."""
    gap = min(gap, free // 2)
    return gap if low else free - gap if high else free // 2


def _font(text: str, size: int, width: int) -> ImageFont.FreeTypeFont:
    """Give the font at this size, or as much smaller as the text needs to fit into the width."""
    font = ImageFont.truetype(OPENSANS_SEMIBOLD.path, size)
    length = font.getlength(text)
    return font if length <= width else font.font_variant(size=max(4, int(size * width / length)))
