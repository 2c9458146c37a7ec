"""A Pillow image file that opens still AVIF through libvips: Pillow's own refuses many valid files."""

from io import BytesIO
from typing import Any

from PIL import ImageFile

from imageproc.core import vips

BLOBS = {"exif": "exif-data", "xmp": "xmp-data", "icc_profile": "icc-profile-data"}


class AvifStillFile(ImageFile.ImageFile):
    """The primary picture of an AVIF, turned upright, 8 bits a channel."""

    format = "AVIF"
    format_description = "AVIF still picture"
    _decoder: Any

    def _open(self) -> None:
        try:
            decoder = vips.load_avif(self.fp.read() if self.fp else b"")
        except vips.VipsError as error:
            raise SyntaxError(str(error)) from error
        self._decoder = decoder
        self._size = decoder.width, decoder.height
        self._mode = "RGBA" if decoder.hasalpha() else "RGB"
        fields = decoder.get_fields()
        self.info |= {key: decoder.get(field) for key, field in BLOBS.items() if field in fields}
        self.tile = [ImageFile._Tile("raw", (0, 0, *self.size), 0, self.mode)]

    def load(self) -> Any:
        if self.tile:
            self.fp = BytesIO(self._decoder.colourspace("srgb").cast("uchar").write_to_memory())
        return super().load()
