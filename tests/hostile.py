"""Broken and hostile pictures, made from seeds: what the core and a real worker must survive."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "HEIF")
ANIMATED = ("PNG", "GIF", "WEBP", "AVIF", "TIFF")
DISGUISES = [
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
]


def sample(form: str, *, frames: int = 1) -> bytes:
    """Make a small sound picture."""
    rng = random.Random(form)
    image = Image.frombytes("RGB", (40, 30), rng.randbytes(3600)).resize((60, 40))
    body, options = BytesIO(), {}
    if frames > 1:
        options = {"save_all": True, "append_images": [image.rotate(90 * n) for n in range(1, frames)]}
    image.save(body, form, **options)
    return body.getvalue()


def png_header(width: int, height: int, *rest: tuple[bytes, bytes], depth: int = 8, colour: int = 2) -> bytes:
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


def zeros(size: int) -> bytes:
    """Compress very many zeros without holding them."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size // 2**20)) + packer.flush()


def enlarged(form: str) -> bytes:
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


def many_frames_gif(count: int, size: tuple[int, int] = (1, 1), frame: tuple[int, int] = (1, 1)) -> bytes:
    """Make a GIF of very many frames out of few bytes."""
    block = b"\x21\xf9\x04\0\0\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + bytes(6) + block * count + b";"


def flipped(form: str, seed: int) -> bytes:
    """Change a few bytes at random, sometimes in the header only, sometimes of an animation."""
    rng = random.Random(f"{form}{seed}")
    body = bytearray(sample(form, frames=1 + seed % 2 * (form in ANIMATED)))
    for _ in range(rng.choice((1, 4, 30))):
        body[rng.randrange(len(body) if seed % 3 else min(len(body), 200))] = rng.randrange(256)
    return bytes(body)


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Make some hundred files that somebody might send to break a worker, each with a name."""
    for form in FORMATS:
        body = sample(form)
        for tenth in range(1, 10):
            yield f"{form}-cut-{tenth}", body[: len(body) * tenth // 10]
        for seed in range(8):
            yield f"{form}-flipped-{seed}", flipped(form, seed)
        yield f"{form}-enlarged", enlarged(form)
        yield f"{form}-as-jpeg", sample("JPEG")[:16] + body[16:]
    for number, body in enumerate(DISGUISES):
        yield f"disguise-{number}", body
    yield "png-88-megapixels", png_header(9400, 9400, (b"IDAT", zeros(3 * 9400 * 9400 + 9400)))
    yield (
        "png-text-of-a-gigabyte",
        png_header(4, 4, (b"zTXt", b"a\0\0" + zeros(2**28)), (b"IDAT", zlib.compress(bytes(52)))),
    )
    yield "gif-a-million-frames", many_frames_gif(1_000_000)
    yield "gif-270-megapixels", many_frames_gif(30, size=(3000, 3000))
