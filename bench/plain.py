"""The same filters as a developer would write them with Pillow alone: open, filter, save."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

SEPIA = (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0)
RELIEF = ImageFilter.Kernel((3, 3), (0, 0, 0, 0, 1, 0, -1, 0, 0), 1, 128)


def five(image: Image.Image) -> Image.Image:
    """Turn, soften, sharpen, and make contrast and colours stronger."""
    image = image.rotate(-15, Image.Resampling.BILINEAR, expand=True, fillcolor="white")
    image = image.filter(ImageFilter.GaussianBlur(5))
    image = image.filter(ImageFilter.UnsharpMask(2, 100, 0))
    image = ImageEnhance.Contrast(image).enhance(1.2)
    return ImageEnhance.Color(image).enhance(1.4)


def written(image: Image.Image) -> Image.Image:
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(150)
    draw.text((image.width - 900, image.height - 250), "Watermark", fill="white", font=font)
    return image


def pixelated(image: Image.Image) -> Image.Image:
    return image.resize((250, 188), Image.Resampling.BOX).resize(image.size, Image.Resampling.NEAREST)


def contained(image: Image.Image) -> Image.Image:
    return image.resize((800, 600), Image.Resampling.LANCZOS)


def shown(image: Image.Image, side: int) -> Image.Image:
    image.thumbnail((side, side))
    return image


FILTERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "resize": contained,
    "rotate": lambda image: image.rotate(-15, Image.Resampling.BICUBIC, expand=True, fillcolor="white"),
    "rotate bilinear": lambda image: image.rotate(-15, Image.Resampling.BILINEAR, expand=True, fillcolor="white"),
    "blur": lambda image: image.filter(ImageFilter.GaussianBlur(5)),
    "sharpen": lambda image: image.filter(ImageFilter.UnsharpMask(2, 100, 0)),
    "median": lambda image: image.filter(ImageFilter.MedianFilter(3)),
    "edge": lambda image: image.filter(ImageFilter.FIND_EDGES),
    "contour": lambda image: image.filter(ImageFilter.CONTOUR),
    "emboss": lambda image: image.filter(RELIEF),
    "flip": ImageOps.mirror,
    "crop": lambda image: image.crop((400, 300, 3600, 2700)),
    "brightness": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.2),
    "saturation": lambda image: ImageEnhance.Color(image).enhance(1.4),
    "gamma": lambda image: image.point([round(255 * (v / 255) ** (1 / 1.4)) for v in range(256)] * 3),
    "grayscale": lambda image: image.convert("L").convert("RGB"),
    "sepia": lambda image: image.convert("RGB", SEPIA),
    "invert": ImageOps.invert,
    "posterize": lambda image: ImageOps.posterize(image, 2),
    "solarize": ImageOps.solarize,
    "autocontrast": ImageOps.autocontrast,
    "equalize": ImageOps.equalize,
    "pixelate": pixelated,
    "border": lambda image: ImageOps.expand(image, 20, "white"),
    "text_watermark": written,
    "five": five,
    "thumbnail": lambda image: shown(image, 400),
    "proxy": lambda image: shown(image, 1600),
}


def run(case: str, source: Path, destination: Path) -> None:
    """Open the picture, apply the filter of this case and save a JPEG."""
    with Image.open(source) as image:
        FILTERS[case](image).save(destination, "JPEG", quality=85)
