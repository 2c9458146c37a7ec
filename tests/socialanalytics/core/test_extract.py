from datetime import UTC, datetime
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialanalytics.core.extract import counted_under, terms_of
from socialanalytics.core.extract.links import shortened
from socialanalytics.core.post import LONGEST_VALUE, Kind, Post, Terms
from tests.socialanalytics.core.texts import HOSTILE

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def post(
    text: str, *, source: str = "x", author: str = "alice", language: str = "en", links: tuple[str, ...] = ()
) -> Post:
    return Post(f"{source}:1", source, text, NOON, author=author, language=language, links=links)


def test_a_post_falls_into_its_terms() -> None:
    text = "Love #Apps, says @bob: https://www.example.com/a/?utm_source=x&id=5#top 100 times 😍"

    assert terms_of(post(text)) == Terms(
        hashtags=("apps",),
        mentions=("bob",),
        links=("example.com/a?id=5",),
        words=("love", "times"),
        emoji=("😍",),
    )


class TestHashtags:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("#One #one #ONE", ("one",)),
            ("#été #हिन्दी #日本", ("été", "हिन्दी", "日本")),
            ("＃wide", ("wide",)),
            ("#covid19 #19covid #19 #_ #1_2", ("covid19", "19covid")),
            ("a#b &#39; example.com/#c", ()),
            ("#a-b", ("a",)),
            ("#e\u0301te\u0301", ("été",)),
        ],
    )
    def test_are_letters_digits_and_underlines(self, text: str, found: tuple[str, ...]) -> None:
        assert terms_of(post(text)).hashtags == found

    def test_are_twenty_at_most(self) -> None:
        assert len(terms_of(post(" ".join(f"#tag{number}" for number in range(50)))).hashtags) == 20


class TestMentions:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("@Alice and @bob_1, @Charlie: hi", ("alice", "bob_1", "charlie")),
            ("alice@example.com wrote", ()),
            ("@alice.Nice", ("alice",)),
        ],
    )
    def test_are_names_on_x(self, text: str, found: tuple[str, ...]) -> None:
        assert terms_of(post(text)).mentions == found

    def test_are_domains_on_bluesky(self) -> None:
        text = "@alice.bsky.social, @bob.example.com. @charlie"

        assert terms_of(post(text, source="bluesky")).mentions == ("alice.bsky.social", "bob.example.com", "charlie")


class TestLinks:
    @pytest.mark.parametrize(
        ("link", "short"),
        [
            ("https://www.Example.com/", "example.com"),
            ("http://example.com:8080/A/b?utm_medium=x&fbclid=1&v=2&UTM_Source=y#z", "example.com:8080/A/b?v=2"),
            ("https://alice:secret@example.com/a", "example.com/a"),
            ("https://x.com/alice/status/1?s=20&t=abc", "x.com/alice/status/1"),
            ("example.com/a", "example.com/a"),
            ("https://[::1", ""),
            ("https://example.com:port/", ""),
            ("javascript:alert(1)", ""),
            ("https://localhost/", ""),
            ("https://example.com/a b", ""),
            ("https://example.com/\x00", ""),
            ("", ""),
        ],
    )
    def test_are_shortened_to_host_and_path(self, link: str, short: str) -> None:
        assert shortened(link) == short

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("See https://example.com/a, or (https://example.com/b_(c)).", ("example.com/a", "example.com/b_(c)")),
            ("bbc.co.uk/news and example.org too", ("bbc.co.uk/news", "example.org")),
            ("www.example.com!", ("example.com",)),
            ("https://t.co/abc", ("t.co/abc",)),
            ("https://t.co/abc https://example.com/", ("example.com",)),
            ("example.com/cut-of... example.com/cut…", ()),
            ("e.g. U.S. 3.5 node.js", ()),
        ],
    )
    def test_are_found_in_the_text(self, text: str, found: tuple[str, ...]) -> None:
        assert terms_of(post(text)).links == found

    def test_are_those_that_the_source_told_rather_than_what_hides_them(self) -> None:
        found = terms_of(post("https://t.co/abc", links=("https://example.com/whole",))).links

        assert found == ("example.com/whole",)


