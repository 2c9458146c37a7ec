"""Every format and mode through every filter, and what each of them must come out as."""

from io import BytesIO

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from imageproc.core.catalogue import PRESETS, catalogue
from imageproc.core.limits import Limits
from imageproc.core.pipeline import probe

pillow_heif.register_heif_opener()

SIZE = (24, 16)
MODES = {
    "JPEG": ("L", "RGB", "CMYK"),
    "PNG": ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"),
    "GIF": ("1", "L", "P", "RGBA"),
    "WEBP": ("RGB", "RGBA"),
    "AVIF": ("RGB", "RGBA"),
    "TIFF": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I", "I;16", "I;16B", "F"),
    "BMP": ("1", "L", "P", "RGB"),
    "HEIF": ("L", "RGB", "RGBA"),
}
CASES = [(form, mode) for form, modes in MODES.items() for mode in modes]
OUTPUTS = ("jpeg", "png", "webp", "avif", "gif", "tiff")
ALPHA_MODES = ("LA", "PA", "RGBA")


def picture(mode):
    """A dark left and a light right half; modes with transparency let the top half through."""
    grey = Image.new("L", SIZE, 40)
    grey.paste(220, (SIZE[0] // 2, 0, *SIZE))
    if mode in ("I;16", "I;16B"):
        return Image.frombytes(
            mode, SIZE, (np.asarray(grey).astype("<u2" if mode == "I;16" else ">u2") * 257).tobytes()
        )
    if mode == "I":
        return Image.fromarray(np.asarray(grey).astype("int32") * 257)
    if mode == "F":
        return Image.fromarray(np.asarray(grey).astype("float32") / 255)
    if mode == "LAB":
        return Image.merge("LAB", (grey, Image.new("L", SIZE, 128), Image.new("L", SIZE, 128)))
    if mode in ALPHA_MODES:
        image = grey.convert("RGBA")
        image.paste((0, 0, 0, 0), (0, 0, SIZE[0], SIZE[1] // 2))
        return image.convert("LA") if mode == "LA" else image.quantize() if mode == "PA" else image
    return grey.quantize() if mode == "P" else grey.convert("RGB").convert(mode)


def encoded(image, form, **options):
    body = BytesIO()
    lossless = {
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 100},
        "JPEG": {"quality": 100},
        "HEIF": {"quality": 100},
    }
    image.save(body, form, **lossless.get(form, {}), **options)
    return body.getvalue()


@pytest.mark.parametrize(("form", "mode"), CASES)
class TestEveryFormatAndMode:
    def test_comes_out_with_its_colours(self, run, form, mode):
        result, info = run(encoded(picture(mode), form), output="png")

        pixels = np.asarray(result.convert("RGBA")).astype(int)
        dark, light = (40, 220) if mode not in ("1", "LAB", "CMYK") else {"1": (0, 255)}.get(mode, (40, 220))
        tolerance = {"LAB": 12, "CMYK": 3}.get(mode, 4)
        assert (info.width, info.height) == SIZE
        assert pixels[12, 2, :3] == pytest.approx([dark] * 3, abs=tolerance)
        assert pixels[12, 20, :3] == pytest.approx([light] * 3, abs=tolerance)
        shows_through = mode in ALPHA_MODES and form != "JPEG"
        assert (pixels[2, 2, 3], pixels[12, 2, 3]) == (0 if shows_through else 255, 255)

    def test_passes_through_every_filter(self, run, form, mode):
        body, mark = encoded(picture(mode), form), Image.new("RGBA", (5, 5), (255, 0, 0, 128))
        for spec in catalogue():
            params = {"picture": "mark"} if spec.name == "picture_watermark" else {}

            result, info = run(body, {"filter": spec.name, "params": params}, output="png", pictures={"mark": mark})

            result.load()
            assert result.size == (info.width, info.height)
            if mode in ALPHA_MODES and form != "JPEG":
                assert result.mode == "RGBA", spec.name

    def test_can_be_written_in_every_format(self, run, form, mode):
        for output in OUTPUTS:
            result, info = run(encoded(picture(mode), form), output=output)

            result.load()
            assert (info.format, result.size) == (output, SIZE)
            top = result.convert("RGBA").getpixel((2, 2))
            if mode in ALPHA_MODES and form != "JPEG":
                assert top[3] == 0 if output != "jpeg" else min(top) > 250, output


class TestSameFormat:
    @pytest.mark.parametrize(
        ("form", "mode", "expected"),
        [
            ("JPEG", "RGB", "jpeg"),
            ("PNG", "RGB", "png"),
            ("GIF", "P", "gif"),
            ("WEBP", "RGBA", "webp"),
            ("AVIF", "RGB", "avif"),
            ("TIFF", "CMYK", "tiff"),
            ("BMP", "RGB", "png"),
            ("HEIF", "RGB", "jpeg"),
            ("HEIF", "RGBA", "png"),
        ],
    )
    def test_is_kept_or_becomes_the_nearest(self, run, form, mode, expected):
        result, info = run(encoded(picture(mode), form), output="same")

        assert info.format == expected
        assert Image.MIME[result.format] == info.content_type


class TestProbe:
    @pytest.mark.parametrize("form", MODES)
    def test_tells_from_the_header_alone(self, tmp_path, form):
        source = tmp_path / "picture.exe"
        source.write_bytes(encoded(picture("RGB"), form))

        info = probe(source, Limits())

        assert (info.format, info.width, info.height) == (form.lower().replace("heif", "heic"), *SIZE)
        assert (info.frames, info.has_alpha) == (1, False)


class TestProfiles:
    def test_a_profile_is_honoured(self, run):
        """A picture in a colour space of which red and green are exchanged."""
        swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
        red, green = swapped.find(b"rXYZ"), swapped.find(b"gXYZ")
        swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
        swapped[swapped.find("sRGB".encode("utf-16-be")) + 1] = ord("x")
        body = encoded(Image.new("RGB", SIZE, (255, 0, 0)), "PNG", icc_profile=bytes(swapped))

        for step in ([], [{"filter": "flip"}]):
            result, _info = run(body, *step)

            assert result.getpixel((3, 3)) == pytest.approx((0, 255, 0), abs=2)
            assert "icc_profile" not in result.info

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
    def test_a_broken_profile_is_ignored(self, run, form):
        body = encoded(Image.new("RGB", SIZE, (200, 30, 30)), form, icc_profile=b"\0" * 200)

        result, _info = run(body)

        assert result.getpixel((3, 3)) == pytest.approx((200, 30, 30), abs=3)

    def test_a_profile_of_another_kind_of_colours_is_ignored(self, run):
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

        result, _info = run(encoded(Image.new("RGB", SIZE, (200, 30, 30)), "PNG", icc_profile=profile))

        assert result.getpixel((3, 3)) == pytest.approx((200, 30, 30), abs=1)


class TestDecoders:
    def test_a_jpeg_looks_the_same_for_both_engines(self, run):
        noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8))
        body = encoded(noise.resize((160, 120)), "JPEG")

        by_pillow, _info = run(body)
        by_vips, _info = run(body, {"filter": "blur", "params": {"radius": 0}})

        assert np.array_equal(np.asarray(by_pillow), np.asarray(by_vips))

    def test_a_jpeg_scaled_down_while_decoding_looks_like_one_scaled_after(self, run):
        x, y = np.meshgrid(np.arange(803), np.arange(601))
        waves = (127 + 120 * np.sin(x / 31) * np.cos(y / 23))[..., None].repeat(3, 2).astype(np.uint8)
        body = encoded(Image.fromarray(waves), "JPEG")
        resize = {"filter": "resize", "params": {"width": 97, "height": 80, "fit": "cover"}}

        fast, _info = run(body, resize)
        slow, _info = run(body, {"filter": "blur", "params": {"radius": 0}}, resize)

        assert fast.size == slow.size == (97, 80)
        assert np.abs(np.asarray(fast).astype(int) - np.asarray(slow)).mean() < 2

    def test_white_of_16_bits_is_white(self, run):
        white = Image.frombytes("I;16", SIZE, b"\xff\xff" * (SIZE[0] * SIZE[1]))

        result, _info = run(encoded(white, "PNG"))

        assert result.getextrema() == ((255, 255),) * 3

    def test_floats_beyond_the_usual_are_stretched(self, run):
        heights = np.linspace(-500, 9000, SIZE[0] * SIZE[1], dtype="float32").reshape(SIZE[::-1])

        result, _info = run(encoded(Image.fromarray(heights), "TIFF"))

        assert result.getextrema() == ((0, 255),) * 3


class TestPresets:
    @pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
    def test_runs(self, run, preset):
        result, _info = run(picture("RGB"), *preset.steps)

        assert result.size == SIZE

    def test_are_the_six_of_the_course(self):
        assert [preset.name for preset in PRESETS] == ["gray", "sepia", "poster", "blur", "edge", "solar"]
