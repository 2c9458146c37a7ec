"""Codes of languages: X keeps some that were replaced long ago."""

RENAMED = {"in": "id", "iw": "he", "ji": "yi"}
_OLD = {new: old for old, new in RENAMED.items()}
UNKNOWN = "und"
_NAMES = {
    "ar": "Arabic", "bn": "Bengali", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "ta": "Tamil", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian",
    "und": "a language nobody knows", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def language_code(tag: str) -> str:
    """Give a language's code of two or three small letters without its region; `und` for what is none."""
    code = tag.replace("_", "-").partition("-")[0].lower()
    if not (2 <= len(code) <= 3 and code.isascii() and code.isalpha()):
        return UNKNOWN
    private = len(code) == 3 and "qaa" <= code <= "qtz"  # X writes qme, qht… where a post has no words
    return UNKNOWN if private or code == "zxx" else RENAMED.get(code, code)


def x_code(code: str) -> str:
    """Give the code that X uses for a language."""
    return _OLD.get(code, code)


def name_of(code: str) -> str:
    """Name a language in English; its code where the name is not known."""
    return _NAMES.get(code, code)
