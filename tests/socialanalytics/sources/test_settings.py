"""Which sources there are, and what is wrong with their settings."""

from typing import Any

import pytest

from socialanalytics.checks import check_addresses, check_sources, check_token
from socialanalytics.sources import PARSERS, SOURCES, source_of
from socialanalytics.sources.bluesky import BlueskySource
from socialanalytics.sources.demo import DemoSource
from socialanalytics.sources.port import SourceTrouble
from socialanalytics.sources.x import XSource


class TestSourceOf:
    @pytest.mark.parametrize(("name", "made"), [("x", XSource), ("bluesky", BlueskySource), ("replay", DemoSource)])
    def test_makes_each_by_its_name(self, name: str, made: type) -> None:
        source = source_of(name)

        assert isinstance(source, made)
        assert (source.name, source.title) == (name, SOURCES[name])
        source.want([])
        assert source.refused() == {}
        assert source.state()
        source.close()

    def test_says_which_there_are(self) -> None:
        with pytest.raises(SourceTrouble, match=r"There is no source 'myspace'\. There are x, bluesky, replay"):
            source_of("myspace")

    def test_knows_how_to_read_each(self) -> None:
        assert PARSERS.keys() == SOURCES.keys()


class TestChecks:
    def test_find_nothing_wrong_with_the_defaults(self) -> None:
        assert [*check_sources(), *check_token(), *check_addresses()] == []

    def test_name_a_source_that_is_none(self, settings: Any) -> None:
        settings.SOCIAL_SOURCES = ["x", "myspace"]

        (found,) = check_sources()

        assert found.msg == "SOCIAL_SOURCES: there is no source 'myspace'."

    def test_ask_for_a_token_of_x(self, settings: Any) -> None:
        settings.SOCIAL_SOURCES = ["x"]
        assert [each.id for each in check_token()] == ["socialanalytics.E002"]

        settings.X_BEARER_TOKEN = "a-token"
        assert check_token() == []

    @pytest.mark.parametrize("address", ["http://api.x.com", "api.x.com", "https://", "ftp://127.0.0.1", ""])
    def test_refuse_an_address_that_is_open_or_none(self, settings: Any, address: str) -> None:
        settings.X_API_URL = settings.BLUESKY_JETSTREAM_URL = address

        assert [each.id for each in check_addresses()] == ["socialanalytics.E003", "socialanalytics.E004"]

    def test_let_a_machine_speak_to_itself(self, settings: Any) -> None:
        settings.X_API_URL, settings.BLUESKY_JETSTREAM_URL = "http://127.0.0.1:1", "ws://localhost:2"

        assert check_addresses() == []
