"""Pictures for tests, made from a seed."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter


def photo(width: int = 640, height: int = 480, *, seed: int = 1) -> Image.Image:
    """Make something like a photograph: a sky, a few hills, a sun."""
    image = Image.linear_gradient("L").resize((width, height))
    image = Image.merge("RGB", (image, image.point(lambda v: 255 - v // 2), image.point(lambda v: 128 + v // 3)))
    draw = ImageDraw.Draw(image)
    for number in range(8):
        x = (seed * 131 + number * 197) % width
        y = (seed * 71 + number * 89) % height
        colour = ((seed * 37 + number * 53) % 256, (number * 91) % 256, (seed * 17 + number * 29) % 256)
        draw.ellipse((x - width // 9, y - height // 9, x + width // 9, y + height // 9), fill=colour)
    return image.filter(ImageFilter.GaussianBlur(1))


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    """Write a picture to bytes."""
    body = BytesIO()
    image.save(body, format, **options)
    return body.getvalue()


def jpeg(width: int = 640, height: int = 480, *, seed: int = 1) -> bytes:
    """Make a JPEG file."""
    return encoded(photo(width, height, seed=seed), "JPEG", quality=90)


def animated_gif(width: int = 160, height: int = 120, *, frames: int = 5) -> bytes:
    """Make a GIF file that moves."""
    images = [photo(width, height, seed=number) for number in range(1, frames + 1)]
    return encoded(images[0], "GIF", save_all=True, append_images=images[1:], duration=120, loop=0)


def broken_jpeg() -> bytes:
    """Make a file that begins as a JPEG and then stops."""
    return jpeg()[:2000]
