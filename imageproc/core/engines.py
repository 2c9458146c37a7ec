"""
Which library a filter works with, told by the type of its first argument.

`Vips`: a libvips image of 3 bands, or 4 with premultiplied transparency, so that mixing neighbours makes
no dark halo. `Pillow`: a Pillow image, RGB or RGBA. `Rgb`: a Pillow image without its transparency,
which the pipeline puts back unchanged.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any

from PIL import Image

from imageproc.core import vips


class Engine(Enum):
    VIPS = "vips"
    PILLOW = "pillow"
    RGB = "rgb"


Vips = Annotated[Any, Engine.VIPS]
Pillow = Annotated[Image.Image, Engine.PILLOW]
Rgb = Annotated[Image.Image, Engine.RGB]


class Canvas:
    """One frame on its way through a pipeline, in the form that the last filter left; converts on demand."""

    def __init__(self, image: Image.Image | Any) -> None:
        self._image = image
        self._pending = False  # libvips computes only when it must

    @property
    def size(self) -> tuple[int, int]:
        return self._image.width, self._image.height

    def apply(self, function: Callable[..., Any], engine: Engine, params: Mapping[str, Any]) -> None:
        """Put the frame through a filter, in the form that its engine takes. :raises MemoryError:"""
        if engine is Engine.VIPS:
            self._image = function(self._vips(), **params)
            self._pending = True
        elif engine is Engine.PILLOW or self.pillow().mode == "RGB":
            self._image = function(self.pillow(), **params)
        else:
            alpha = self._image.getchannel("A")
            self._image = function(self._image.convert("RGB"), **params)
            self._image.putalpha(alpha)

    def pillow(self) -> Image.Image:
        """Give the frame as Pillow's RGB or RGBA, computing what libvips still owes. :raises MemoryError:"""
        if not isinstance(self._image, Image.Image):
            size, body = self.size, vips.pixels(self._image)
            self._image = None  # frees its memory before more is asked for
            self._image = vips.pillow_from(body, size)
        image: Image.Image = self._image
        return image

    def opaque_vips(self) -> Any | None:
        """Give the frame as libvips has it, None if it is Pillow's or has transparency."""
        is_opaque_vips = not isinstance(self._image, Image.Image) and self._image.bands == 3
        return self._image if is_opaque_vips else None

    def _vips(self) -> Any:
        """Give the frame in libvips' form, computed: a filter may read every pixel several times."""
        if isinstance(self._image, Image.Image):
            self._image = vips.from_pillow(self._image)
        elif self._pending:
            self._image = vips.computed(self._image)
        return self._image
