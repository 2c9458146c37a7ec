"""
What Hadoop's client said: `local-*`, `no-input` and `output-exists` were recorded from Hadoop 3.4.2.

`yarn-*` is put together from the messages of `mapreduce.Job`, `YarnClientImpl` and the containers of a cluster.
"""

from pathlib import Path

from mapreduce.core.hadoop.client_output import ClientOutput

FOLDER = Path(__file__).parent / "recordings"


def listen(name: str) -> ClientOutput:
    """Hear a recording to its end; the first line comes at 100 seconds, each other one a second later."""
    said = ClientOutput()
    number = 0
    for number, line in enumerate((FOLDER / f"{name}.txt").read_text().splitlines()):
        said.feed(line, now=100.0 + number)
    said.finish(now=101.0 + number)
    return said
