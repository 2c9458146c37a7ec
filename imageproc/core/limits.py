"""How much a picture may ask for, checked on its header before anything is decoded."""

from dataclasses import dataclass

from imageproc.core.errors import PictureTooLarge


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is accepted: bytes of the file, pixels of a side, of a frame and of all frames."""

    max_bytes: int = 50 * 2**20
    max_pixels: int = 50_000_000
    max_side: int = 16_383
    max_frames: int = 300
    max_total_pixels: int = 100_000_000
    max_steps: int = 10

    def check_bytes(self, size_bytes: int) -> None:
        """Refuse a file of too many bytes. :raises PictureTooLarge:"""
        if size_bytes > self.max_bytes:
            raise PictureTooLarge(
                f"The file has {size_bytes / 2**20:.1f} MB; the limit is {self.max_bytes / 2**20:.0f} MB."
                " Send a smaller file."
            )

    def check_size(self, width: int, height: int) -> None:
        """Refuse a frame with too long a side or too many pixels. :raises PictureTooLarge:"""
        if max(width, height) > self.max_side:
            raise PictureTooLarge(
                f"The picture is {width:,} by {height:,} pixels; a side may have {self.max_side:,} at most."
                " Make it smaller first."
            )
        if width * height > self.max_pixels:
            raise PictureTooLarge(
                f"The picture has {width * height / 1e6:.1f} megapixels; the limit is"
                f" {self.max_pixels / 1e6:g}. Make it smaller first."
            )

    def check_frames(self, frames: int, total_pixels: int) -> None:
        """Refuse too many frames, or too many pixels over all of them. :raises PictureTooLarge:"""
        if frames > self.max_frames:
            raise PictureTooLarge(
                f"The picture has more than {self.max_frames} frames, which is the limit. Send a shorter one."
            )
        if total_pixels > self.max_total_pixels:
            raise PictureTooLarge(
                f"All frames together have {total_pixels / 1e6:.1f} megapixels; the limit is"
                f" {self.max_total_pixels / 1e6:g}. Send a smaller or shorter picture."
            )
