"""Programs as people bring them: a text with a name, and the command that runs it."""

import re
from dataclasses import dataclass
from typing import ClassVar

FILENAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
SHEBANG = re.compile(
    r"#!\s*(?:/usr/bin/env\s+(?:-S\s+)?)?(?P<path>[A-Za-z0-9_./+-]+)(?P<arguments>(?:\s+[A-Za-z0-9_.=-]+)*)\s*"
)
LARGEST_BYTES = 256 * 1024
INTERPRETERS = {".py": "python3", ".sh": "bash", ".pl": "perl", ".awk": "awk -f", ".rb": "ruby", ".js": "node"}


class ScriptRefused(Exception):
    """It cannot be run as it is; `str(error)` says why and what to do."""


@dataclass(frozen=True)
class Script:
    """A mapper, reducer or combiner in the text of its language."""

    filename: str
    text: str

    none: ClassVar["Script"]

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def command(self) -> str:
        """
        The words that run it in the folder where it lies, by its first line or else by its name's ending.

        :raises ScriptRefused: if neither tells.
        """
        first = self.text.split("\n", 1)[0].rstrip("\r")
        if found := SHEBANG.fullmatch(first):
            interpreter = found["path"].rsplit("/", 1)[-1]
            interpreter = "python3" if interpreter == "python" else interpreter
            return " ".join([interpreter, *found["arguments"].split(), self.filename])
        for ending, interpreter in INTERPRETERS.items():
            if self.filename.endswith(ending):
                return f"{interpreter} {self.filename}"
        raise ScriptRefused(
            f"It is not clear what runs {self.filename}. Begin it with a line such as #!/usr/bin/env python3, "
            f"or give it a name that ends with one of {', '.join(INTERPRETERS)}."
        )

    def check(self) -> None:
        """See that it can be run. :raises ScriptRefused:"""
        if not FILENAME.fullmatch(self.filename):
            raise ScriptRefused(f"{self.filename!r} cannot be a program's name: use letters, digits, dots, dashes.")
        if "\0" in self.text:
            raise ScriptRefused(f"{self.filename} is no text. Programs are scripts, such as Python's.")
        if len(self.text.encode()) > LARGEST_BYTES:
            raise ScriptRefused(
                f"{self.filename} is larger than {LARGEST_BYTES // 1024} KB. Bring data as extra files."
            )
        self.command  # noqa: B018 - it raises if there is none


Script.none = Script("", "")


@dataclass(frozen=True)
class Scripts:
    """The two or three scripts of one program; a reducer or combiner that is not there has no text."""

    mapper: Script
    reducer: Script = Script.none
    combiner: Script = Script.none

    @property
    def all(self) -> tuple[Script, ...]:
        """Those that there are."""
        return tuple(script for script in (self.mapper, self.reducer, self.combiner) if script)

    def check(self) -> None:
        """See that they can be run together. :raises ScriptRefused:"""
        if not self.mapper.text.strip():
            raise ScriptRefused("The mapper is empty. Write what reads records from stdin and prints key TAB value.")
        texts: dict[str, str] = {}
        for script in self.all:
            script.check()
            if texts.setdefault(script.filename, script.text) != script.text:
                raise ScriptRefused(f"Two different programs are called {script.filename}. Rename one of them.")
