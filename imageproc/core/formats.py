"""The known raster formats, told from a file's first bytes; nothing else is ever decoded."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from imageproc.core.errors import UnreadableImage

HEAD_BYTES = 64  # enough for every signature below

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}


@dataclass(frozen=True, slots=True)
class Format:
    """
    A format: its lower-case name, media type, file extension without a dot.

    `decoder`: the one Pillow plugin that opens it. `turned`: the decoder applies the orientation itself.
    `animates`, `alpha`: what a file that we write can hold.
    """

    name: str
    content_type: str
    extension: str
    decoder: str
    animates: bool = False
    alpha: bool = True
    turned: bool = False


JPEG = Format("jpeg", "image/jpeg", "jpg", "JPEG", alpha=False)
PNG = Format("png", "image/png", "png", "PNG", animates=True)
GIF = Format("gif", "image/gif", "gif", "GIF", animates=True)
WEBP = Format("webp", "image/webp", "webp", "WEBP", animates=True)
AVIF = Format("avif", "image/avif", "avif", "AVIF", animates=True, turned=True)
AVIF_SEQUENCE = Format("avif", "image/avif", "avif", "AVIF", animates=True)
TIFF = Format("tiff", "image/tiff", "tif", "TIFF", animates=True, turned=True)
BMP = Format("bmp", "image/bmp", "bmp", "BMP")
HEIC = Format("heic", "image/heic", "heic", "HEIF", turned=True)

WRITABLE = MappingProxyType({form.name: form for form in (JPEG, PNG, WEBP, AVIF, GIF, TIFF)})


def _container(*brands: bytes) -> Callable[[bytes], bool]:
    """Match an ISO media container (AVIF, HEIC) by its major brand, or mif1 by a compatible one."""

    def matches(head: bytes) -> bool:
        if head[4:8] != b"ftyp":
            return False
        size, major = int.from_bytes(head[:4], "big"), head[8:12]
        compatible = {head[i : i + 4] for i in range(16, min(size, len(head)), 4)}
        return major in brands or (major == b"mif1" and not compatible.isdisjoint(brands))

    return matches


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


SIGNATURES: tuple[tuple[Format, Callable[[bytes], bool]], ...] = (
    (JPEG, _starts(b"\xff\xd8\xff")),
    (PNG, _starts(b"\x89PNG\r\n\x1a\n")),
    (GIF, _starts(b"GIF87a", b"GIF89a")),
    (WEBP, lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    (TIFF, _starts(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    (AVIF_SEQUENCE, _container(b"avis")),
    (AVIF, _container(b"avif")),
    (HEIC, _container(*HEIC_BRANDS)),
    (BMP, _starts(b"BM")),
)


def sniff(head: bytes) -> Format:
    """Tell the format from the first bytes; the file's name is not asked. :raises UnreadableImage:"""
    for form, matches in SIGNATURES:
        if matches(head):
            return form
    raise UnreadableImage(
        "This is not a picture that can be read. Send a JPEG, PNG, GIF, WebP, AVIF, TIFF, BMP or HEIC file."
    )
