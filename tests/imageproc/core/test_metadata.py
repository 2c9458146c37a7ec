"""What is stripped, what is kept, and that a picture stands upright."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin
from PIL.ExifTags import IFD, Base

from imageproc.core.limits import Limits
from imageproc.core.pipeline import probe, thumbnail

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret-xmp/></x:xmpmeta>'
SECRETS = (b"secret", b"Exif", b"adobe:ns", b"sRGB built-in", b"Canon")


def exif(orientation=1):
    tags = Image.Exif()
    tags[Base.Orientation] = orientation
    tags[Base.Make] = "Canon"
    tags[Base.ImageDescription] = "secret description"
    tags.get_ifd(IFD.Exif)[Base.LensModel] = "secret lens"
    tags.get_ifd(IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0)})
    return tags.tobytes()


def photo(form, **options):
    """A picture that carries everything that its format can hold."""
    image, body = Image.new("RGB", (30, 20), (90, 120, 150)), BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    everything = {"exif": exif(), "icc_profile": profile, "xmp": XMP, "comment": b"secret comment"} | options
    if form == "PNG":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_text("Comment", "secret comment")
        chunks.add_text("Author", "secret author", zip=True)
        chunks.add_itxt("XML:com.adobe.xmp", XMP.decode())
        everything["pnginfo"] = chunks
    if form == "TIFF":
        tags = Image.Exif()
        tags.load(exif())
        tags[700] = XMP
        everything["exif"] = tags
    image.save(body, form, **everything)
    return body.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("steps", [[], [{"filter": "blur"}], [{"filter": "sepia"}]], ids=["none", "vips", "pillow"])
class TestStripping:
    def test_leaves_nothing(self, run, tmp_path, form, steps):
        assert any(secret in photo(form) for secret in SECRETS)

        result, _info = run(photo(form), *steps, output="same")

        body = (tmp_path / "result").read_bytes()
        assert [secret for secret in SECRETS if secret in body] == []
        assert not result.info.keys() & {"exif", "xmp", "comment", "icc_profile", "Comment", "Author"}

    def test_leaves_nothing_when_the_format_changes(self, run, tmp_path, form, steps):
        for output in ("jpeg", "png", "webp"):
            run(photo(form), *steps, output=output)

            body = (tmp_path / "result").read_bytes()
            assert [secret for secret in SECRETS if secret in body] == []


class TestKeeping:
    @pytest.mark.parametrize("output", ["jpeg", "png", "webp", "avif", "tiff"])
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
    def test_keeps_camera_place_and_xmp(self, run, form, output):
        result, _info = run(photo(form), {"filter": "blur"}, output=output, keep_metadata=True)

        tags = result.getexif()
        assert tags[Base.Make] == "Canon"
        assert tags.get_ifd(IFD.Exif)[Base.LensModel] == "secret lens"
        assert tags.get_ifd(IFD.GPSInfo)[1] == "N"
        assert tags.get(Base.Orientation, 1) == 1
        xmp = result.info.get("xmp") or result.info.get("XML:com.adobe.xmp").encode()
        assert b"secret-xmp" in xmp

    @pytest.mark.parametrize(
        ("form", "output"),
        [("JPEG", "jpeg"), ("PNG", "jpeg"), ("JPEG", "png"), ("GIF", "gif"), ("GIF", "jpeg")],
    )
    def test_keeps_the_comment(self, run, form, output):
        result, _info = run(photo(form), output=output, keep_metadata=True)

        comment = result.info.get("comment") or result.info.get("Comment")
        assert comment in (b"secret comment", "secret comment")

    @pytest.mark.filterwarnings("ignore:Corrupt EXIF")
    def test_a_broken_exif_is_left_out(self, run):
        result, _info = run(photo("JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"), output="jpeg", keep_metadata=True)

        assert Base.Make not in result.getexif()

    def test_the_thumbnail_of_the_old_picture_is_dropped(self, run, tmp_path):
        tags = Image.Exif()
        tags.load(exif())
        old = BytesIO()
        Image.new("RGB", (16, 16)).save(old, "JPEG", comment="old thumbnail")
        tags.get_ifd(IFD.IFD1).update({513: 0, 514: len(old.getvalue())})

        run(photo("JPEG", exif=tags.tobytes() + old.getvalue()), output="jpeg", keep_metadata=True)

        assert b"old thumbnail" not in (tmp_path / "result").read_bytes()


def turned_photo(form, orientation):
    """A picture that stands upright (a red top left corner, 24 by 16) once the orientation is applied."""
    upright = Image.new("RGB", (24, 16), (255, 255, 255))
    upright.paste((255, 0, 0), (0, 0, 12, 8))
    method = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    stored = upright if method is None else upright.transpose(method)
    body, tags = BytesIO(), Image.Exif()
    tags[Base.Orientation] = orientation
    options = {
        "JPEG": {"quality": 100, "subsampling": 0},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 100},
    }
    stored.save(body, form, exif=tags.tobytes(), **options.get(form, {}))
    return body.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
class TestOrientation:
    @pytest.mark.parametrize("steps", [[], [{"filter": "blur", "params": {"radius": 0}}]], ids=["pillow", "vips"])
    def test_the_picture_stands_upright(self, run, form, orientation, steps):
        result, info = run(turned_photo(form, orientation), *steps)

        self.check(result)
        assert (info.width, info.height) == (24, 16)
        assert result.getexif().get(Base.Orientation, 1) == 1

    def test_probe_and_thumbnail_agree(self, tmp_path, form, orientation):
        source, small = tmp_path / "source", tmp_path / "small"
        source.write_bytes(turned_photo(form, orientation))

        info = probe(source, Limits())
        made = thumbnail(source, small, 24, Limits())

        assert (info.width, info.height) == (made.width, made.height) == (24, 16)
        self.check(Image.open(BytesIO(small.read_bytes())))

    def check(self, image):
        pixels = np.asarray(image.convert("RGB")).astype(int)
        assert image.size == (24, 16)
        assert pixels[3, 4] == pytest.approx([255, 0, 0], abs=12)
        for y, x in ((3, 20), (12, 4), (12, 20)):
            assert pixels[y, x] == pytest.approx([255, 255, 255], abs=12)
