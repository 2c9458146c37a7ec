"""Pictures to begin with, drawn by us: for a demo, where nobody has brought any yet."""

from PIL import Image, ImageDraw, ImageFilter

SKIES = (((255, 196, 140), (88, 120, 200)), ((20, 24, 60), (150, 90, 160)), ((190, 230, 250), (60, 140, 210)))
SIZE = (1600, 1066)


def landscape(number: int) -> Image.Image:
    """Draw a sky, a sun and three ridges of hills, different for each number; RGB, 1600 by 1066 pixels."""
    low, high = SKIES[number % len(SKIES)]
    image = _sky(low, high)
    draw = ImageDraw.Draw(image)
    x, y, radius = 300 + 270 * (number % 5), 260 + 60 * (number % 4), 70 + 12 * (number % 3)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 244, 214))
    for ridge in range(3):
        shade = tuple(int(part * (0.62 - 0.18 * ridge)) for part in high)
        draw.polygon(_ridge(number * 3 + ridge, top=520 + 150 * ridge), fill=shade)
    return image.filter(ImageFilter.GaussianBlur(1.2))


def _sky(low: tuple[int, int, int], high: tuple[int, int, int]) -> Image.Image:
    gradient = Image.linear_gradient("L").resize(SIZE)
    bands = [
        gradient.point([int(b + (a - b) * value / 255) for value in range(256)]) for a, b in zip(low, high, strict=True)
    ]
    return Image.merge("RGB", bands)


def _ridge(seed: int, *, top: int) -> list[tuple[int, int]]:
    width, height = SIZE
    points = [(x, top + (x * (seed + 3) // 7 * 13 + seed * 97) % 140 - 70) for x in range(0, width + 160, 160)]
    return [*points, (width, height), (0, height)]
