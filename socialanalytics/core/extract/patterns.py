"""What links, mentions, hashtags and emoji look like. No pattern looks at a letter more than a few times."""

from typing import Any

import regex

Pattern = Any  # the package has no types

REST = r'[^\s\p{C}<>"“”]{1,2000}'  # of a link, from its host on
LABELS = r"(?<![\w.@/-])(?:[\w-]{1,63}+\.){1,6}"

LINK = regex.compile(
    rf"(?i:https?://|\bwww\.){REST}|{LABELS}\p{{L}}{{2,24}}+/(?:{REST})?|{LABELS}(?:com|org|net|edu|gov|info|io)\b(?!\.\w)"
)
MAIL = regex.compile(r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]+\.[\w.-]+")
MENTION = regex.compile(r"(?<![\w@/.])[@＠](\w+)")
LONG_MENTION = regex.compile(r"(?<![\w@/.])[@＠](\w+(?:(?:-[\w-]*)?\.[\w-]*\w)*)")  # alice.bsky.social too
HASHTAG = regex.compile(r"(?<![\w&/])[#＃](?=[\d_]*+[^\W\d_])(\w+)")  # not of digits alone

# https://www.unicode.org/reports/tr51/#EBNF_and_Regex; © ™ ↔ and their like only where they are asked to be pictures.
PICTURE = r"(?:[\p{Extended_Pictographic}--[\u00a9\u00ae\u2000-\u22ff]]|\p{Extended_Pictographic}(?=\ufe0f))"
ONE = rf"{PICTURE}(?:\ufe0f\u20e3?|\p{{Emoji_Modifier}})?(?:[\U000e0020-\U000e007e]{{1,16}}\U000e007f)?"
EMOJI = regex.compile(
    rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\ufe0f?\u20e3|{ONE}(?:\u200d{ONE}){{0,8}}", regex.VERSION1
)
COLOURED = regex.compile(r"\p{Emoji_Presentation}|\P{Extended_Pictographic}")


def coloured(emoji: str) -> str:
    """Ask for the picture where an old sign stands alone, so that ❤ and ❤️ are one emoji."""
    return emoji if len(emoji) > 1 or COLOURED.match(emoji) else emoji + "\ufe0f"
