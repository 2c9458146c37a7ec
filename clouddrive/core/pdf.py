"""PDF: the first page as a picture, drawn by PDFium; only in a worker, since files are hostile."""

from pathlib import Path

import pypdfium2


class PdfUnusable(Exception):
    """The file is no PDF, broken, or locked; `str(error)` says which."""


def draw_first_page(source: Path, target: Path, *, side: int) -> int:
    """
    Write the first page as a PNG of at most `side` px, and return how many pages there are.

    :raises PdfUnusable: if it cannot be read.
    """
    try:
        with pypdfium2.PdfDocument(source) as document:
            pages = len(document)
            if not pages:
                raise PdfUnusable("This PDF has no pages.")
            page = document[0]
            scale = side / max(1.0, *page.get_size())
            page.render(scale=min(scale, 4), may_draw_forms=False).to_pil().convert("RGB").save(target, "PNG")
            return pages
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise PdfUnusable("This PDF is locked by a password." if locked else "This PDF cannot be read.") from error
