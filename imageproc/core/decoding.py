"""From a file to upright 8-bit sRGB frames: one decoder, chosen by the first bytes, behind the limits."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Self

import pillow_heif
from PIL import Image, ImageFile
from PIL.ExifTags import Base

from imageproc.core import colourspace, gif, metadata, vips
from imageproc.core.avif import AvifStillFile
from imageproc.core.errors import PictureTooLarge, UnreadableImage
from imageproc.core.formats import AVIF, GIF, HEAD_BYTES, HEIC, JPEG, PNG, TIFF, Format, sniff
from imageproc.core.limits import Limits
from imageproc.core.metadata import Metadata

Size = tuple[int, int]

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # our own limits are stricter, and have words

# What decoders were seen to raise over broken files. Not Exception: a worker's time limit must pass through.
BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
    *(EOFError, AssertionError, RuntimeError, BufferError, struct.error, zlib.error, vips.VipsError),
)

TURNS = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)  # by EXIF orientation


@contextmanager
def readable() -> Iterator[None]:
    """Turn what a decoder raises over a broken file into words. :raises PictureError:"""
    try:
        yield
    except MemoryError as error:
        raise PictureTooLarge("The picture needs too much memory. Make it smaller first.") from error
    except BROKEN as error:
        raise UnreadableImage(
            "The picture is broken or incomplete. Open it in another program, save it again and send that."
        ) from error


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """What the header tells; the size is that of the upright picture, the extension has no dot."""

    format: str
    content_type: str
    extension: str
    width: int
    height: int
    frames: int
    has_alpha: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """A full, composed frame (Pillow RGB or RGBA, or a libvips image) and how long it is shown."""

    image: Image.Image | Any
    milliseconds: int = 0


class Source:
    """
    A picture file, opened but not decoded; use it in a `with` block.

    :raises UnreadableImage: if it is not a picture, or broken.
    :raises PictureTooLarge: if its header goes beyond the limits.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        limits.check_bytes(path.stat().st_size)
        self._path = path
        self._file = path.open("rb")
        try:
            self.format = sniff(self._file.read(HEAD_BYTES))
            with readable():
                self._image = _opened(self._file, self.format)
                self._orientation = _orientation(self._image, self.format)
                self.info = self._inspected(limits)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()  # the decoded picture stays

    @property
    def plays(self) -> int:
        """How often an animation is shown, 0 for ever."""
        loop = self._image.info.get("loop")
        if self.format is not GIF:
            return loop or 0
        return 1 if loop is None else loop + 1 if loop else 0  # a GIF counts the repeats

    def metadata(self) -> Metadata:
        """Read EXIF, XMP and comment; broken ones are left out."""
        try:
            return metadata.read(self._image)
        except BROKEN:
            return Metadata()

    def frames(self) -> Iterator[Frame]:
        """Decode one frame after the other, composed, upright, in sRGB."""
        start = 1 if self._image.info.get("default_image") else 0
        for index in range(start, start + self.info.frames):
            with readable():
                self._image.seek(index)
                self._image.load()
                frame = Frame(self._upright(), round(self._image.info.get("duration", 0)))
            yield frame

    def first(self, *, for_vips: bool = False, target: Size | None = None, oversample: float = 2) -> Frame:
        """
        Decode the first frame, a JPEG already smaller if it is going to be scaled down to `target`.

        At least `oversample` times the target's size is decoded, so that scaling still decides how it looks.
        """
        shrink = self._shrink(target, oversample) if target and self.format is JPEG else 1
        with readable():
            if for_vips and self._is_plain_jpeg():
                return Frame(vips.load_jpeg(str(self._path), shrink=shrink).autorot())
            if shrink > 1:
                self._image.draft(None, (self._image.width // shrink, self._image.height // shrink))
            self._image.load()
            return Frame(self._upright(shared=self.format is JPEG))

    def _inspected(self, limits: Limits) -> PictureInfo:
        """Check the header against the limits and describe the picture."""
        image, form = self._image, self.format
        sizes = self._frame_sizes(limits)
        for width, height in sizes:
            limits.check_size(width, height)
        limits.check_frames(len(sizes), sum(width * height for width, height in sizes))
        width, height = sizes[0][::-1] if self._orientation >= 5 else sizes[0]
        alpha = image.has_transparency_data
        return PictureInfo(form.name, form.content_type, form.extension, width, height, len(sizes), alpha)

    def _frame_sizes(self, limits: Limits) -> list[Size]:
        """List the size of every frame, at most one more than the limit, without decoding."""
        image, form, most = self._image, self.format, limits.max_frames
        if form is GIF:
            with self._path.open("rb") as file:
                frames, width, height = gif.scan(file, most_frames=most)
            return [(width, height)] * max(1, frames)
        if form is TIFF:
            return _page_sizes(image, most + 1)
        if form in (JPEG, HEIC):
            return [image.size]  # further pictures in the file are previews or depth maps
        frames = getattr(image, "n_frames", 1)
        if form is PNG and frames > 1 and image.info.get("default_image"):
            frames -= 1  # the first is for programs that cannot animate
        return [image.size] * min(frames, most + 1)

    def _upright(self, *, shared: bool = False) -> Image.Image:
        """Give the decoded frame, apart from the file: its tags and the next frame do not reach it."""
        frame = colourspace.to_srgb(self._image)
        if frame is self._image and not shared:
            frame = frame.copy()
        turn = TURNS.get(self._orientation)
        return frame.transpose(turn) if turn is not None else frame

    def _is_plain_jpeg(self) -> bool:
        is_rgb = self.format is JPEG and self._image.mode == "RGB"
        return is_rgb and colourspace.embedded_profile(self._image) is None

    def _shrink(self, target: Size, oversample: float) -> int:
        ratio = min(self.info.width / target[0], self.info.height / target[1]) / oversample
        return max((shrink for shrink in (2, 4, 8) if shrink <= ratio), default=1)


def probe(source: Path, limits: Limits) -> PictureInfo:
    """Describe a picture by its header, before decoding. :raises UnreadableImage: :raises PictureTooLarge:"""
    with Source(source, limits) as opened:
        return opened.info


def _opened(file: BinaryIO, form: Format) -> ImageFile.ImageFile:
    """Read the header by this format's decoder alone."""
    file.seek(0)
    return AvifStillFile(file) if form is AVIF else Image.open(file, formats=[form.decoder])


def _page_sizes(image: ImageFile.ImageFile, most: int) -> list[Size]:
    sizes = [image.size]
    while len(sizes) < most:
        try:
            image.seek(len(sizes))
        except EOFError:
            break
        sizes.append(image.size)
    image.seek(0)
    return sizes


def _orientation(image: Image.Image, form: Format) -> int:
    """Tell the EXIF orientation that is still to be applied, 1 if none; a broken EXIF tells none."""
    if form.turned or (form is PNG and "exif" not in image.info):  # asking would decode a PNG to its end
        return 1
    try:
        orientation = image.getexif().get(Base.Orientation, 1)
    except BROKEN:
        return 1
    return orientation if orientation in TURNS else 1
