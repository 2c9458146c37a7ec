"""A job of a person's, run by a real Hadoop in local mode."""

from pathlib import Path
from typing import Any

import pytest

from cloudapps.models import User
from cloudapps.models.job import Status
from mapreduce import services
from mapreduce.core.scripts import Script, Scripts
from tests.factories import NOW
from tests.mapreduce.hadoop.local_mode import COMMAND, JAR, is_installed, plain_python
from tests.mapreduce.submitting import BROKEN, COUNTED, results_of, submitted, submitted_own


@pytest.mark.hadoop
@pytest.mark.skipif(not is_installed(), reason="there is no Hadoop here: bin/install-hadoop brings one")
class TestAJobOnHadoop:
    @pytest.fixture(autouse=True)
    def hadoop(self, settings: Any, tmp_path: Path) -> Any:
        settings.MAPREDUCE_ENGINES = ["hadoop"]
        settings.HADOOP_COMMAND, settings.HADOOP_STREAMING_JAR = str(COMMAND), str(JAR)
        settings.HADOOP_WORK_URI = f"file://{tmp_path}/work"
        with plain_python():
            yield

    def test_gives_the_results_that_it_gives_elsewhere(self, alice: User) -> None:
        job = submitted(alice)
        services.job_run(job_id=job.pk, now=NOW)
        job.refresh_from_db()

        assert (job.status, job.engine) == (Status.SUCCEEDED, "hadoop"), job.error
        assert results_of(job) == {"part-00000": COUNTED}
        assert job.seen.counters["Map-Reduce Framework"]["Map input records"] == 2

    def test_fails_in_words(self, alice: User) -> None:
        job = submitted_own(alice, Scripts(Script("mapper.py", BROKEN)))
        services.job_run(job_id=job.pk, now=NOW)
        job.refresh_from_db()

        assert job.status == Status.FAILED
        assert "The mapper failed" in job.error
