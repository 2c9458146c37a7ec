"""What of a job reaches Hadoop, and what is refused because it would not arrive as it is."""

import shlex
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapreduce.core.hadoop.arguments import CannotBePassed, hadoop_command, streaming_arguments
from mapreduce.core.job import StreamingJob


def arguments(job: StreamingJob, **changes: Any) -> list[str]:
    given = {"files": ["/p/mapper.py"], "inputs": ["/in"], "output": "/out", "name": "count"}
    return streaming_arguments(job, **(given | changes))


def options(arguments: list[str], option: str) -> list[str]:
    return [value for name, value in pairwise(arguments) if name == option]


def split_as_hadoop(command: str) -> list[str]:
    """Read a command as PipeMapRed.splitArgs does: spaces and quotes end a word, and empty words are none."""
    words, word, quote = [], "", ""
    for sign in command:
        if sign == quote or (not quote and sign in " '\""):
            words.append(word)
            word = ""
            quote = "" if quote else sign.strip()
        else:
            word += sign
    return [word for word in [*words, word] if word]


class TestAJob:
    def test_of_defaults_says_little(self) -> None:
        assert arguments(StreamingJob(mapper="python3 mapper.py", reducer="python3 reducer.py")) == [
            *("-D", "mapreduce.job.name=count"),
            *("-D", "mapreduce.job.reduces=1"),
            *("-files", "/p/mapper.py"),
            *("-mapper", "python3 mapper.py"),
            *("-reducer", "python3 reducer.py"),
            *("-input", "/in"),
            *("-output", "/out"),
        ]

    def test_of_everything_puts_generic_options_first(self) -> None:
        job = StreamingJob(
            mapper="m",
            reducer="r",
            combiner="c",
            reduce_tasks=3,
            environment={"DAY": "2024-01-01", "LIST": "a,b"},
            separator=";",
            key_fields=2,
            partition_fields=(1, 1),
            compress=True,
        )
        files = ["s3://b/p/mapper.py", "s3://b/x/1f#stop.txt"]

        given = arguments(job, files=files, inputs=["/a", "/b/*"], properties={"mapreduce.task.timeout": "600000"})

        assert options(given, "-D") == [
            "mapreduce.job.name=count",
            "mapreduce.job.reduces=3",
            "stream.map.output.field.separator=;",
            "stream.num.map.output.key.fields=2",
            "mapreduce.partition.keypartitioner.options=-k1,1",
            "mapreduce.map.output.key.field.separator=;",
            "mapreduce.output.fileoutputformat.compress=true",
            "mapreduce.output.fileoutputformat.compress.codec=org.apache.hadoop.io.compress.GzipCodec",
            "mapreduce.task.timeout=600000",
        ]
        first_of_its_own = given.index("-files") + 2
        assert given[first_of_its_own - 1] == "s3://b/p/mapper.py,s3://b/x/1f#stop.txt"
        assert given[first_of_its_own:] == [
            *("-partitioner", "org.apache.hadoop.mapred.lib.KeyFieldBasedPartitioner"),
            *("-mapper", "m", "-combiner", "c", "-reducer", "r"),
            *("-cmdenv", "DAY=2024-01-01", "-cmdenv", "LIST=a,b"),
            *("-input", "/a", "-input", "/b/*", "-output", "/out"),
        ]

    def test_without_reduce_tasks_has_no_reducer(self) -> None:
        given = arguments(StreamingJob(mapper="m", reducer="r", combiner="c", reduce_tasks=0))

        assert options(given, "-reducer") == ["NONE"]
        assert "-combiner" not in given

    def test_without_a_reducer_leaves_the_sorting_to_hadoop(self) -> None:
        assert "-reducer" not in arguments(StreamingJob(mapper="m", reduce_tasks=2))

    def test_of_no_files_names_none(self) -> None:
        assert "-files" not in arguments(StreamingJob(mapper="cat"), files=[])


class TestAName:
    @pytest.mark.parametrize(
        ("name", "passed"),
        [
            ('Words, "all" of them\nand more', 'Words, "all" of them and more'),
            ("\x01\x00", "job"),
            ("${env.AWS_SECRET_ACCESS_KEY}", "$ {env.AWS_SECRET_ACCESS_KEY}"),
            ('"quoted"', "quoted"),
            ("Größe = 3", "Größe = 3"),
        ],
    )
    def test_keeps_what_hadoop_passes_on(self, name: str, passed: str) -> None:
        given = arguments(StreamingJob(mapper="cat"), name=name)

        assert options(given, "-D")[0] == f"mapreduce.job.name={passed}"


