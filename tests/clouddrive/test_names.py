import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clouddrive.core.kinds import category_of, media_type_of
from clouddrive.core.names import KEY_LENGTH, MAX_LENGTH, NameInvalid, clean_name, name_key, numbered, safe_name
from clouddrive.core.words import MAX_WORDS, WORD_LENGTH, words_asked_for, words_of

ANYTHING = st.text(max_size=300)
LISTED = st.text(st.sampled_from("aAbB019 ._-é\u0301ßK"), min_size=1, max_size=12)


class TestCleanName:
    @given(ANYTHING)
    def test_gives_a_name_that_is_clean(self, text: str):
        try:
            cleaned = clean_name(text)
        except NameInvalid:
            return
        assert clean_name(cleaned) == cleaned == unicodedata.normalize("NFC", cleaned).strip()
        assert 0 < len(cleaned) <= MAX_LENGTH

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("", "empty"),
            ("   ", "empty"),
            (".", "'.'"),
            ("..", "'..'"),
            ("a/b", "/"),
            ("a\\b", "\\"),
            ("a\nb", "control character U+000A"),
            ("photo\u202egpj.exe", "right-to-left override"),
            ("a\u2066b", "left-to-right isolate"),
            ("x" * 256, "255"),
        ],
    )
    def test_says_what_is_wrong(self, name: str, words: str):
        with pytest.raises(NameInvalid, match=re.escape(words)):
            clean_name(name)

    def test_composes_letters(self):
        assert clean_name("Cafe\u0301") == "Café"


class TestSafeName:
    @given(ANYTHING)
    def test_makes_a_name_of_anything(self, text: str):
        assert clean_name(safe_name(text))

    @pytest.mark.parametrize("text", ["\ufb03" * 255, "x" + " " * 254 + ".", "x" * 20 + " " * 127 + "\ufb03" * 128])
    def test_makes_a_name_of_what_gets_shorter_or_longer_on_the_way(self, text: str):
        assert clean_name(safe_name(text))
        assert len(name_key(numbered(safe_name(text), 10**5))) <= KEY_LENGTH

    def test_keeps_the_suffix_of_a_long_name(self):
        assert safe_name("x" * 300 + ".jpeg").endswith(".jpeg")


class TestNameKey:
    @given(LISTED, LISTED)
    def test_is_shared_by_names_that_differ_in_case_alone(self, one: str, other: str):
        same = unicodedata.normalize("NFC", unicodedata.normalize("NFC", one).casefold()) == unicodedata.normalize(
            "NFC", unicodedata.normalize("NFC", other).casefold()
        )
        assert (name_key(one) == name_key(other)) == same

    @given(st.integers(0, 10**30), st.integers(0, 10**30), st.sampled_from(["", "img", "a 1 b "]))
    def test_sorts_numbers_by_value(self, one: int, other: int, before: str):
        assert (name_key(f"{before}{one}") < name_key(f"{before}{other}")) == (one < other)

    @given(st.text(string.digits + "a", max_size=MAX_LENGTH))
    def test_fits_its_column(self, name: str):
        assert len(name_key(name)) <= KEY_LENGTH

    def test_keeps_accents_apart(self):
        assert name_key("café") != name_key("cafe")


@given(LISTED, st.integers(2, 10**6))
def test_a_numbered_name_is_another_one_that_fits(name: str, number: int):
    assert name_key(numbered(name, number)) != name_key(name)
    assert len(numbered("x" * MAX_LENGTH, number)) == MAX_LENGTH


class TestWords:
    @given(ANYTHING)
    def test_are_few_and_short(self, name: str):
        found = words_of(name)

        assert len(found) <= MAX_WORDS
        assert all(0 < len(word) <= WORD_LENGTH for word in found)

    @given(st.text(max_size=60))
    def test_a_name_is_found_by_itself(self, name: str):
        found = words_of(name)

        if len(found) < MAX_WORDS:
            assert all(any(word.startswith(asked) for word in found) for asked in words_asked_for(name))

    def test_are_found_without_their_accents(self):
        assert words_asked_for("CAFÉ") == ["cafe"]


class TestKinds:
    @pytest.mark.parametrize(
        ("name", "found", "expected"),
        [
            ("a.txt", "application/octet-stream", "text/plain"),
            ("a.py", "application/octet-stream", "text/x-python"),
            ("a.png", "image/png", "image/png"),
            ("a.txt", "image/png", "image/png"),
            ("a.png", "application/octet-stream", "application/octet-stream"),
            ("a.mp4", "text/html", "text/html"),
            ("a", "", "application/octet-stream"),
        ],
    )
    def test_a_name_never_makes_a_picture(self, name: str, found: str, expected: str):
        assert media_type_of(name, found) == expected

    @given(ANYTHING)
    def test_every_type_has_a_category(self, content_type: str):
        assert category_of(content_type)
