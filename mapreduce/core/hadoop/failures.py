"""Why a task failed on a cluster, from what Hadoop says about it to words for the job's owner."""

import re

BEYOND_MEMORY = re.compile(r"beyond (?:the '?)?(?:physical|virtual)'? memory limit", re.IGNORECASE)
MEMORY = re.compile(r"([\d.]+ [KMGT]?B) of ([\d.]+ [KMGT]?B) physical memory used")
SILENT = re.compile(r"Timed out after (\d+) secs")
STATUS = re.compile(r"subprocess (?:failed with|exited with error) code (\d+)")
NO_PROGRAM = re.compile(r'Cannot run program "([^"]*)"')
CONTAINER = re.compile(r"(?:Exit code is|non-zero exit code) (\d+)")
UNREAD = re.compile(r"Broken pipe|Stream closed|subprocess exited successfully")
DAMAGED = re.compile(
    r"EOFException: Unexpected end of input|not a gzip file|ZipException|incorrect (?:header|data) check"
)
EXCEPTION = re.compile(r"^(?:Caused by: |Error: )?[\w.$]+(?:Exception|Error): ")
MOST_CHARACTERS = 300


def failure_in_words(error: str) -> str:
    """Say why an attempt failed, in a sentence or two that begin with “It”."""
    if BEYOND_MEMORY.search(error):
        used = MEMORY.search(error)
        return (
            f"It took more memory than the cluster gives a task{f' ({used[2]})' if used else ''}. Keep less at a time."
        )
    if found := SILENT.search(error):
        return f"It neither read, wrote nor reported anything for {found[1]} seconds. Look for an endless loop."
    if found := NO_PROGRAM.search(error):
        name = found[1].rsplit("/", 1)[-1]
        return f"It could not be started: the cluster’s machines have no program “{name}”, or may not run it."
    if found := STATUS.search(error):
        return f"It ended with exit status {found[1]}.{_hint(int(found[1]))}"
    if DAMAGED.search(error):
        return "It could not read its input: a packed file is damaged. Upload it again."
    if UNREAD.search(error):
        return "It ended before it had read all its input (Broken pipe)."
    if found := CONTAINER.search(error):
        return f"Its container was killed on the cluster (exit code {found[1]})."
    first = next((line.strip() for line in error.splitlines() if line.strip()), "")
    return (
        f"It failed: {EXCEPTION.sub('', first)[:MOST_CHARACTERS]}"
        if first
        else "It failed, and Hadoop does not say why."
    )


def _hint(status: int) -> str:
    """Say what a status means that a shell, `env` or a signal gives."""
    if status == 126:
        return " It may not be executed."
    if status == 127:
        return " A program that it needs was not found on the cluster’s machines."
    return f" It was killed by signal {status - 128}." if 128 < status < 160 else ""
