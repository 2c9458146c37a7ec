"""One pipeline at work: frames through steps, each in its engine, with the result's size under watch."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from imageproc.core.decoding import Frame, Source
from imageproc.core.engines import Canvas, Engine
from imageproc.core.errors import InvalidStep, PictureTooLarge
from imageproc.core.filters import geometry
from imageproc.core.limits import Limits
from imageproc.core.steps import Pipeline, Step


class Runner:
    """
    Applies a pipeline to frame after frame; watermark pictures are read once.

    :raises InvalidStep: if a watermark's picture is not among `pictures`.
    :raises UnreadableImage: if it is broken.
    """

    def __init__(self, pipeline: Pipeline, pictures: Mapping[str, Path], limits: Limits) -> None:
        self._limits = limits
        self._steps = [_bound(index, step, pictures, limits) for index, step in enumerate(pipeline.steps)]

    def first_frame(self, source: Source) -> Frame:
        """Decode the first frame in the way that suits the first step."""
        if not self._steps:
            return source.first()
        step, size = self._steps[0], (source.info.width, source.info.height)
        target = step.reaches(size)
        frame = source.first(for_vips=step.filter.engine is Engine.VIPS, target=target)
        if target and (frame.image.width, frame.image.height) != size:
            canvas = Canvas(frame.image)
            canvas.apply(geometry.to_size, Engine.VIPS, {"size": target})
            return Frame(canvas.pillow())
        return frame

    def run(self, frame: Frame, count: int) -> Canvas:
        """Apply all steps to one of `count` frames. :raises PictureTooLarge:"""
        canvas = Canvas(frame.image)
        try:
            for step in self._steps:
                canvas.apply(step.filter.function, step.filter.engine, step.params)
                width, height = canvas.size
                self._limits.check_size(width, height)
                self._limits.check_frames(count, width * height * count)
            if count > 1:
                canvas.pillow()  # now, while one frame's memory is at stake
        except MemoryError as error:
            raise PictureTooLarge("The filters need too much memory. Make the picture smaller.") from error
        return canvas


def _bound(index: int, step: Step, pictures: Mapping[str, Path], limits: Limits) -> Step:
    """Put the pictures themselves in the place of their names."""
    params = dict(step.params)
    for spec in step.filter.spec.parameters:
        if spec.type == "picture":
            params[spec.name] = _picture(index, spec.name, pictures.get(params[spec.name]), limits)
    return Step(step.filter, params)


def _picture(index: int, parameter: str, path: Path | None, limits: Limits) -> Image.Image:
    if path is None:
        message = f"Step {index + 1}: the picture to lay over is gone. Choose another one."
        raise InvalidStep(message, index=index, parameter=parameter)
    with Source(path, limits) as opened:
        return Canvas(opened.first().image).pillow()
