"""The front door of the core: pictures through pipelines of filters, from file to file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from PIL import Image

from imageproc.core.decoding import PictureInfo, Source, probe
from imageproc.core.encoding import Animation, OutputOptions, encode, is_opaque, writable
from imageproc.core.engines import Canvas
from imageproc.core.formats import JPEG, TIFF, WEBP, Format
from imageproc.core.limits import Limits
from imageproc.core.metadata import Metadata
from imageproc.core.runner import Runner
from imageproc.core.steps import Pipeline, parse

__all__ = [
    "Encoded",
    "OutputOptions",
    "PictureInfo",
    "Pipeline",
    "ResultInfo",
    "parse",
    "preview",
    "probe",
    "process",
    "thumbnail",
]

NO_PICTURES: Mapping[str, Path] = MappingProxyType({})
PROXY_LIMITS = Limits(max_pixels=8_000_000)  # a preview is made while somebody waits
ANY_SIZE = Limits(max_bytes=2**62, max_total_pixels=2**62)
THUMBNAIL_QUALITY = 82


@dataclass(frozen=True, slots=True)
class ResultInfo:
    """What was written; the extension has no dot."""

    format: str
    content_type: str
    extension: str
    width: int
    height: int
    frames: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture ready to be sent."""

    body: bytes
    content_type: str


def process(
    source: Path,
    pipeline: Pipeline,
    output: OutputOptions,
    destination: Path,
    limits: Limits,
    *,
    pictures: Mapping[str, Path] = NO_PICTURES,
    on_progress: Callable[[float], None] | None = None,
) -> ResultInfo:
    """
    Put every frame of a picture through the pipeline and write the result to `destination`.

    Animations and the pages of a TIFF go through as a whole if the output format can hold them (pages only
    in a TIFF), else as their first frame. `pictures`: the file of each picture that a watermark names.
    `on_progress` is told the share that is done, up to 1.0.

    :raises PictureError: if the picture is broken or too large, or a watermark's picture is missing.
    """
    report = on_progress or _nobody
    runner = Runner(pipeline, pictures, limits)
    with Source(source, limits) as opened:
        form = output.format_for(opened.format, has_alpha=opened.info.has_alpha)
        count = opened.info.frames if _moves(opened.format, form) else 1
        frames = opened.frames() if count > 1 else iter([runner.first_frame(opened)])
        canvases, milliseconds = [], []
        for frame in frames:
            canvases.append(runner.run(frame, count))
            milliseconds.append(frame.milliseconds)
            report(len(canvases) / (count + 1))
        metadata = opened.metadata() if output.keep_metadata else Metadata()
        animation = Animation(tuple(milliseconds), opened.plays)
    encode(canvases, destination, form, quality=output.quality, metadata=metadata, animation=animation)
    report(1.0)
    return _result(destination, form)


def thumbnail(source: Path, destination: Path, max_side: int, limits: Limits) -> PictureInfo:
    """
    Write the first frame, upright and in sRGB, at most `max_side` pixels wide and high.

    It is a JPEG, or a WebP if anything shows through; the info describes the written file.

    :raises PictureError: if the picture is broken or too large.
    """
    with Source(source, limits) as opened:
        size = opened.info.width, opened.info.height
        scale = min(1, max_side / max(size))
        target = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
        image = opened.first(target=target, oversample=1).image
    small = image.resize(target, Image.Resampling.LANCZOS, reducing_gap=2) if image.size != target else image
    form = JPEG if is_opaque(small) else WEBP
    animation = Animation()
    encode(
        [Canvas(small)],
        destination,
        form,
        quality=THUMBNAIL_QUALITY,
        metadata=Metadata(),
        animation=animation,
    )
    return PictureInfo(form.name, form.content_type, form.extension, *target, 1, form is WEBP)


def preview(proxy: Path, pipeline: Pipeline, *, scale: float, pictures: Mapping[str, Path] = NO_PICTURES) -> Encoded:
    """
    Show what a pipeline will make of a picture, on a smaller one that `thumbnail` made.

    `scale`: the proxy's width by the original's (0..1]; lengths in pixels shrink by it.

    :raises PictureError: as `process` does.
    """
    with Source(proxy, PROXY_LIMITS) as opened:
        frame = opened.first()
    image = Runner(pipeline.scaled(scale), pictures, PROXY_LIMITS).run(frame, 1).pillow()
    form, body = JPEG if image.mode == "RGB" else WEBP, BytesIO()
    with writable(form):
        image.save(body, form.name.upper(), quality=THUMBNAIL_QUALITY, **({"method": 0} if form is WEBP else {}))
    return Encoded(body.getvalue(), form.content_type)


def _moves(source: Format, form: Format) -> bool:
    """Tell whether all frames are kept: pages stay pages, and only what moves can stay moving."""
    return form.animates and (source is TIFF) == (form is TIFF)


def _result(destination: Path, form: Format) -> ResultInfo:
    written = probe(destination, ANY_SIZE)
    return ResultInfo(
        form.name,
        form.content_type,
        form.extension,
        written.width,
        written.height,
        written.frames,
        destination.stat().st_size,
    )


def _nobody(_share: float) -> None:
    """Hear the progress when nobody asked for it."""