class TestWords:
    @pytest.mark.parametrize(
        ("text", "language", "found"),
        [
            ("The trains are not running, it's Alice's day", "en", ("trains", "running", "alice", "day")),
            ("don’t I’m", "en", ()),
            ("5g 42 1,000 a b __x__ 2nd", "en", ("5g", "2nd")),
            ("die hard", "en", ("die", "hard")),
            ("die Straße und das Auto", "de", ("straße", "auto")),
            ("el tren y la casa", "es", ("tren", "casa")),
            ("RT read &amp; cafe\u0301", "en", ("read", "café")),
            ("Great world problem", "en", ("great", "world", "problem")),
            ("東京の天気はとても良いです。カメラ", "ja", ("東京", "天気", "カメラ")),
            ("नमस्ते दुनिया", "hi", ("नमस्ते", "दुनिया")),
            ("안녕 세상", "ko", ("안녕", "세상")),
        ],
    )
    def test_are_those_that_say_something(self, text: str, language: str, found: tuple[str, ...]) -> None:
        assert terms_of(post(text, language=language)).words == found

    def test_of_an_unknown_language_are_freed_from_the_stop_words_of_all(self) -> None:
        assert terms_of(post("das train que house", language="und")).words == ("train", "house")

    def test_are_never_whole_sentences(self) -> None:
        text = "ฉันไปโรงเรียนทุกวันตอนเช้า 我今天早上去北京看我的朋友 " + "ha" * 100

        assert terms_of(post(text, language="und")).words == ()

    def test_are_fifty_at_most(self) -> None:
        assert len(terms_of(post(" ".join(f"word{number}" for number in range(100)))).words) == 50


class TestEmoji:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("😀😀 👍🏽", ("😀", "👍🏽")),
            ("👩‍👩‍👧👩‍🚀", ("👩‍👩‍👧", "👩‍🚀")),
            ("🇩🇪🇫🇷🇩", ("🇩🇪", "🇫🇷")),
            ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", ("🏴󠁧󠁢󠁥󠁮󠁧󠁿",)),
            ("1️⃣ 2 #", ("1️⃣",)),
            ("❤ ❤️", ("❤️",)),
            ("© ® ™ ↔ 日 é", ()),
            ("\u200d\ufe0f", ()),
        ],
    )
    def test_are_whole_clusters(self, text: str, found: tuple[str, ...]) -> None:
        assert terms_of(post(text)).emoji == found

    def test_are_ten_at_most(self) -> None:
        assert len(terms_of(post("".join(chr(0x1F600 + number) for number in range(40)))).emoji) == 10


class TestCountedUnder:
    def test_names_every_kind_once(self) -> None:
        counted = counted_under(post("Read #news @bob https://example.com/ 😀"))

        assert counted == (
            (Kind.HASHTAG, "news"),
            (Kind.MENTION, "bob"),
            (Kind.LINK, "example.com"),
            (Kind.WORD, "read"),
            (Kind.EMOJI, "😀"),
            (Kind.AUTHOR, "alice"),
            (Kind.LANGUAGE, "en"),
            (Kind.SOURCE, "x"),
        )

    def test_leaves_out_an_author_who_is_not_told(self) -> None:
        assert dict(counted_under(post("", author=""))) == {Kind.LANGUAGE: "en", Kind.SOURCE: "x"}

    @settings(max_examples=400, deadline=None)
    @given(
        text=st.text() | st.text("#@＃/.:abчй1 \u0301\u200d\ufe0f😀🇩\x00\n京ที'_"),
        author=st.text(max_size=300),
        links=st.lists(st.text() | st.text().map("https://a.b/{}".format)).map(tuple),
        source=st.sampled_from(["x", "bluesky"]),
    )
    def test_gives_values_that_any_database_keeps(
        self, text: str, author: str, links: tuple[str, ...], source: str
    ) -> None:
        counted = counted_under(post(text, author=author, links=links, source=source))

        assert len(set(counted)) == len(counted)
        for _, value in counted:
            value.encode()
            assert 0 < len(value) <= LONGEST_VALUE
            assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(category, value))

    def test_bears_lone_halves_of_letters(self) -> None:
        counted = counted_under(post("\ud83d #a\ud83d b\udc00cd", author="\ud83dbob", links=("https://a.b/\ud83d",)))

        assert (Kind.HASHTAG, "a") in counted
        assert (Kind.AUTHOR, "bob") in counted

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize("source", ["x", "bluesky"])
    @pytest.mark.parametrize("kind", list(HOSTILE))
    def test_comes_back_from_huge_texts_of(self, kind: str, source: str) -> None:
        assert len(counted_under(post(HOSTILE[kind], source=source))) < 120
