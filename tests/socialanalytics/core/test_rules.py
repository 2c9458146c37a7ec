"""The language in which a tracker says what it wants."""

from datetime import UTC, datetime
from typing import Any

import pytest

from socialanalytics.core.post import Post
from socialanalytics.core.rules import RuleRefused, parse_rule

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def post(text: str = "", **fields: Any) -> Post:
    return Post(id="x:1", source="x", text=text, created_at=NOON, **fields)


def means(rule: str, text: str = "", **fields: Any) -> bool:
    return parse_rule(rule).matches(post(text, **fields))


class TestWord:
    @pytest.mark.parametrize(
        "text", ["coffee", "COFFEE!", "(Coffee)", "tea,coffee;milk", "#coffee", "coffee’s", "x_coffee"]
    )
    def test_is_found_whole_whatever_its_case_and_what_stands_around_it(self, text: str) -> None:
        assert means("coffee", text)

    @pytest.mark.parametrize("text", ["", "coffees", "decoffee", "coffe", "cof fee", "coffeé"])
    def test_is_not_found_in_others(self, text: str) -> None:
        assert not means("coffee", text)

    def test_means_its_accents_as_on_x(self) -> None:
        assert means("café", "Cafe\u0301 crème")
        assert not means("café", "cafe")
        assert not means("cafe", "café")

    @pytest.mark.parametrize(
        ("rule", "text"),
        [
            ("straße", "STRASSE"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("İstanbul", "i̇stanbul"),
            ("हिन्दी", "मेरी हिन्दी।"),
            ("c3po", "C3PO"),
        ],
    )
    def test_is_found_in_any_alphabet(self, rule: str, text: str) -> None:
        assert means(rule, text)

    def test_of_india_is_not_cut_at_its_vowel_signs(self) -> None:
        assert not means("हिन", "हिन्दी")

    @pytest.mark.parametrize(
        ("rule", "text"),
        [
            ("東京", "私は東京に住む"),
            ("コーヒー", "美味しいコーヒーA"),
            ("กาแฟ", "ฉันชอบกาแฟมาก"),
            ("커피", "커피를 마셔요"),
            ("手机", "我的手机"),
        ],
    )
    def test_is_found_inside_where_a_script_has_no_spaces(self, rule: str, text: str) -> None:
        assert means(rule, text)
        assert not means(rule, text[::-1])

    @pytest.mark.parametrize(
        ("rule", "text"),
        [("❤️", "so❤good"), ("❤", "❤️"), ("👍", "yes👍🏽"), ("🇩🇪", "go 🇨🇭🇩🇪"), ("👩‍💻", "a 👩‍💻 codes")],
    )
    def test_may_be_an_emoji(self, rule: str, text: str) -> None:
        assert means(rule, text)

    def test_of_a_flag_is_not_found_across_two(self) -> None:
        assert not means("🇭🇩", "🇨🇭🇩🇪")


class TestPhrase:
    @pytest.mark.parametrize("text", ["a Flat White", "flat-white", "flat,\n white", "#flat #white", "flat_white"])
    def test_is_found_where_its_words_are_side_by_side(self, text: str) -> None:
        assert means('"flat white"', text)

    @pytest.mark.parametrize("text", ["white flat", "flat big white", "flatwhite", "flats white"])
    def test_is_not_found_elsewhere(self, text: str) -> None:
        assert not means('"flat white"', text)

    def test_may_be_quoted_as_phones_do(self) -> None:
        assert parse_rule("“flat white”").expression == parse_rule('"flat white"').expression

    def test_may_go_without_quotes_where_punctuation_joins_it(self) -> None:
        assert means("coca-cola", "Coca Cola")
        assert means("don't", "I don’t")


class TestTerms:
    def test_hashtag_is_the_whole_one(self) -> None:
        assert means("#thanku", "#ThankU!")
        assert means("#flat_white", "＃flat_white")
        assert means("#हिन्दी", "मेरी #हिन्दी।")
        assert not means("#thanku", "#thankunext")
        assert not means("#thanku", "thanku")
        assert not means("#thanku", "page#thanku")
        assert not means("a has:hashtags", "a #1")

    def test_mention_is_the_whole_one(self) -> None:
        assert means("@alice", "hi @Alice.")
        assert means("@alice.example.org", "@alice.example.org")
        assert means("@alice", "@alice.example.org")
        assert not means("@alice", "@alice_b")
        assert not means("@alice", "alice")
        assert not means("@example", "alice@example.org")

    def test_from_is_the_author(self) -> None:
        assert means("from:@Alice", author="alice")
        assert means("from:did:plc:abc", author="did:plc:abc")
        assert not means("from:alice", "alice", author="bob")

    def test_lang_is_without_region_and_knows_old_codes(self) -> None:
        assert means("a lang:EN-gb", "a", language="en")
        assert means("a lang:in", "a", language="id")
        assert means("a lang:und", "a")
        assert not means("a lang:en", "a", language="de")

    def test_has_looks_for_one_of_a_kind(self) -> None:
        assert means("a has:links", "a https://example.org")
        assert means("a has:links", "a", links=("https://example.org",))
        assert means("a has:hashtags", "a #b")
        assert means("a has:mentions", "a @b")
        assert not any(means(f"a has:{kind}", "a b") for kind in ("links", "hashtags", "mentions"))

    @pytest.mark.parametrize(
        "rule", ["url:example", "url:example.org", 'url:"https://www.example.org/news"', "url:NEWS"]
    )
    def test_url_is_a_part_of_a_link(self, rule: str) -> None:
        assert means(rule, "https://www.example.org/news/1")
        assert means(rule, links=("https://www.example.org/news/1",))
        assert not means(rule, "www.example.org/news", links=("https://examples.org/new-s",))


class TestJoins:
    @pytest.mark.parametrize("rule", ["a b", "a AND b", "(a) (b)", "b a", "-(-a OR -b)", "NOT (NOT a OR NOT b)"])
    def test_and_wants_both(self, rule: str) -> None:
        assert means(rule, "a b")
        assert not means(rule, "a")
        assert not means(rule, "b")

    def test_or_wants_one_and_binds_less(self) -> None:
        assert means("a OR b c", "a")
        assert means("a OR b c", "b c")
        assert not means("a OR b c", "b")
        assert not means("(a OR b) c", "a")

    @pytest.mark.parametrize(
        "rule", ["a -b", "a NOT b", "a –b", "-b a", "a AND NOT b", "a ---b", "a -(b OR c)", "a -b -c"]
    )
    def test_not_wants_none(self, rule: str) -> None:
        assert means(rule, "a")
        assert not means(rule, "a b")

    def test_words_in_small_letters_are_words(self) -> None:
        assert not means("a or b", "a b")
        assert means("a or b", "a b or")
        assert means('a "OR"', "a or")


class TestForX:
    @pytest.mark.parametrize(
        ("rule", "for_x"),
        [
            ("coffee AND tea", "coffee tea"),
            ("coffee NOT tea", "coffee -tea"),
            ("skiing -(snow OR day)", "skiing -snow -day"),
            ("(a OR b) c", "(a OR b) c"),
            ("a OR b c", "a OR (b c)"),
            ("coca-cola", '"coca-cola"'),
            ("“flat   white”", '"flat white"'),
            ('"OR" a', '"OR" a'),
            ("a lang:id", "a lang:in"),
            ("url:example.org", 'url:"example.org"'),
            ("from:alice OR from:did:plc:abc", "from:alice"),
            ("a -@alice.example.org", "a"),
            ("a (b OR -from:did:plc:abc)", "a"),
        ],
    )
    def test_is_in_xs_syntax(self, rule: str, for_x: str) -> None:
        assert parse_rule(rule).for_x() == for_x

    def test_is_refused_where_nothing_is_left(self) -> None:
        with pytest.raises(RuleRefused, match="like from:alice"):
            parse_rule("from:did:plc:abc a").for_x()

    def test_is_refused_where_it_is_too_long(self) -> None:
        assert len(parse_rule(f"{'a' * 1022} b").for_x()) == 1024
        with pytest.raises(RuleRefused, match="has 1025"):
            parse_rule(f"{'a' * 1023} b").for_x()


class TestDescription:
    @pytest.mark.parametrize(
        ("rule", "words"),
        [
            ("coffee", "posts with “coffee”"),
            ("coffee tea milk", "posts with “coffee”, “tea” and “milk”"),
            ("coffee OR tea OR #latte", "posts with “coffee”, “tea” or #latte"),
            ("coffee -tea -milk", "posts with “coffee”, but without “tea” or “milk”"),
            ('a "flat white" from:alice lang:en', "posts with “a” and “flat white”, by @alice, in English"),
            ("a OR @bob", "posts with “a”, or mentioning @bob"),
            ("a b -c OR d", "posts with “d”; or with “a” and “b”, but without “c”"),
            ("a (b OR c)", "posts with “a”, and with “b” or “c”"),
            ("a (b OR -c has:links)", "posts with “a”, and either (with “b”) or (with a link, but without “c”)"),
            ("url:example.org -lang:xx", "posts linking to “example.org”, but not in xx"),
        ],
    )
    def test_is_a_sentence(self, rule: str, words: str) -> None:
        assert parse_rule(rule).describe() == words


class TestRefusal:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "empty: write at least one word"),
            (" \n", "empty"),
            ("a" * 2049, "2049 letters; 2048 are the most"),
            ("a " * 101, "more than 100 things"),
            ("(" * 21 + "a" + ")" * 21, "more than 20 deep"),
            ("-" * 21 + "a", "more than 20 deep"),
            ("a \0", r"Letter 3 \(U\+0000\)"),
            ("\ud83d", r"Letter 1 \(U\+D83D\)"),
            ("(", "ends with an open bracket"),
            ("()", r"“\)” \(letter 2\) has nothing before it"),
            ("a (b", r"bracket at letter 3 is never closed: put a \)"),
            ("a b)", r"“\)” \(letter 4\) closes no bracket"),
            ("OR a", r"“OR” \(letter 1\) has nothing before it"),
            ("a OR", r"“OR” \(letter 3\) has nothing after it"),
            ("a AND OR b", r"“AND” \(letter 3\) has nothing after it"),
            ("a -", r"“-” \(letter 3\) has nothing after it"),
            ('a "b', r"quote at letter 3 is never closed"),
            ("coffee, tea", r"“coffee,” \(letter 1\) ends with a comma: put OR between"),
            ("a coff*", r"“coff\*” \(letter 3\).*each form"),
            ("a !!", r"“!!” \(letter 3\) has no letter"),
            ('""', "has no letter"),
            ("https://example.org", 'write url:"example.org"'),
            ("a is:retweet", r"“is:” \(letter 3\) is not known.*\"is:retweet\""),
            ("from: alice", "needs something right after it, as in from:alice"),
            ("from:a/b", "no account: write it like from:alice"),
            ("a lang:english", "write its code of two letters, like lang:en"),
            ("a has:media", "choose of has:links, has:hashtags, has:mentions"),
            ("url:!", "no part of a link"),
            ("#a-b", "no hashtag"),
            ("#", "no hashtag"),
            ("#2026", "one letter at least"),
            ("@", "no mention: write it like @alice"),
            ("-a", "nearly every post"),
            ("lang:en has:links", "nearly every post"),
            ("a OR lang:en", "nearly every post"),
            ("a OR -b", "nearly every post"),
        ],
    )
    def test_says_what_is_wrong_where_and_what_to_write(self, text: str, words: str) -> None:
        with pytest.raises(RuleRefused, match=words):
            parse_rule(text)
