"""Animations: every frame, its time, how often it plays, and what shows through."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from imageproc.core.catalogue import catalogue
from imageproc.core.limits import Limits
from imageproc.core.pipeline import OutputOptions, parse, probe, process

COLOURS = [(220, 30, 30), (30, 220, 30), (30, 30, 220), (220, 220, 30)]
TIMES = [50, 120, 40, 300]
ANIMATED = ("gif", "png", "webp", "avif")


def animation(form, *, transparent=False, plays=0, **options):
    """Four frames, 20 by 12, of one colour each; transparent ones show it in another third."""
    frames = []
    for index, colour in enumerate(COLOURS):
        frame = Image.new("RGBA", (20, 12), (0, 0, 0, 0) if transparent else (*colour, 255))
        frame.paste((*colour, 255), (index * 5, 0, index * 5 + 5, 12))
        frames.append(frame if transparent else frame.convert("RGB"))
    loop = {"gif": {} if plays == 1 else {"loop": max(0, plays - 1)}, "avif": {}}.get(form, {"loop": plays})
    quality = {"webp": {"lossless": True}, "avif": {"quality": 95}, "gif": {"disposal": 2}}.get(form, {})
    body = BytesIO()
    frames[0].save(body, form, save_all=True, append_images=frames[1:], duration=TIMES, **loop, **quality, **options)
    return body.getvalue()


def frames_of(image):
    frames, times = [], []
    for index in range(image.n_frames):
        image.seek(index)
        frames.append(np.asarray(image.convert("RGBA")).astype(int))
        times.append(round(image.info["duration"]))
    return frames, times


@pytest.mark.parametrize("output", ANIMATED)
@pytest.mark.parametrize("form", ANIMATED)
class TestEveryPairOfFormats:
    def test_keeps_frames_and_times(self, run, form, output):
        result, info = run(animation(form), {"filter": "flip"}, output=output)

        frames, times = frames_of(result)
        assert (info.frames, times) == (4, TIMES)
        for frame, colour in zip(frames, COLOURS, strict=True):
            assert frame[6, 10, :3] == pytest.approx(colour, abs=14)
            assert frame[6, 10, 3] == 255

    def test_keeps_what_shows_through(self, run, form, output):
        result, _info = run(animation(form, transparent=True), output=output)

        frames, _times = frames_of(result)
        for index, (frame, colour) in enumerate(zip(frames, COLOURS, strict=True)):
            assert frame[6, index * 5 + 2] == pytest.approx([*colour, 255], abs=20)
            assert frame[6, (index * 5 + 10) % 20, 3] <= 3

    @pytest.mark.parametrize("plays", [0, 1, 3])
    def test_keeps_how_often_it_plays(self, run, form, output, plays):
        if "avif" in (form, output):
            pytest.skip("the decoder of AVIF does not tell")

        result, _info = run(animation(form, plays=plays), output=output)

        loop = result.info.get("loop")
        assert (1 if loop is None else loop + 1 if loop and output == "gif" else loop) == plays


class TestFilters:
    @pytest.mark.parametrize("spec", catalogue(), ids=lambda spec: spec.name)
    def test_every_filter_takes_every_frame(self, run, spec):
        params = {"picture": "mark"} if spec.name == "picture_watermark" else {}
        mark = Image.new("RGBA", (5, 5), (255, 0, 0, 128))
        step = {"filter": spec.name, "params": params}

        for transparent in (False, True):
            result, info = run(animation("gif", transparent=transparent), step, output="webp", pictures={"mark": mark})

            frames, times = frames_of(result)
            assert sum(times) == sum(TIMES) or info.frames == 1  # all alike: a still picture
            assert all(frame.shape[:2] == (info.height, info.width) for frame in frames)

    def test_a_grey_animation_is_grey_in_every_frame(self, run):
        result, _info = run(animation("gif"), {"filter": "grayscale"}, output="gif")

        for frame in frames_of(result)[0]:
            assert np.ptp(frame[..., :3], axis=2).max() <= 4


class TestFirstFrame:
    @pytest.mark.parametrize("output", ["jpeg", "tiff"])
    def test_is_all_that_a_format_without_motion_gets(self, run, output):
        result, info = run(animation("gif"), output=output)

        assert (info.frames, getattr(result, "n_frames", 1)) == (1, 1)
        assert result.convert("RGB").getpixel((5, 5)) == pytest.approx(COLOURS[0], abs=4)

    def test_a_default_picture_is_no_frame(self, run, tmp_path):
        default = Image.new("RGB", (20, 12), (1, 2, 3))
        frames = [Image.new("RGB", (20, 12), colour) for colour in COLOURS]
        body = BytesIO()
        default.save(body, "PNG", save_all=True, append_images=frames, default_image=True, duration=TIMES)

        result, info = run(body.getvalue(), output="gif")

        assert info.frames == 4
        assert frames_of(result)[0][0][5, 5, :3] == pytest.approx(COLOURS[0], abs=2)


class TestPages:
    def pages(self):
        pages = [Image.new("L", size, 90) for size in ((10, 20), (30, 15), (8, 8))]
        body = BytesIO()
        pages[0].save(body, "TIFF", save_all=True, append_images=pages[1:])
        return body.getvalue()

    def test_stay_pages_of_their_own_sizes(self, run):
        result, info = run(self.pages(), {"filter": "border", "params": {"width": 1}}, output="same")

        assert info.frames == 3
        sizes = []
        for index in range(3):
            result.seek(index)
            sizes.append(result.size)
        assert sizes == [(12, 22), (32, 17), (10, 10)]

    def test_become_the_first_elsewhere(self, run):
        result, info = run(self.pages(), output="gif")

        assert (info.frames, result.size) == (1, (10, 20))


class TestProgress:
    def test_rises_to_the_end(self, tmp_path, limits):
        source, heard = tmp_path / "a.gif", []
        source.write_bytes(animation("gif"))

        process(source, parse([], limits), OutputOptions(), tmp_path / "b", limits, on_progress=heard.append)

        assert heard == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])


class TestProbe:
    @pytest.mark.parametrize("form", ANIMATED)
    def test_counts_frames(self, tmp_path, form):
        source = tmp_path / "source"
        source.write_bytes(animation(form))

        assert probe(source, Limits()).frames == 4