class TestTheEnvironment:
    @pytest.mark.parametrize("value", ["", "plain", "a,b", "a=b", "-D x", "é", '"a', "it's", "$HOME", "{a}", "*"])
    def test_goes_by_cmdenv_where_that_keeps_it(self, value: str) -> None:
        given = arguments(StreamingJob(mapper="cat", environment={"ODD": value}))

        assert options(given, "-cmdenv") == ([f"ODD={value}"] if " " not in value else [])

    @pytest.mark.parametrize("value", ["a b", " ", "${user.name}", "a\tb", "a\nb", "\x01", 'a"'])
    def test_goes_before_the_commands_where_cmdenv_would_garble_it(self, value: str) -> None:
        job = StreamingJob(mapper="m", reducer="r", combiner="c", environment={"ODD": value, "PLAIN": "1"})

        given = arguments(job)

        assert options(given, "-cmdenv") == ["PLAIN=1"]
        for option, program in [("-mapper", "m"), ("-combiner", "c"), ("-reducer", "r")]:
            [command] = options(given, option)
            assert split_as_hadoop(command) == ["env", f"ODD={value}", program]

    def test_still_finds_a_program_of_the_task_folder(self) -> None:
        job = StreamingJob(mapper="mapper.py -x", environment={"ODD": "a b"})

        assert options(arguments(job), "-mapper") == ["env 'ODD=a b' ./mapper.py -x"]

    def test_refuses_what_cannot_arrive(self) -> None:
        with pytest.raises(CannotBePassed, match="both kinds of quotes"):
            arguments(StreamingJob(mapper="cat", environment={"ODD": 'it\'s "odd"'}))
        with pytest.raises(CannotBePassed, match="null byte"):
            arguments(StreamingJob(mapper="cat", environment={"ODD": "a b\0"}))

    @pytest.mark.parametrize("name", ["", "A B", "A=B", "1A", "Ä"])
    def test_refuses_names_that_are_none(self, name: str) -> None:
        with pytest.raises(CannotBePassed, match="name of a variable"):
            arguments(StreamingJob(mapper="cat", environment={name: "1"}))


class TestACommand:
    @pytest.mark.parametrize(
        "command",
        ["cat", "sed -e 's/a b/c/'", '''awk "it's"''', r"grep \\.", "'my program' -x", "a\\ b", "x'y z'w", "-x y"],
    )
    def test_is_split_as_a_shell_would(self, command: str) -> None:
        written = hadoop_command(command, environment={}, files=set())

        assert split_as_hadoop(written) == shlex.split(command)
        assert not written.startswith("-")
        assert written.strip('"') == written  # commons-cli would

    @given(st.lists(st.text(st.characters(exclude_characters="'\0", codec="utf-8"), min_size=1), min_size=1))
    def test_keeps_its_words(self, words: list[str]) -> None:
        assert split_as_hadoop(hadoop_command(shlex.join(words), environment={}, files=set())) == words

    @pytest.mark.parametrize("command", ["", "  ", "a 'b", "a ''", """a 'it'"'"'s "odd"'""", "a\0b"])
    def test_is_refused_when_a_word_would_be_lost(self, command: str) -> None:
        with pytest.raises(CannotBePassed):
            hadoop_command(command, environment={}, files=set())


class TestFiles:
    @pytest.mark.parametrize("file", ["/p/a.py", "hdfs:///p/a.py", "/p/1#größe_2+x@=~-.txt"])
    def test_pass(self, file: str) -> None:
        assert options(arguments(StreamingJob(mapper="cat"), files=[file]), "-files") == [file]

    @pytest.mark.parametrize(
        "file", ["/p/a b.py", "/p/a,b.py", "/p/1#a b", "/p/1#a%20b", "/p/a*", "/p p/a.py", "/p/a:b"]
    )
    def test_are_refused_when_their_name_means_something(self, file: str) -> None:
        with pytest.raises(CannotBePassed):
            arguments(StreamingJob(mapper="cat"), files=[file])


class TestWhatHadoopCannotKeep:
    @pytest.mark.parametrize("separator", ["", ";;", "\x01", "é", '"', "\n", "\r"])
    def test_separators(self, separator: str) -> None:
        with pytest.raises(CannotBePassed, match="separator"):
            arguments(StreamingJob(mapper="cat", separator=separator))

    def test_control_characters_in_properties(self) -> None:
        with pytest.raises(CannotBePassed, match=r"my\.property"):
            arguments(StreamingJob(mapper="cat"), properties={"my.property": "\x01"})

    @pytest.mark.parametrize("path", ["", "-x", "/a,b", "/a\x01"])
    def test_paths(self, path: str) -> None:
        with pytest.raises(CannotBePassed, match="path"):
            arguments(StreamingJob(mapper="cat"), inputs=[path])
