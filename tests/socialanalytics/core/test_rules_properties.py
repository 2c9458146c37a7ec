"""What holds of all rules."""

import re
import unicodedata
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from socialanalytics.core.post import Post
from socialanalytics.core.rules import RuleRefused, RuleSet, parse_rule
from socialanalytics.core.rules.conditions import Has, Language
from socialanalytics.core.rules.expressions import And, Expression, Not, Or, joined, keys_needed, written
from socialanalytics.core.rules.parser import parse
from socialanalytics.core.rules.terms import From, Hashtag, Mentioned, Term, Url, Words
from socialanalytics.core.rules.words import words_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LETTERS = "abé東 "
NAMES = st.text("abé_", min_size=1, max_size=3).filter(words_of)
TEXTS = st.text("abé東 OR-.", min_size=1, max_size=6).filter(words_of).map(lambda text: " ".join(text.split()))
TERMS: st.SearchStrategy[Term] = st.one_of(
    TEXTS.map(Words),
    NAMES.map(Hashtag),
    st.sampled_from("ab").map(Mentioned),
    st.sampled_from("ab").map(From),
    st.sampled_from(["en", "id"]).map(Language),
    st.sampled_from(["links", "hashtags", "mentions"]).map(Has),
    st.sampled_from(["a", "example.org"]).map(Url),
)
LEAVES: st.SearchStrategy[Expression] = TERMS | TERMS.map(Not)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda parts: st.builds(joined, st.sampled_from([And, Or]), st.lists(parts, min_size=1, max_size=4)),
    max_leaves=12,
)
POSTS = st.builds(
    Post,
    id=st.just("x:1"),
    source=st.just("x"),
    text=st.lists(st.sampled_from(["a", "b", "É", "e\u0301", "東", "#a", "#É_b", "@b", "http://a", "OR", "."])).flatmap(
        lambda words: st.sampled_from([" ".join(words), "".join(words)])
    ),
    created_at=st.just(NOON),
    author=st.sampled_from(["A", "b", ""]),
    language=st.sampled_from(["en", "id", "und"]),
    links=st.sampled_from([(), ("https://example.org/a",)]),
)


def naively(expression: Expression, post: Post) -> bool:
    """Ask the post without anything that was prepared."""
    match expression:
        case And(parts):
            return all(naively(part, post) for part in parts)
        case Or(parts):
            return any(naively(part, post) for part in parts)
        case Not(term):
            return not naively(term, post)
        case Words(text):
            return beside(words_of(text), words_of(post.text))
        case Url(part):
            links = [*post.links, *re.findall(r"http\S+", post.text)]
            return any(beside(words_of(part), words_of(link)) for link in links)
        case From(author):
            return author.casefold() == post.author.casefold()
        case Language(code):
            return code == post.language
        case Has("links"):
            return bool(post.links) or "http://" in post.text
        case Hashtag() | Mentioned() | Has():
            return has_entity(expression, unicodedata.normalize("NFC", post.text.casefold()))
    raise AssertionError(expression)


def beside(sought: list[str], words: list[str]) -> bool:
    return any(words[at : at + len(sought)] == sought for at in range(len(words)))


def has_entity(term: Term, text: str) -> bool:
    hashtags = re.findall(r"(?:^|(?<=[^\w&/]))#(\w+)", text)
    mentions = re.findall(r"(?:^|(?<=[^\w@/]))@(\w+)(?:\.\w+)*", text)
    match term:
        case Hashtag(name):
            return name.casefold() in hashtags
        case Mentioned(handle):
            return handle in mentions
        case _:
            return bool(hashtags if term == Has("hashtags") else mentions)


class TestEveryRule:
    @settings(max_examples=150)
    @given(expression=EXPRESSIONS)
    def test_reads_back_as_it_was_written(self, expression: Expression) -> None:
        assert parse(written(expression)) == expression

    @settings(max_examples=150)
    @given(expression=EXPRESSIONS, post=POSTS)
    def test_means_what_it_says(self, expression: Expression, post: Post) -> None:
        rule = written(expression)
        if keys_needed(expression) is not None:
            assert parse_rule(rule).matches(post) == naively(expression, post)

    @settings(max_examples=150)
    @given(expressions=st.lists(EXPRESSIONS.filter(lambda each: keys_needed(each) is not None)), post=POSTS)
    def test_is_found_in_a_set_as_alone(self, expressions: list[Expression], post: Post) -> None:
        rules = {number: parse_rule(written(expression)) for number, expression in enumerate(expressions)}

        assert RuleSet(rules).matching(post) == {number for number, rule in rules.items() if rule.matches(post)}

    @settings(max_examples=150)
    @given(expression=EXPRESSIONS)
    def test_can_be_told_and_asked_of_x(self, expression: Expression) -> None:
        try:
            rule = parse_rule(written(expression))
        except RuleRefused:
            return
        assert rule.describe().startswith("posts ")
        assert parse_rule(rule.for_x()).expression == rule.expression


class TestAnyText:
    @settings(max_examples=150)
    @given(text=st.text() | st.text('ab ()-"“”:,*#@ORANDT', max_size=40))
    def test_is_a_rule_or_refused(self, text: str) -> None:
        try:
            rule = parse_rule(text)
        except RuleRefused as refusal:
            assert str(refusal)  # noqa: PT017
        else:
            assert parse(written(rule.expression)) == rule.expression
            RuleSet({1: rule}).matching(Post("x:1", "x", text, NOON))

    @settings(max_examples=150)
    @given(text=st.text())
    def test_is_cut_alike_with_and_without_the_short_way(self, text: str) -> None:
        assert words_of(f"{text} 東")[:-1] == words_of(text)

    @settings(max_examples=150)
    @given(text=st.text())
    def test_is_cut_into_words_that_are_cut_no_further(self, text: str) -> None:
        assert all(words_of(word) == [word] for word in words_of(text))
