"""What a person may want to keep with a picture: EXIF, XMP and the comment."""

from dataclasses import dataclass

from PIL import Image
from PIL.ExifTags import IFD, Base

DESCRIPTIVE = frozenset(
    {Base.ImageDescription, Base.Make, Base.Model, Base.Software, Base.DateTime, Base.Artist, Base.Copyright}
)
OF_THE_OLD_PIXELS = frozenset(
    {Base.ExifImageWidth, Base.ExifImageHeight, Base.ColorSpace, Base.ExifInteroperabilityOffset}
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Blocks as the encoders take them; an empty one is not written."""

    exif: bytes = b""
    xmp: bytes = b""
    comment: bytes = b""


def read(image: Image.Image) -> Metadata:
    """Read what describes the picture, and leave what describes the old file: its layout, size, thumbnail."""
    xmp, comment = image.info.get("xmp", b""), image.info.get("comment", image.info.get("Comment", b""))
    return Metadata(_exif(image.getexif()), _as_bytes(xmp), _as_bytes(comment))


def _exif(old: Image.Exif) -> bytes:
    """Copy the descriptive tags, the camera's and the place's; the pixels are upright now: orientation 1."""
    new = Image.Exif()
    new.update({tag: value for tag, value in old.items() if tag in DESCRIPTIVE})
    camera, place = old.get_ifd(IFD.Exif), old.get_ifd(IFD.GPSInfo)
    if not (new or camera or place):
        return b""
    new[Base.Orientation] = 1
    new.get_ifd(IFD.Exif).update({tag: value for tag, value in camera.items() if tag not in OF_THE_OLD_PIXELS})
    new.get_ifd(IFD.GPSInfo).update(place)
    return new.tobytes()


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
