"""From frames to a file: what each format needs to look good at a sensible speed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import Image, PngImagePlugin
from PIL.ExifTags import Base

from imageproc.core import gif, vips
from imageproc.core.engines import Canvas
from imageproc.core.errors import PictureTooLarge
from imageproc.core.formats import AVIF, BMP, GIF, HEIC, JPEG, PNG, TIFF, WEBP, WRITABLE, Format
from imageproc.core.metadata import Metadata

FULL_COLOUR_QUALITY = 90  # from here up a JPEG keeps its colours at full resolution
XMP_TAG = 700  # of a TIFF

FormatName = Literal["same", "jpeg", "png", "webp", "avif", "gif", "tiff"]


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """
    What to write.

    `format`: "same" keeps the source's; BMP becomes PNG, HEIC becomes JPEG, or PNG if it has transparency.
    `quality`: 1..100, for JPEG, WebP and AVIF. `keep_metadata`: EXIF, XMP and comment, where the format can
    hold them; otherwise all is left out. Pixels are sRGB either way.
    """

    format: FormatName = "same"
    quality: int = 85
    keep_metadata: bool = False

    def format_for(self, source: Format, *, has_alpha: bool) -> Format:
        """Tell the format to write for a picture that came in the source's format."""
        if self.format != "same":
            return WRITABLE[self.format]
        return {BMP: PNG, HEIC: PNG if has_alpha else JPEG}.get(source) or WRITABLE[source.name]


@dataclass(frozen=True, slots=True)
class Animation:
    """How long each frame is shown, and how often all of them, 0 for ever."""

    milliseconds: tuple[int, ...] = (0,)
    plays: int = 0


def encode(
    frames: Sequence[Canvas],
    destination: Path,
    form: Format,
    *,
    quality: int,
    metadata: Metadata,
    animation: Animation,
) -> None:
    """
    Write one file with all frames; transparency becomes white where the format has none.

    :raises PictureTooLarge: if the format or the memory cannot hold it.
    """
    with writable(form):
        pending = frames[0].opaque_vips()
        if form is JPEG and pending is not None and metadata == Metadata():
            subsample = quality < FULL_COLOUR_QUALITY
            vips.save_jpeg(pending, str(destination), quality=quality, subsample=subsample)
            return
        pictures = _alike([frame.pillow() for frame in frames], alpha=form.alpha)
        for picture in pictures:
            picture.info = {}  # else encoders would write comments, profiles and more of the source
        if form is GIF:
            delays = animation.milliseconds
            vips.save_gif(pictures, str(destination), delays=delays, plays=animation.plays)
            if metadata.comment:
                gif.add_comment(destination, metadata.comment)
            return
        options = _options(form, quality) | _kept(form, metadata)
        if len(pictures) > 1:
            options |= _animated(form, animation) | {"save_all": True, "append_images": pictures[1:]}
        pictures[0].save(destination, form.name.upper(), **options)


@contextmanager
def writable(form: Format) -> Iterator[None]:
    """Say in words what the encoder cannot do. :raises PictureTooLarge:"""
    try:
        yield
    except MemoryError as error:
        raise PictureTooLarge("The result needs too much memory. Make the picture smaller.") from error
    except (ValueError, RuntimeError, vips.VipsError) as error:
        raise PictureTooLarge(
            f"The result is too large for a file of the format {form.name.upper()}, or for the memory."
            " Make it smaller or choose another format."
        ) from error


def _alike(pictures: list[Image.Image], *, alpha: bool) -> list[Image.Image]:
    """Bring all frames to RGBA if any of them lets something through, else to RGB."""
    if all(picture.mode == "RGB" for picture in pictures):
        return pictures
    if not alpha:
        return [on_white(picture) for picture in pictures]
    if all(is_opaque(picture) for picture in pictures):
        return [picture.convert("RGB") for picture in pictures]
    return [picture.convert("RGBA") for picture in pictures]


def is_opaque(picture: Image.Image) -> bool:
    """Tell whether nothing shows through an RGB or RGBA picture."""
    return picture.mode == "RGB" or picture.getchannel("A").getextrema() == (255, 255)


def on_white(picture: Image.Image) -> Image.Image:
    """Show what is behind transparency as white paper."""
    if picture.mode == "RGB":
        return picture
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def _options(form: Format, quality: int) -> dict[str, Any]:
    options: dict[Format, dict[str, Any]] = {
        JPEG: {"quality": quality, "subsampling": 2 if quality < FULL_COLOUR_QUALITY else 0},
        PNG: {"compress_level": 4},
        WEBP: {"quality": quality, "method": 4},
        AVIF: {"quality": quality, "speed": 8},
        TIFF: {"compression": "tiff_lzw"},
    }
    return options[form]


def _animated(form: Format, animation: Animation) -> dict[str, Any]:
    """Say how to play it; a TIFF has pages, which are not played."""
    milliseconds = list(animation.milliseconds)
    options: dict[Format, dict[str, Any]] = {
        PNG: {"duration": milliseconds, "loop": animation.plays},
        WEBP: {"duration": milliseconds, "loop": animation.plays, "minimize_size": False},
        AVIF: {"duration": milliseconds},
        TIFF: {},
    }
    return options[form]


def _kept(form: Format, metadata: Metadata) -> dict[str, Any]:
    """Hand on the metadata that the format can hold."""
    if form is TIFF:
        # libtiff, which compresses, cannot write EXIF's own directories
        return {"exif": _tiff_tags(metadata), "compression": None} if metadata != Metadata() else {}
    kept: dict[str, Any] = {"exif": metadata.exif} if metadata.exif else {}
    if form is PNG:
        return kept | {"pnginfo": _chunks(metadata)}
    if metadata.xmp:
        kept["xmp"] = metadata.xmp
    if form is JPEG and metadata.comment:
        kept["comment"] = metadata.comment
    return kept


def _chunks(metadata: Metadata) -> PngImagePlugin.PngInfo:
    chunks = PngImagePlugin.PngInfo()
    if metadata.xmp:
        chunks.add_itxt("XML:com.adobe.xmp", metadata.xmp.decode(errors="replace"))
    if metadata.comment:
        chunks.add_itxt("Comment", metadata.comment.decode(errors="replace"))
    return chunks


def _tiff_tags(metadata: Metadata) -> Image.Exif:
    tags = Image.Exif()
    tags.load(metadata.exif)
    if metadata.xmp:
        tags[XMP_TAG] = metadata.xmp
    if metadata.comment:
        tags.setdefault(Base.ImageDescription, metadata.comment.decode(errors="replace"))
    return tags
