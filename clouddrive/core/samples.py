"""Files to begin with, made by us: for a demo, where nobody has brought any yet."""

from io import BytesIO

from PIL import Image, ImageDraw

WELCOME = """\
# Welcome to your drive

Drop files or whole folders anywhere on the page. They keep their structure, and a lost connection picks up where it
stopped.

- **Find** any of them at once: press `/` and type the beginning of a word.
- **Share** by link, with a password, an end and a limit of downloads if you like.
- **Go back**: an upload over the same name keeps what was there as a version, and the trash keeps what you delete.

| key | does |
|---|---|
| `F2` | rename |
| `Delete` | move to the trash |
| `?` | all shortcuts |
"""
SHOPPING = "bread\nolive oil\n6 lemons\ncoffee, whole beans\n"
RAINFALL = "month,station,millimetres\n" + "".join(
    f"2025-{month:02},{station},{(month * 37 + offset * 53) % 118}\n"
    for month in range(1, 13)
    for offset, station in enumerate(("harbour", "hill", "airport"))
)
SCRIPT = '''\
"""Sum the rainfall of each station."""

import csv
from collections import Counter


def totals(path: str) -> Counter[str]:
    """Give millimetres by station."""
    sums: Counter[str] = Counter()
    with open(path, newline="") as rows:
        for row in csv.DictReader(rows):
            sums[row["station"]] += int(row["millimetres"])
    return sums
'''


def lighthouse(*, width: int = 1280, height: int = 860) -> bytes:
    """Draw a lighthouse at night, as a PNG."""
    sky = Image.linear_gradient("L").resize((width, height))
    bands = [sky.point([int(a + (b - a) * v / 255) for v in range(256)]) for a, b in ((14, 92), (24, 110), (58, 150))]
    image = Image.merge("RGB", bands)
    draw = ImageDraw.Draw(image, "RGBA")
    x, top, ground = width * 2 // 3, height // 4, height * 4 // 5
    for spread in (90, 60, 30):
        draw.polygon([(x, top), (0, top - spread * 2), (0, top + spread * 2)], fill=(255, 226, 150, 34))
    draw.rectangle((0, ground, width, height), fill=(10, 30, 48))
    draw.ellipse((x - 260, ground - 50, x + 300, ground + 160), fill=(18, 24, 30))
    draw.polygon([(x - 34, top + 26), (x + 34, top + 26), (x + 58, ground), (x - 58, ground)], fill=(236, 232, 222))
    for stripe in range(3):
        y = top + 90 + stripe * 130
        draw.polygon([(x - 40, y), (x + 40, y), (x + 46, y + 56), (x - 46, y + 56)], fill=(190, 52, 44))
    draw.rectangle((x - 26, top - 24, x + 26, top + 26), fill=(255, 236, 170))
    draw.polygon([(x - 36, top - 24), (x, top - 66), (x + 36, top - 24)], fill=(190, 52, 44))
    body = BytesIO()
    image.save(body, "PNG")
    return body.getvalue()
