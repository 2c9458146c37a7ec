"""Broken and hostile files: each ends in a result or in words, soon, without much memory."""

import random
import struct
import zlib

import pytest

from imageproc.core.errors import PictureError, PictureTooLarge, UnreadableImage
from imageproc.core.limits import Limits
from imageproc.core.pipeline import OutputOptions, parse, preview, probe, process, thumbnail
from tests.hostile import DISGUISES, FORMATS, enlarged, flipped, many_frames_gif, png_header, sample, zeros

STEPS = [{"filter": "blur"}, {"filter": "sepia"}]

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # decoders warn of what they then refuse


@pytest.fixture
def survive(tmp_path):
    """Send bytes through every door; each must end in a result or a PictureError with words, in seconds."""

    def send(body, limits=Limits()):  # noqa: B008 - frozen
        source, ends = tmp_path / "source.jpg", []
        source.write_bytes(body)
        pipeline = parse(STEPS, limits)
        for door in (
            lambda: probe(source, limits),
            lambda: process(source, pipeline, OutputOptions("webp"), tmp_path / "result", limits),
            lambda: process(source, parse([], limits), OutputOptions("png"), tmp_path / "result", limits),
            lambda: thumbnail(source, tmp_path / "small", 100, limits),
        ):
            try:
                door()
                ends.append(None)
            except PictureError as error:
                ends.append(error)
        words = [str(error) for error in ends if error]
        assert all(len(sentence) > 20 and sentence.endswith(".") for sentence in words)
        return ends

    return send


class TestBombs:
    @pytest.mark.parametrize("form", FORMATS)
    def test_a_claim_of_2500_megapixels_is_refused(self, survive, form):
        ends = survive(enlarged(form))

        if form != "HEIF":  # its decoder goes by the coded size, which is small
            assert all(isinstance(end, PictureError) for end in ends)
        if form not in ("AVIF", "HEIF", "WEBP"):  # whose decoders refuse first, the size being elsewhere too
            assert all(isinstance(end, PictureTooLarge) for end in ends)
            assert "16,383" in str(ends[0])

    def test_a_real_picture_of_88_megapixels_of_nothing_is_refused_before_decoding(self, survive):
        bomb = png_header(9400, 9400, (b"IDAT", zeros(3 * 9400 * 9400 + 9400)))

        ends = survive(bomb)

        assert len(bomb) < 300_000
        assert "88.4 megapixels" in str(ends[0])

    def test_a_million_frames_are_not_all_counted(self, survive):
        ends = survive(many_frames_gif(1_000_000))

        assert all("300 frames" in str(end) for end in ends)

    def test_few_large_frames_count_together(self, survive):
        ends = survive(many_frames_gif(30, size=(3000, 3000)))

        assert "270.0" in str(ends[0])

    def test_a_gif_frame_larger_than_its_screen_is_seen(self, survive):
        ends = survive(many_frames_gif(1, size=(10, 10), frame=(60_000, 60_000)))

        assert all(isinstance(end, PictureTooLarge) for end in ends)

    def test_a_claim_of_many_png_frames_is_refused(self, survive):
        control = struct.pack(">II", 1_000_000, 0)
        bomb = png_header(10, 10, (b"acTL", control), (b"IDAT", zlib.compress(bytes(310))))

        assert "300 frames" in str(survive(bomb)[0])

    def test_a_tiff_whose_pages_go_round_in_a_circle_ends(self, survive):
        body = bytearray(sample("TIFF", frames=3))
        first = body[4:8]
        last = len(body)
        for at in range(8, len(body) - 4):
            if body[at : at + 4] == bytes(4):
                last = at
        body[last : last + 4] = first

        survive(bytes(body))

    def test_a_text_that_unpacks_to_a_gigabyte_is_refused_or_skipped(self, survive):
        bomb = png_header(4, 4, (b"zTXt", b"a\0\0" + zeros(2**28)), (b"IDAT", zlib.compress((b"\0" + bytes(12)) * 4)))

        survive(bomb)

    def test_a_profile_that_unpacks_to_a_gigabyte_is_refused_or_skipped(self, survive):
        bomb = png_header(4, 4, (b"iCCP", b"a\0\0" + zeros(2**28)), (b"IDAT", zlib.compress((b"\0" + bytes(12)) * 4)))

        survive(bomb)

    def test_a_file_of_too_many_bytes_is_not_even_opened(self, survive):
        ends = survive(sample("BMP"), Limits(max_bytes=1000))

        assert all(isinstance(end, PictureTooLarge) for end in ends)

    def test_a_result_beyond_the_limits_is_refused(self, tmp_path, limits):
        source = tmp_path / "source"
        source.write_bytes(sample("PNG"))
        step = {
            "filter": "resize",
            "params": {"width": 16_000, "height": 16_000, "fit": "fill", "enlarge": True},
        }

        with pytest.raises(PictureTooLarge, match="256"):
            process(source, parse([step], limits), OutputOptions(), tmp_path / "result", limits)

    def test_frames_that_grow_beyond_the_limits_are_refused(self, tmp_path, limits):
        source = tmp_path / "source"
        source.write_bytes(sample("GIF", frames=4))
        step = {"filter": "resize", "params": {"width": 6500, "height": 0, "enlarge": True}}

        with pytest.raises(PictureTooLarge, match="All frames"):
            process(source, parse([step], limits), OutputOptions(), tmp_path / "result", limits)


