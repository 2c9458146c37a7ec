"""Zips that are made while they are sent: safe names, known sizes, nothing kept."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.http import StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from cloudapps.apps import ExportedFile
from cloudapps.archive import BLOCK_BYTES, Names, blocks_of, endless_zip_response, zip_response
from cloudapps.storage import ObjectNotFound, storage


def file(path: str, body: bytes = b"x") -> ExportedFile:
    return ExportedFile(path, iter([body]), size_bytes=len(body))


def unzipped(answer: StreamingHttpResponse) -> dict[str, bytes]:
    with ZipFile(BytesIO(b"".join(answer))) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


class TestNames:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("a/b/c.txt", "a/b/c.txt"),
            ("/etc/passwd", "etc/passwd"),
            ("../../evil.png", "evil.png"),
            ("a/../b.txt", "a/b.txt"),
            ("C:\\windows\\evil.png", "C__windows_evil.png"),
            ("line\nbreak\x00\x7f.txt", "line_break__.txt"),
            ("gnp.\u202eexe", "gnp._exe"),
            ("ends with dot.", "ends with dot"),
            ("...", "_"),
            ("..", "file"),
            ("", "file"),
            (".bashrc", ".bashrc"),
            ("Ordner/Äpfel.txt", "Ordner/Äpfel.txt"),
            ("empty/", "empty/"),
        ],
    )
    def test_are_safe(self, path: str, expected: str) -> None:
        assert Names().give(path) == expected

    def test_are_unlike_each_other_whatever_their_case(self) -> None:
        names = Names()

        given = [names.give(name) for name in ("a.png", "A.PNG", "a.png", "b/a.png", "B/a.png", "b/a.png")]

        assert given == ["a.png", "A (2).PNG", "a (3).png", "b/a.png", "B (2)/a.png", "b/a (2).png"]

    def test_never_make_a_file_and_a_folder_of_one_name(self) -> None:
        names = Names()

        assert [names.give(path) for path in ("a", "a/b", "a/c", "a")] == ["a", "a (2)/b", "a (2)/c", "a (3)"]

    def test_are_not_too_long_and_keep_their_extension(self) -> None:
        name = Names().give("Ä" * 500 + ".jpeg")

        assert len(name.encode()) <= 200
        assert name.endswith("Ä.jpeg")

    @given(st.lists(st.text(alphabet="aA./\\:\x00 (2)", max_size=12), max_size=12))
    def test_are_always_safe_and_unique(self, paths: list[str]) -> None:
        names = Names()
        given = [names.give(path) for path in paths]

        files = [name.casefold() for name in given if not name.endswith("/")]
        assert len(files) == len(set(files))
        for name in given:
            assert not name.startswith("/")
            assert not {"", ".", ".."} & set(name.removesuffix("/").split("/"))
            assert "\\" not in name
            assert "\x00" not in name


class TestZipResponse:
    def test_knows_its_size_and_its_name(self) -> None:
        answer = zip_response([file("a/ä.txt", b"one"), file("empty/", b"")], filename="ü.zip")

        assert answer["Content-Type"] == "application/zip"
        assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%BC.zip"
        promised = int(answer["Content-Length"])
        body = b"".join(answer)
        assert len(body) == promised
        assert unzipped(StreamingHttpResponse([body])) == {"a/ä.txt": b"one", "empty/": b""}

    def test_reads_nothing_before_it_is_asked_to_and_blocks_after(self) -> None:
        body = b"x" * (3 * BLOCK_BYTES)
        answer = zip_response([ExportedFile("big.png", blocks_of("a/b"), size_bytes=len(body))], filename="a.zip")
        storage().put("a/b", BytesIO(body), content_type="image/png")

        chunks = list(answer)

        assert max(map(len, chunks)) <= BLOCK_BYTES
        assert sum(map(len, chunks)) == int(answer["Content-Length"])


class TestEndlessZipResponse:
    def test_asks_for_a_file_when_its_turn_comes(self) -> None:
        asked: list[str] = []

        def files() -> Iterator[ExportedFile]:
            for name in ("one", "two"):
                asked.append(name)
                yield file(name, name.encode() * 100_000)

        answer = endless_zip_response(files(), filename="all.zip")
        parts = iter(answer)
        first = next(parts)

        assert asked == ["one"]
        assert unzipped(StreamingHttpResponse([first, *parts])) == {"one": b"one" * 100_000, "two": b"two" * 100_000}

    def test_ends_early_rather_than_leave_a_file_out(self) -> None:
        answer = endless_zip_response([ExportedFile("gone", blocks_of("no/such"))], filename="all.zip")

        with pytest.raises(ObjectNotFound):
            b"".join(answer)
