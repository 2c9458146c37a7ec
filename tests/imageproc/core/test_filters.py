"""A picture test for each filter, on pictures so small that the outcome can be told."""

from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from imageproc.core.catalogue import catalogue

COLOURS = [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 100, 50), (17, 140, 230)]


def plain(colour, size=(12, 8), mode="RGB"):
    return Image.new(mode, size, colour)


def quarters():
    """Red, green, blue and white quarters, 20 by 12."""
    image = plain((255, 0, 0), (20, 12))
    image.paste((0, 255, 0), (10, 0, 20, 6))
    image.paste((0, 0, 255), (0, 6, 10, 12))
    image.paste((255, 255, 255), (10, 6, 20, 12))
    return image


def gradient():
    return Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 4, 0).repeat(3, 2))


def photo(size=(64, 48), seed=3):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8))


def values(image):
    return np.asarray(image.convert("RGB")).astype(float)


class TestSizeAndShape:
    @pytest.mark.parametrize(
        ("params", "size"),
        [
            ({"width": 10, "height": 0}, (10, 6)),
            ({"width": 0, "height": 3}, (5, 3)),
            ({"width": 10, "height": 10}, (10, 6)),
            ({"width": 10, "height": 10, "fit": "cover"}, (10, 10)),
            ({"width": 7, "height": 11, "fit": "fill"}, (7, 11)),
            ({"width": 40, "height": 40}, (20, 12)),
            ({"width": 40, "height": 40, "enlarge": True}, (40, 24)),
            ({"width": 40, "height": 40, "fit": "cover", "enlarge": True}, (40, 40)),
            ({"width": 0, "height": 0}, (20, 12)),
            ({"width": 1, "height": 0}, (1, 1)),
        ],
    )
    def test_resize_fits_the_box(self, apply, params, size):
        assert apply(quarters(), "resize", **params).size == size

    def test_resize_keeps_where_colours_are(self, apply):
        small = apply(quarters(), "resize", width=10)

        assert [small.getpixel(at) for at in ((1, 1), (8, 1), (1, 4), (8, 4))] == [
            (255, 0, 0),
            (0, 255, 0),
            (0, 0, 255),
            (255, 255, 255),
        ]

    def test_cover_cuts_around_the_centre(self, apply):
        square = apply(quarters(), "resize", width=12, height=12, fit="cover")

        assert square.size == (12, 12)
        assert square.getpixel((3, 3)) == (255, 0, 0)
        assert square.getpixel((8, 3)) == (0, 255, 0)

    def test_scale_goes_by_percent(self, apply):
        assert apply(quarters(), "scale", percent=25).size == (5, 3)
        assert apply(quarters(), "scale", percent=200).size == (40, 24)

    def test_crop_takes_percent(self, apply):
        part = apply(quarters(), "crop", x=50, y=0, width=50, height=50)

        assert part.size == (10, 6)
        assert part.getcolors() == [(60, (0, 255, 0))]

    def test_crop_trims_to_an_aspect(self, apply):
        assert apply(quarters(), "crop", aspect="1:1").size == (12, 12)
        assert apply(quarters(), "crop", aspect="9:16").size == (7, 12)

    def test_crop_pixels_stays_inside(self, apply):
        part = apply(quarters(), "crop_pixels", x=15, y=3, width=100, height=5)

        assert part.size == (5, 5)
        assert part.getpixel((0, 0)) == (0, 255, 0)
        assert part.getpixel((0, 4)) == (255, 255, 255)

    def test_rotate_by_a_right_angle_is_exact_and_clockwise(self, apply):
        turned = apply(quarters(), "rotate", degrees=90)

        assert np.array_equal(values(turned), values(quarters().transpose(Image.Transpose.ROTATE_270)))

    def test_rotate_expands_and_shows_the_background(self, apply):
        turned = apply(plain((10, 20, 30), (40, 20)), "rotate", degrees=30, background="#ff8800")

        expected = (
            40 * cos(radians(30)) + 20 * sin(radians(30)),
            40 * sin(radians(30)) + 20 * cos(radians(30)),
        )
        assert turned.size == pytest.approx(expected, abs=2)
        assert turned.getpixel((0, 0)) == (255, 136, 0)
        assert turned.getpixel((turned.width // 2, turned.height // 2)) == (10, 20, 30)

    def test_rotate_turns_clockwise_by_any_angle(self, apply):
        image = plain((0, 0, 0), (41, 41))
        image.putpixel((40, 20), (255, 255, 255))

        turned = apply(image, "rotate", degrees=45, expand=False, background="#000000")

        y, x = np.unravel_index(values(turned)[..., 0].argmax(), (41, 41))
        assert x == pytest.approx(34, abs=1)
        assert y == pytest.approx(34, abs=1)

    def test_rotate_may_leave_corners_transparent(self, apply):
        turned = apply(plain((10, 20, 30)), "rotate", degrees=45, transparent=True)

        assert turned.mode == "RGBA"
        assert turned.getpixel((0, 0))[3] == 0
        assert turned.getpixel((turned.width // 2, turned.height // 2)) == (10, 20, 30, 255)

    def test_rotate_without_expanding_keeps_the_size(self, apply):
        assert apply(quarters(), "rotate", degrees=10, expand=False).size == (20, 12)

    @pytest.mark.parametrize(
        ("direction", "method"),
        [("horizontal", Image.Transpose.FLIP_LEFT_RIGHT), ("vertical", Image.Transpose.FLIP_TOP_BOTTOM)],
    )
    def test_flip_mirrors(self, apply, direction, method):
        flipped = apply(photo(), "flip", direction=direction)

        assert np.array_equal(values(flipped), values(photo().transpose(method)))


class TestDetail:
    def test_blur_spreads_a_point_by_its_standard_deviation(self, apply):
        image = plain((0, 0, 0), (61, 61))
        image.paste((255, 255, 255), (20, 0, 41, 61))

        row = values(apply(image, "blur", radius=4))[30, :, 0]

        slope = np.abs(np.diff(row[5:31]))
        places = np.arange(len(slope))
        mean = (slope * places).sum() / slope.sum()
        assert ((slope * (places - mean) ** 2).sum() / slope.sum()) ** 0.5 == pytest.approx(4, rel=0.06)
        assert row[30] == pytest.approx(255, abs=4)

    def test_blur_by_nothing_changes_nothing(self, apply):
        assert np.array_equal(values(apply(photo(), "blur", radius=0)), values(photo()))

    def test_blur_has_no_dark_halo_around_what_is_opaque(self, apply):
        image = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
        image.paste((255, 200, 100, 255), (0, 0, 20, 20))

        pixels = np.asarray(apply(image, "blur", radius=3).convert("RGBA")).astype(int)

        half = pixels[10, 20:24]
        assert (half[:, 3] < 200).all()
        assert (half[:, 3] > 20).all()
        assert np.abs(half[:, :3] - (255, 200, 100)).max() <= 6

    def test_sharpen_adds_what_a_blur_takes_away(self, apply):
        sharp = values(apply(photo(), "sharpen", radius=2, amount=150))

        blurred = values(apply(photo(), "blur", radius=2))
        assert np.abs(sharp - (2.5 * values(photo()) - 1.5 * blurred).clip(0, 255)).max() <= 1

    def test_sharpen_leaves_differences_up_to_the_threshold(self, apply):
        image = plain((100, 100, 100), (40, 10))
        image.paste((104, 104, 104), (10, 0, 20, 10))
        image.paste((220, 220, 220), (20, 0, 40, 10))

        sharp = values(apply(image, "sharpen", radius=1, amount=200, threshold=10))[5, :, 0]

        assert sharp[9:11].tolist() == [100, 104]
        assert sharp[20] > 220

    @pytest.mark.parametrize("size", [3, 5])
    def test_median_is_the_middle_of_its_square(self, apply, size):
        expected = values(photo().filter(ImageFilter.MedianFilter(size)))

        inner = np.s_[3:-3, 3:-3]
        assert np.array_equal(values(apply(photo(), "median", size=size))[inner], expected[inner])

    def test_median_of_one_changes_nothing(self, apply):
        assert np.array_equal(values(apply(photo(), "median", size=1)), values(photo()))


class TestLines:
    @pytest.mark.parametrize(
        ("name", "kernel"),
        [("edge", ImageFilter.FIND_EDGES), ("contour", ImageFilter.CONTOUR), ("emboss", None)],
    )
    def test_convolves(self, apply, name, kernel):
        kernel = kernel or ImageFilter.Kernel((3, 3), (-1, 0, 0, 0, 1, 0, 0, 0, 0), 1, 128)
        if name == "emboss":  # Pillow's kernels begin at the bottom
            kernel = ImageFilter.Kernel((3, 3), (0, 0, 0, 0, 1, 0, -1, 0, 0), 1, 128)

        inner = np.s_[1:-1, 1:-1]
        assert np.array_equal(values(apply(photo(), name))[inner], values(photo().filter(kernel))[inner])

    @pytest.mark.parametrize(("name", "flat"), [("edge", 0), ("contour", 255), ("emboss", 128)])
    def test_an_even_area_has_no_lines_even_if_half_transparent(self, apply, name, flat):
        lines = apply(plain((90, 120, 150, 128), mode="RGBA"), name)

        assert np.abs(np.asarray(lines).astype(int) - (flat, flat, flat, 128)).max() <= 1


class TestLight:
    @pytest.mark.parametrize(
        ("name", "params", "expected"),
        [
            ("brightness", {"amount": 150}, lambda v: v * 1.5),
            ("contrast", {"amount": 200}, lambda v: (v / 255 * 2 - 0.5) * 255),
            ("contrast", {"amount": 50}, lambda v: (v / 255 * 0.5 + 0.25) * 255),
            ("gamma", {"gamma": 2}, lambda v: 255 * (v / 255) ** 0.5),
            ("invert", {"amount": 100}, lambda v: 255 - v),
            ("invert", {"amount": 30}, lambda v: v * 0.7 + (255 - v) * 0.3),
            ("solarize", {"threshold": 100}, lambda v: np.where(v < 100, v, 255 - v)),
            ("posterize", {"levels": 3}, lambda v: np.round(v / 127.5) * 127.5),
            ("threshold", {"level": 77}, lambda v: np.where(v < 77, 0, 255)),
        ],
    )
    def test_changes_every_value_by_its_curve(self, apply, name, params, expected):
        changed = values(apply(gradient(), name, **params))

        assert np.abs(changed - expected(values(gradient())).clip(0, 255)).max() <= 0.51

    def test_autocontrast_stretches_each_channel(self, apply):
        dull = Image.fromarray((values(gradient()) * 0.5 + 50).astype(np.uint8))

        stretched = values(apply(dull, "autocontrast"))

        assert (stretched.min(), stretched.max()) == (0, 255)

    def test_equalize_spreads_the_values(self, apply):
        dark = Image.fromarray((values(photo()) / 8).astype(np.uint8))

        spread = values(apply(dark, "equalize"))

        assert spread.mean() == pytest.approx(127, abs=12)
        assert spread.max() == 255


class TestColour:
    """The arithmetic of the W3C's Filter Effects Module Level 1."""

    @pytest.mark.parametrize("amount", [0, 35, 100])
    def test_sepia(self, apply, amount):
        c = 1 - amount / 100
        self.check(
            apply,
            "sepia",
            {"amount": amount},
            [
                [0.393 + 0.607 * c, 0.769 - 0.769 * c, 0.189 - 0.189 * c],
                [0.349 - 0.349 * c, 0.686 + 0.314 * c, 0.168 - 0.168 * c],
                [0.272 - 0.272 * c, 0.534 - 0.534 * c, 0.131 + 0.869 * c],
            ],
        )

    @pytest.mark.parametrize("amount", [0, 35, 100])
    def test_grayscale_weighs_as_rec_709(self, apply, amount):
        grey = np.tile([0.2126, 0.7152, 0.0722], (3, 1))
        self.check(apply, "grayscale", {"amount": amount}, grey * amount / 100 + np.eye(3) * (1 - amount / 100))

    @pytest.mark.parametrize("amount", [0, 60, 100, 250])
    def test_saturation(self, apply, amount):
        grey, s = np.tile([0.213, 0.715, 0.072], (3, 1)), amount / 100
        self.check(apply, "saturation", {"amount": amount}, grey * (1 - s) + np.eye(3) * s)

    @pytest.mark.parametrize("angle", [-120, 0, 45, 180])
    def test_hue(self, apply, angle):
        c, s = cos(radians(angle)), sin(radians(angle))
        grey = np.tile([0.213, 0.715, 0.072], (3, 1))
        turn = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
        self.check(apply, "hue", {"angle": angle}, grey * (1 - c) + np.eye(3) * c + turn * s)

    def test_duotone_runs_from_shadows_to_highlights(self, apply):
        two = values(apply(gradient(), "duotone", shadows="#102030", highlights="#f0e0d0"))[0]

        assert two[0].tolist() == [0x10, 0x20, 0x30]
        assert two[-1].tolist() == [0xF0, 0xE0, 0xD0]
        assert np.abs(two[128] - 128).max() <= 1

    def check(self, apply, name, params, matrix):
        image = plain((0, 0, 0), (len(COLOURS), 1))
        image.putdata(COLOURS)
        expected = (np.array(COLOURS) @ np.array(matrix).T).clip(0, 255)
        assert np.abs(values(apply(image, name, **params))[0] - expected).max() <= 0.51


class TestEffects:
    def test_pixelate_shows_squares_of_the_mean_colour(self, apply):
        squares = values(apply(photo((30, 20)), "pixelate", size=10))

        block = squares[0:10, 10:20]
        assert (block == block[0, 0]).all()
        assert np.abs(block[0, 0] - values(photo((30, 20)))[0:10, 10:20].mean((0, 1))).max() <= 1

    def test_pixelate_keeps_the_size_when_squares_do_not_fit(self, apply):
        assert apply(photo((31, 17)), "pixelate", size=10).size == (31, 17)

    def test_vignette_darkens_the_corners_alone(self, apply):
        dark = values(apply(plain((200, 200, 200), (100, 60)), "vignette", amount=80))

        assert dark[30, 50, 0] == 200
        assert dark[0, 0, 0] == pytest.approx(40, abs=4)
        assert dark[0, 0, 0] < dark[0, 50, 0] < 200

    def test_noise_has_the_asked_strength_and_repeats(self, apply):
        grey = plain((128, 128, 128), (200, 200))

        first, again, other = (values(apply(grey, "noise", amount=10, seed=seed)) for seed in (1, 1, 2))

        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)
        assert first.std() == pytest.approx(12.8, rel=0.1)
        assert first.mean() == pytest.approx(128, abs=1)
        assert (first[..., 0] == first[..., 2]).all()

    def test_noise_may_be_coloured(self, apply):
        coloured = values(apply(plain((128, 128, 128)), "noise", amount=20, coloured=True))

        assert (coloured[..., 0] != coloured[..., 2]).any()


class TestFrame:
    def test_border_surrounds_the_picture(self, apply):
        framed = apply(quarters(), "border", width=3, color="#123456")

        assert framed.size == (26, 18)
        assert framed.getpixel((2, 2)) == (0x12, 0x34, 0x56)
        assert np.array_equal(values(framed)[3:-3, 3:-3], values(quarters()))

    def test_rounded_corners_are_transparent_outside(self, apply):
        alpha = np.asarray(apply(plain((9, 9, 9), (60, 40)), "rounded_corners", radius=20).getchannel("A"))

        assert alpha[0, 0] == alpha[-1, -1] == alpha[0, -1] == alpha[-1, 0] == 0
        assert alpha[20, 0] == alpha[0, 30] == alpha[20, 30] == 255
        missing = (60 * 40 - alpha.sum() / 255) / 20**2
        assert missing == pytest.approx(4 - np.pi, abs=0.05)

    def test_no_radius_changes_nothing(self, apply):
        assert np.array_equal(values(apply(photo(), "rounded_corners", radius=0)), values(photo()))


class TestWatermark:
    def test_text_stands_where_asked_in_its_colour(self, apply):
        params = {"text": "Hm", "size": 20, "color": "#ff0000", "opacity": 100, "position": "top-left"}
        marked = values(apply(plain((0, 0, 0), (200, 100)), "text_watermark", **params))

        written = np.argwhere(marked[..., 0] > 128)
        assert len(written) > 40
        assert written.max(0).tolist() < [50, 100]
        assert marked[..., 1:].max() == 0

    def test_opacity_lets_the_picture_through(self, apply):
        params = {"text": "MMM", "size": 50, "opacity": 50, "position": "center"}
        marked = values(apply(plain((0, 0, 0), (200, 100)), "text_watermark", **params))

        assert marked.max() == pytest.approx(128, abs=1)

    @pytest.mark.parametrize("letters", ["äöüß", "éèñç", "łőžå", "ЖЯ", "€©"])
    def test_every_letter_has_its_own_shape(self, apply, letters):
        shapes = {
            apply(plain((0, 0, 0), (80, 80)), "text_watermark", text=letter, size=50, margin=0).tobytes()
            for letter in (*letters, "漢")
        }

        assert len(shapes) == len(letters) + 1

    def test_a_long_text_shrinks_to_the_width(self, apply):
        marked = values(apply(plain((0, 0, 0), (300, 200)), "text_watermark", text="W" * 60, size=30, margin=0))

        assert np.argwhere(marked[..., 0] > 60)[:, 1].max() > 250

    def test_text_on_what_is_transparent_can_be_seen(self, apply):
        image = Image.new("RGBA", (200, 100), (0, 0, 0, 0))

        marked = apply(image, "text_watermark", size=40, opacity=100, color="#00ff00", position="center")

        assert marked.getchannel("A").getextrema() == (0, 255)

    def test_picture_is_laid_over(self, run):
        logo = Image.new("RGBA", (10, 10), (0, 0, 255, 128))
        step = {
            "filter": "picture_watermark",
            "params": {
                "picture": "logo",
                "size": 50,
                "opacity": 100,
                "position": "bottom-right",
                "margin": 0,
            },
        }

        marked, _info = run(plain((255, 0, 0), (40, 40)), step, pictures={"logo": logo})

        assert marked.getpixel((0, 0)) == marked.getpixel((19, 30)) == (255, 0, 0)
        assert np.abs(np.array(marked.getpixel((30, 30))) - (127, 0, 128)).max() <= 1


class TestCatalogue:
    def test_every_filter_has_a_test_here(self):
        text = Path(__file__).read_text()

        assert [spec.name for spec in catalogue() if f'"{spec.name}"' not in text] == []

    def test_css_names_the_parameters(self):
        for spec in catalogue():
            if spec.css:
                values = {parameter.name: parameter.default for parameter in spec.parameters}
                assert "{" not in spec.css.format(**values)
