"""
The one place that imports libvips, which has no type hints.

Importing starts no thread; the first picture does, so it must come after a worker has forked
(libvips used before a fork hangs the child).
"""

import os
from collections.abc import Sequence
from typing import Any

os.environ.setdefault("VIPS_CONCURRENCY", "1")  # as fast for our sizes, and workers share the cores

import pyvips
from PIL import Image

pyvips.block_untrusted_set(True)
pyvips.cache_set_max(0)  # the cache goes by file name: a changed file would give its old pixels

VipsError: type[Exception] = pyvips.Error


def matrix(rows: list[list[float]], *, offset: float = 0) -> Any:
    """Make a convolution kernel; `offset` is added to every result."""
    return pyvips.Image.new_from_array(rows, 1, offset)


def load_jpeg(path: str, *, shrink: int = 1) -> Any:
    """Decode an RGB JPEG to memory, at 1/`shrink` (1, 2, 4, 8) of its size. :raises VipsError:"""
    image = pyvips.Image.jpegload(path, access="sequential", fail_on="truncated", shrink=shrink)
    return image.copy_memory()


def load_avif(body: bytes) -> Any:
    """Read the header of an AVIF; pixels are decoded when they are asked for. :raises VipsError:"""
    return pyvips.Image.heifload_buffer(body, access="sequential", fail_on="truncated")


def from_pillow(image: Image.Image) -> Any:
    """Turn RGB or RGBA into a libvips image; transparency becomes premultiplied."""
    if image.mode == "RGBA":
        image = image.convert("RGBa")
    bands = len(image.getbands())
    made = pyvips.Image.new_from_memory(image.tobytes(), image.width, image.height, bands, "uchar")
    return made.copy(interpretation="srgb")


def pixels(image: Any) -> bytes:
    """Compute the bytes of an image, band after band, pixel after pixel. :raises MemoryError:"""
    try:
        body: bytes = image.write_to_memory()
    except VipsError as error:
        raise as_memory_error(error) from error
    return body


def pillow_from(body: bytes, size: tuple[int, int]) -> Image.Image:
    """Make RGB or RGBA of the bytes of 3 or 4 (premultiplied) bands."""
    if len(body) == 3 * size[0] * size[1]:
        return Image.frombuffer("RGB", size, body, "raw", "RGB", 0, 1)
    return Image.frombuffer("RGBa", size, body, "raw", "RGBa", 0, 1).convert("RGBA")


def computed(image: Any) -> Any:
    """Compute an image into memory. :raises MemoryError:"""
    try:
        return image.copy_memory()
    except VipsError as error:
        raise as_memory_error(error) from error


def as_memory_error(error: Exception) -> Exception:
    """Say in Python's words when libvips had no memory; else give the error back."""
    return MemoryError(str(error)) if "memory" in str(error) else error


def save_jpeg(image: Any, path: str, *, quality: int, subsample: bool) -> None:
    """Compute an opaque image straight into a JPEG without metadata. :raises VipsError:"""
    mode = "on" if subsample else "off"
    image.jpegsave(path, Q=quality, subsample_mode=mode, keep="none")


def save_gif(frames: Sequence[Image.Image], path: str, *, delays: Sequence[int], plays: int) -> None:
    """Write RGB or RGBA frames, each with its own palette; delays in ms, 0 plays for ever."""
    width, height = frames[0].size
    strips = [
        pyvips.Image.new_from_memory(frame.tobytes(), width, height, len(frame.getbands()), "uchar") for frame in frames
    ]
    tall = pyvips.Image.arrayjoin(strips, across=1).copy(interpretation="srgb")
    tall.set_type(pyvips.GValue.gint_type, "page-height", height)
    tall.set_type(pyvips.GValue.array_int_type, "delay", list(delays))
    tall.set_type(pyvips.GValue.gint_type, "loop", plays)
    tall.gifsave(path, keep_duplicate_frames=True, effort=5)
