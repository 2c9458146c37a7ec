"""Broken and hostile files: each ends in a result or in words, soon, without much memory."""

import random
import struct
import time
import zlib
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image

from imageproc.core.errors import PictureError, PictureTooLarge, UnreadableImage
from imageproc.core.limits import Limits
from imageproc.core.pipeline import OutputOptions, parse, preview, probe, process, thumbnail

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "HEIF")
ANIMATED = ("PNG", "GIF", "WEBP", "AVIF", "TIFF")
STEPS = [{"filter": "blur"}, {"filter": "sepia"}]

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # decoders warn of what they then refuse


@pytest.fixture
def survive(tmp_path):
    """Send bytes through every door; each must end in a result or a PictureError with words, in seconds."""

    def send(body, limits=Limits()):  # noqa: B008 - frozen
        source, ends = tmp_path / "source.jpg", []
        source.write_bytes(body)
        pipeline, started = parse(STEPS, limits), time.monotonic()
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
        assert time.monotonic() - started < 5
        words = [str(error) for error in ends if error]
        assert all(len(sentence) > 20 and sentence.endswith(".") for sentence in words)
        return ends

    return send


def sample(form, *, frames=1):
    rng = random.Random(form)
    image = Image.frombytes("RGB", (40, 30), rng.randbytes(3600)).resize((60, 40))
    body, options = BytesIO(), {}
    if frames > 1:
        options = {"save_all": True, "append_images": [image.rotate(90 * n) for n in range(1, frames)]}
    image.save(body, form, **options)
    return body.getvalue()


def png_header(width, height, *rest, depth=8, colour=2):
    """A PNG of the chunks IHDR, `rest` and IEND."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)),
        *rest,
        (b"IEND", b""),
    ]
    made = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def zeros(size):
    """Compress very many zeros without holding them."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size // 2**20)) + packer.flush()


def enlarged(form):
    """A small picture whose header claims 50,000 by 50,000 (or as much as the format can say)."""
    body, large = bytearray(sample(form)), 50_000
    if form == "JPEG":
        at = body.find(b"\xff\xc0") + 5
        body[at : at + 4] = struct.pack(">HH", large, large)
    elif form == "PNG":
        return png_header(large, large, (b"IDAT", zlib.compress(bytes(1000))))
    elif form == "GIF":
        body[6:10] = struct.pack("<HH", large, large)
    elif form == "WEBP":
        vp8x = b"VP8X" + struct.pack("<I", 10) + bytes(4) + struct.pack("<I", large - 1)[:3] * 2
        body[12:12] = vp8x
        body[4:8] = struct.pack("<I", len(body) - 8)
    elif form == "TIFF":
        for tag in (256, 257):
            at = body.find(struct.pack("<HHI", tag, 4, 1))
            at = at if at >= 0 else body.find(struct.pack("<HHI", tag, 3, 1))
            body[at : at + 12] = struct.pack("<HHII", tag, 4, 1, large)
    elif form == "BMP":
        body[18:26] = struct.pack("<ii", large, large)
    else:
        at = body.find(b"ispe") + 8
        body[at : at + 8] = struct.pack(">II", large, large)
    return bytes(body)


def many_frames_gif(count, size=(1, 1), frame=(1, 1)):
    block = b"\x21\xf9\x04\0\0\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + bytes(6) + block * count + b";"


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
        rng, body = (
            random.Random(f"{form}{seed}"),
            bytearray(sample(form, frames=1 + seed % 2 * (form in ANIMATED))),
        )
        for _ in range(rng.choice((1, 4, 30))):
            body[rng.randrange(len(body) if seed % 3 else min(len(body), 200))] = rng.randrange(256)

        survive(bytes(body))

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
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\0",
            b"hello, this is a text and nothing else",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
            b"%PDF-1.7\n1 0 obj\n",
            b"8BPS\0\1" + bytes(60),
            b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
            b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
            b"P6 9 9 255\n" + bytes(243),
            b"\0\0\1\0\1\0\x10\x10" + bytes(60),
            b"\x76\x2f\x31\x01" + bytes(60),
            b"#define im_width 9\n#define im_height 9\n",
            b"/* XPM */\nstatic char *a[] = {",
            b"\xff\x0a" + bytes(60),
            b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(60),
            b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60),
            b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(60),
            b"PK\3\4" + bytes(60),
            b"\x7fELF" + bytes(60),
            b"MZ" + bytes(60),
            b"RIFF\x20\0\0\0WAVEfmt " + bytes(60),
        ],
    )
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