class TestBrokenFiles:
    @pytest.mark.parametrize("form", FORMATS)
    def test_truncated_at_every_tenth(self, survive, form):
        body = sample(form)

        for tenth in range(10):
            ends = survive(body[: len(body) * tenth // 10])

            if tenth < 9 and form not in ("GIF", "HEIF"):
                assert isinstance(ends[1], PictureError), tenth

    @pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
    def test_an_animation_truncated_at_every_tenth(self, survive, form):
        body = sample(form, frames=4)

        for tenth in range(10):
            survive(body[: len(body) * tenth // 10])

    @pytest.mark.parametrize("form", FORMATS)
    @pytest.mark.parametrize("seed", range(12))
    def test_bytes_flipped_at_random(self, survive, form, seed):
        survive(flipped(form, seed))

    @pytest.mark.parametrize("form", FORMATS)
    def test_a_header_followed_by_noise(self, survive, form):
        for keep in (12, 30, 100):
            survive(sample(form)[:keep] + random.Random(keep).randbytes(3000))

    @pytest.mark.parametrize("form", FORMATS)
    @pytest.mark.parametrize("other", FORMATS)
    def test_one_format_under_the_first_bytes_of_another(self, survive, form, other):
        survive(sample(form)[:16] + sample(other)[16:])

    @pytest.mark.parametrize("form", FORMATS)
    def test_something_appended_does_no_harm(self, survive, form):
        survive(sample(form) + b"<script>alert(1)</script>" * 100)


class TestDisguises:
    @pytest.mark.parametrize("body", DISGUISES)
    def test_only_known_formats_are_opened(self, survive, body):
        ends = survive(body)

        assert all(isinstance(end, UnreadableImage) for end in ends)
        assert "JPEG" in str(ends[0])

    def test_the_name_is_not_asked(self, tmp_path):
        source = tmp_path / "report.pdf"
        source.write_bytes(sample("PNG"))

        assert probe(source, Limits()).format == "png"

    def test_a_broken_proxy_ends_in_words(self, tmp_path, limits):
        proxy = tmp_path / "proxy"
        proxy.write_bytes(sample("JPEG")[:300])

        with pytest.raises(UnreadableImage):
            preview(proxy, parse(STEPS, limits), scale=0.5)


class TestOwnMistakes:
    def test_a_missing_file_is_not_called_broken(self, tmp_path, limits):
        with pytest.raises(FileNotFoundError):
            probe(tmp_path / "none", limits)
