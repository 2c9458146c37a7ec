"""What an environment's file may say, and what is said of a wrong one."""

from pathlib import Path

import pytest

from deploy.environment_file import FOLDER, EnvironmentInvalid, read_environment


def fault(folder: Path, text: str) -> str:
    """Read a file that cannot be, and give the words."""
    (folder / "test.toml").write_text(text)
    with pytest.raises(EnvironmentInvalid) as raised:
        read_environment("test", folder)
    return str(raised.value)


class TestEnvironment:
    @pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
    def test_those_in_the_repository_can_be(self, name: str) -> None:
        assert read_environment(name).name == name

    def test_needs_a_domain_alone(self, tmp_path: Path) -> None:
        (tmp_path / "test.toml").write_text('domain = "apps.example.org"')

        environment = read_environment("test", tmp_path)

        assert environment.mails_from == "apps.example.org"
        assert environment.database.multi_az
        assert environment.tiers.web.minimum == 2

    def test_a_tier_that_says_one_thing_keeps_its_other_defaults(self, tmp_path: Path) -> None:
        (tmp_path / "test.toml").write_text('domain = "apps.example.org"\n[tiers.worker]\nmaximum = 9')

        worker = read_environment("test", tmp_path).tiers.worker

        assert worker.maximum == 9
        assert worker.spot

    def test_that_is_missing_names_those_that_are_there(self, tmp_path: Path) -> None:
        (tmp_path / "staging.toml").write_text("")

        with pytest.raises(EnvironmentInvalid, match=r"prod\.toml is not there\. Environments: staging"):
            read_environment("prod", tmp_path)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", 'domain is missing. Write domain = "cloudapps.example.org"'),
            ("domain = ", "is not TOML"),
            ('domain = "https://example.org"', 'Write it like "cloudapps.example.org"'),
            ('domain = "a.example.org"\nregoin = "eu-central-1"', "regoin is not a key. Did you mean region?"),
            ('domain = "a.example.org"\n[tiers.wbe]', "tiers.wbe is not a key. Did you mean web?"),
            (
                'domain = "a.example.org"\n[tiers.web]\nminimun = 3',
                "tiers.web.minimun is not a key. Did you mean minimum?",
            ),
            ('domain = "a.example.org"\n[tiers.web]\nminimum = "3"', "tiers.web.minimum = '3'"),
            ('domain = "a.example.org"\n[tiers.web]\nminimum = 9', "minimum 9 is above maximum 6"),
            ('domain = "a.example.org"\n[tiers.web]\nminimum = 0', "scale_to_zero = true"),
            ('domain = "a.example.org"\nnetwork = "8.8.0.0/16"', "must be a private network"),
            ('domain = "a.example.org"\nnetwork = "10.0.0.0/24"', "such as 10.20.0.0/16"),
            ('domain = "a.example.org"\nnetwork = "ten"', "network"),
            ('domain = "a.example.org"\nnat = "none"', "nat = 'none'"),
            ('domain = "a.example.org"\n[settings]\nMETRICS_TOKEN = "x"', "METRICS_TOKEN is a secret"),
            ('domain = "a.example.org"\n[alarms]\nmail = "alice"', 'Write it like "ops@example.org"'),
            ('domain = "a.example.org"\nname = "other"', "leave out name"),
        ],
    )
    def test_that_cannot_be_says_what_to_write(self, tmp_path: Path, text: str, words: str) -> None:
        said = fault(tmp_path, text)

        assert words in said
        assert "test.toml" in said

    def test_with_several_faults_names_them_all(self, tmp_path: Path) -> None:
        said = fault(tmp_path, 'region = "mars"\nnat = "none"')

        assert len(said.splitlines()) == 3
