"""Pictures for the core's tests: made in memory, written to a temporary folder, read back by Pillow."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imageproc.core.limits import Limits
from imageproc.core.pipeline import OutputOptions, ResultInfo, parse, process

LIMITS = Limits()

Run = Callable[..., tuple[Image.Image, ResultInfo]]


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Put a picture (image or encoded bytes) through filters and open the result, all frames unread."""

    def run_filters(
        picture: Image.Image | bytes,
        *steps: dict[str, Any],
        output: str = "png",
        pictures: dict[str, Image.Image] | None = None,
        limits: Limits = LIMITS,
        **options: Any,
    ) -> tuple[Image.Image, ResultInfo]:
        source, destination = tmp_path / "source", tmp_path / "result"
        if isinstance(picture, bytes):
            source.write_bytes(picture)
        else:
            picture.save(source, "PNG")
        paths = {}
        for name, image in (pictures or {}).items():
            paths[name] = tmp_path / name
            image.save(paths[name], "PNG")
        pipeline = parse(steps, limits)
        options = OutputOptions(output, **options)
        info = process(source, pipeline, options, destination, limits, pictures=paths)
        assert info.size_bytes == destination.stat().st_size
        return Image.open(BytesIO(destination.read_bytes())), info

    return run_filters


@pytest.fixture
def apply(run: Run) -> Callable[..., Image.Image]:
    """Put a picture through one filter: `apply(image, "blur", radius=2)`."""

    def apply_filter(image: Image.Image, name: str, /, **params: Any) -> Image.Image:
        return run(image, {"filter": name, "params": params})[0]

    return apply_filter
