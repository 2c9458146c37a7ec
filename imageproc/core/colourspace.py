"""From whatever mode and profile a decoder gives to 8-bit sRGB, in RGB or RGBA."""

from io import BytesIO

from PIL import Image, ImageCms

BROKEN_PROFILE = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


def to_srgb(image: Image.Image) -> Image.Image:
    """Convert to RGB, or RGBA if anything can show through; a broken profile is ignored."""
    profile = embedded_profile(image)
    eight_bit = _eight_bit(image)
    if profile is None:
        return _without_profile(eight_bit)
    alpha = eight_bit.getchannel("A") if eight_bit.mode in ("RGBA", "LA") else None
    colours = eight_bit.convert(eight_bit.mode.removesuffix("A")) if alpha else eight_bit
    try:
        srgb = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), colours.mode, "RGB").apply(colours)
    except BROKEN_PROFILE:
        return _without_profile(eight_bit)
    if alpha:
        srgb.putalpha(alpha)
    return srgb


def embedded_profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """Give the ICC profile, or None if there is none, it is sRGB anyway, or it is broken."""
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
        return None if ImageCms.getProfileDescription(profile).startswith("sRGB") else profile
    except (KeyError, *BROKEN_PROFILE):
        return None


def _eight_bit(image: Image.Image) -> Image.Image:
    """Give a mode of 8 bits a channel without palette: L, LA, RGB, RGBA, CMYK or LAB."""
    mode = image.mode
    if mode.startswith("I;16"):
        order = "L;16B" if mode.endswith("B") else "L;16"
        return Image.frombytes("L", image.size, image.tobytes(), "raw", order)
    if mode in ("I", "F"):
        return _spread(image)
    if mode in ("La", "RGBa"):
        return image.convert(mode.upper())
    if mode not in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _spread(image: Image.Image) -> Image.Image:
    """
    Bring integers and floats, whose white is not told, to 0..255.

    White is the smallest of 1 (floats), 255 and 65,535 that holds all values; else the range is stretched.
    """
    floats = image.convert("F")
    low, high = (float(extreme) for extreme in floats.getextrema())  # type: ignore[arg-type]
    whites = (1.0, 255.0, 65_535.0) if image.mode == "F" else (255.0, 65_535.0)
    known = [white for white in whites if low >= 0 and high <= white]
    black, white = (0.0, known[0]) if known else (low, high)
    scale = 255 / (white - black) if white > black else 0.0
    return floats.point(lambda value: value * scale + (0.5 - black * scale)).convert("L")


def _without_profile(image: Image.Image) -> Image.Image:
    if image.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.buildTransform(lab, srgb, "LAB", "RGB").apply(image)
    if image.mode in ("RGB", "RGBA"):
        return image
    return image.convert("RGBA" if image.mode == "LA" else "RGB")
