"""What Hadoop's client says, read."""

from mapreduce.core.job import Stage, TaskState
from mapreduce.engines.emr.syslog import read_syslog

JOB = "2026-01-15 12:00:00,123 INFO org.apache.hadoop.mapreduce.Job (main):"
TEXT = f"""\
2026-01-15 11:59:00,000 WARN something else
{JOB} Running job: job_1700000000000_0042
{JOB}  map 0% reduce 0%
{JOB} Task Id : attempt_1700000000000_0042_m_000003_1, Status : FAILED
Error: java.lang.RuntimeException: PipeMapRed.waitOutputThreads(): subprocess failed with code 1
\tat org.apache.hadoop.streaming.PipeMapRed.waitOutputThreads(PipeMapRed.java:326)

{JOB} Task Id : attempt_1700000000000_0042_r_000000_0, Status : KILLED
{JOB}  map 100% reduce 83%
"""
COUNTERS = f"""\
{JOB} Counters: 3
\tFile System Counters
\t\tFILE: Number of bytes read=12
\tMap-Reduce Framework
\t\tMap input records=1000
\t\tCPU time spent (ms)=5
2026-01-15 12:01:00,000 INFO org.apache.hadoop.streaming.StreamJob (main): Output directory: s3://bucket
"""


class TestSyslog:
    def test_is_nothing_at_first(self) -> None:
        found = read_syslog("")

        assert (found.progress.stage, found.progress.percent, found.application) == (Stage.MAP, 0, "")

    def test_tells_how_far_the_job_is(self) -> None:
        found = read_syslog(TEXT)

        assert found.application == "application_1700000000000_0042"
        assert (found.progress.stage, found.progress.map, found.progress.sort) == (Stage.REDUCE, 1, 1)
        assert round(found.progress.reduce, 2) == 0.49

    def test_tells_which_attempts_failed(self) -> None:
        failed, killed = read_syslog(TEXT).failed

        assert (failed.kind, failed.number, failed.attempt, failed.state) == ("map", 3, 2, TaskState.FAILED)
        assert failed.error.startswith("Error: java.lang.RuntimeException: PipeMapRed")
        assert (killed.kind, killed.number, killed.attempt, killed.state) == ("reduce", 0, 1, TaskState.KILLED)

    def test_has_the_counters_at_its_end(self) -> None:
        assert read_syslog(TEXT + COUNTERS).counters == {
            "File System Counters": {"FILE: Number of bytes read": 12},
            "Map-Reduce Framework": {"Map input records": 1000, "CPU time spent (ms)": 5},
        }

    def test_tells_what_the_client_complains_of(self) -> None:
        text = "2026-01-15 12:00:00,123 ERROR org.apache.StreamJob (main): Error Launching job : No input"

        assert read_syslog(text).error == "Error Launching job : No input"

    def test_survives_any_text(self) -> None:
        for text in ("Counters: 5", f"{JOB} Counters: 9\n\t\t=\n", "x Task Id : attempt_1_1_m_1_1, Status : FAILED"):
            read_syslog(text)
