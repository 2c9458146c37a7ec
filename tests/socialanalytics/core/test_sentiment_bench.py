from pathlib import Path

import pytest

from bench.social_sentiment import Unlabelled, accuracy, macro_f1, main, read
from socialanalytics.core.post import Mood

GOOD, SO_SO, BAD = Mood.POSITIVE, Mood.NEUTRAL, Mood.NEGATIVE


class TestRead:
    @pytest.mark.parametrize(
        "lines",
        [
            ["positive\tgreat", "neutral\tso so", "negative\tbad\ttoo"],
            ["Positive\tgreat\r\n", " NEUTRAL\tso so\r\n", "negative\tbad\ttoo\r\n"],
            ["1\tgreat", "0\tso so", "-1\tbad\ttoo"],
            ["2\tgreat", "1\tso so", "0\tbad\ttoo"],
            ["label\ttext", "2\tgreat", "1\tso so", "", "0\tbad\ttoo"],
        ],
    )
    def test_takes_words_and_both_scales(self, lines: list[str]) -> None:
        labelled = read(lines)

        assert labelled.posts == [(GOOD, "great"), (SO_SO, "so so"), (BAD, "bad\ttoo")]
        assert labelled.broken == []

    def test_names_broken_lines(self) -> None:
        labelled = read(["positive\tgreat", "negative", "happy\tgreat"])

        assert labelled.broken == ["line 2: no tab", "line 3: the label 'happy' is not known"]
        assert len(labelled.posts) == 1

    @pytest.mark.parametrize("lines", [[], ["label\ttext"], ["great"], ["0\ta", "1\tb"], ["2\ta", "-1\tb"]])
    def test_refuses_what_it_cannot_understand(self, lines: list[str]) -> None:
        with pytest.raises(Unlabelled):
            read(lines)


class TestMeasures:
    PAIRS = [(GOOD, GOOD), (GOOD, BAD), (BAD, BAD), (SO_SO, GOOD)]

    def test_accuracy_is_the_share_of_right_ones(self) -> None:
        assert accuracy(self.PAIRS) == 0.5

    def test_macro_f1_is_the_mean_over_the_moods(self) -> None:
        assert macro_f1(self.PAIRS) == pytest.approx((0.5 + 2 / 3 + 0) / 3)


class TestMain:
    def test_prints_a_row_for_each_analyser(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "posts.tsv"
        file.write_text("positive\tI love it 😍\nnegative\tI hate it\nneutral\tA table\nbroken\n")
        monkeypatch.setattr("sys.argv", ["bench", str(file)])

        assert main() == 0

        told = capsys.readouterr()
        assert [line.split("  ")[0] for line in told.out.splitlines()[2:]] == ["TextBlob", "VADER", "Blend of both"]
        assert told.out.count(" 1.000 ") == 6
        assert "line 4: no tab" in told.err

    def test_says_what_is_wrong_with_the_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.argv", ["bench", str(tmp_path / "missing.tsv")])

        assert main() == 2
        assert "No such file" in capsys.readouterr().err
