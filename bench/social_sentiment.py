"""
How often the analysers are right, on any labelled file: `make bench-sentiment DATA=posts.tsv`.

A line of the file is a label, a tab, and the text (UTF-8; more tabs belong to the text; a first line of headings is
left out). Labels are positive, neutral, negative, or numbers: 1, 0, -1, or 2, 1, 0. Broken lines are named and left
out. Accuracy is the share of right ones; macro-F1 the mean of the F1 of the moods that the file holds. The last columns
are the shares of posts that an analyser calls so.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from socialanalytics.core.analysers import ANALYSERS, Analyser
from socialanalytics.core.post import Mood

FROM_MINUS_ONE = {"1": Mood.POSITIVE, "0": Mood.NEUTRAL, "-1": Mood.NEGATIVE}
FROM_ZERO = {"2": Mood.POSITIVE, "1": Mood.NEUTRAL, "0": Mood.NEGATIVE}
WORDS = {mood.value: mood for mood in Mood}
SHOWN = 10  # broken lines that are named


class Unlabelled(Exception):
    """The file cannot be read as labelled posts."""


@dataclass
class Labelled:
    """Posts with the mood that people gave them, and the lines that are none."""

    posts: list[tuple[Mood, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def read(lines: Sequence[str]) -> Labelled:
    """
    Read labelled posts.

    :raises Unlabelled: if no line is one, or the numbers may mean either scale.
    """
    rows = [line.rstrip("\r\n").partition("\t") for line in lines]
    labels = scale_of({label.strip().lower() for label, _, _ in rows})
    found = Labelled()
    for number, (label, tab, text) in enumerate(rows, start=1):
        mood = labels.get(label.strip().lower())
        if tab and mood is not None:
            found.posts.append((mood, text))
        elif number == 1 and tab and not label.strip().lstrip("+-").isdigit():
            continue  # headings
        elif label.strip() or tab:
            found.broken.append(
                f"line {number}: " + ("no tab" if not tab else f"the label {label[:30]!r} is not known")
            )
    if not found.posts:
        raise Unlabelled("No line is a label (positive, neutral, negative, or numbers), a tab, and a text.")
    return found


def scale_of(labels: set[str]) -> dict[str, Mood]:
    """Tell what the labels of a file mean; 2 and -1 tell the scales of numbers apart."""
    if {"2", "-1"} <= labels:
        raise Unlabelled("Labels 2 and -1 stand in one file: use 1, 0, -1, or 2, 1, 0, or words.")
    if {"0", "1"} & labels and not {"2", "-1"} & labels:
        raise Unlabelled("Labels 0 and 1 alone may mean either scale: use positive, neutral and negative.")
    return {**WORDS, **(FROM_ZERO if "2" in labels else FROM_MINUS_ONE)}


def accuracy(pairs: Sequence[tuple[Mood, Mood]]) -> float:
    """Tell the share of (said by people, said by us) that agree."""
    return sum(true == said for true, said in pairs) / len(pairs)


def macro_f1(pairs: Sequence[tuple[Mood, Mood]]) -> float:
    """Average F1 over the moods that people gave."""
    right = Counter(true for true, said in pairs if true == said)
    given, guessed = Counter(true for true, _ in pairs), Counter(said for _, said in pairs)
    return sum(2 * right[mood] / (given[mood] + guessed[mood]) for mood in given) / len(given)


def row_of(analyser: Analyser, posts: Sequence[tuple[Mood, str]]) -> str:
    """Score all posts, and tell how it went in a row of the table."""
    analyser.score("Load the lexicon.")
    begun = time.process_time()
    said = [analyser.score(text).mood for _, text in posts]
    rate = len(posts) / max(time.process_time() - begun, 1e-9)
    pairs = [(true, mood) for (true, _), mood in zip(posts, said, strict=True)]
    shares = "".join(f"{Counter(said)[mood] / len(said):>10.3f}" for mood in Mood)
    return f"{analyser.title:<16}{accuracy(pairs):>10.3f}{macro_f1(pairs):>10.3f}{rate:>12,.0f}{shares}"


def main() -> int:
    parser = argparse.ArgumentParser(description="How often the analysers are right on labelled posts.")
    parser.add_argument("file", type=Path, help="label, tab, text in each line")
    path: Path = parser.parse_args().file
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file:
            labelled = read(file.readlines())
    except (OSError, Unlabelled) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    for broken in labelled.broken[:SHOWN]:
        print(f"{path}, {broken}: left out", file=sys.stderr)
    if len(labelled.broken) > SHOWN:
        print(f"{path}: {len(labelled.broken) - SHOWN} more lines left out", file=sys.stderr)
    print(f"{len(labelled.posts):,} posts: " + ", ".join(f"{n:,} {mood}" for mood, n in moods(labelled).items()))
    print(f"{'':<16}{'accuracy':>10}{'macro-F1':>10}{'posts/s':>12}" + "".join(f"{mood:>10}" for mood in Mood))
    for analyser in ANALYSERS.values():
        print(row_of(analyser, labelled.posts))
    return 0


def moods(labelled: Labelled) -> Counter[Mood]:
    """Count the posts of each mood."""
    return Counter(mood for mood, _ in labelled.posts)


if __name__ == "__main__":
    sys.exit(main())
