"""The contract on a real Hadoop, which bin/install-hadoop brings: so that what was recorded of it is still so."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.mapreduce.cases import Case
from tests.mapreduce.contract import EngineContract, Result
from tests.mapreduce.hadoop.local_mode import is_installed, plain_python, run_case

AT_ONCE = 2  # a client takes a second of one core to start
Results = dict[str, Future[Result]]


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    """Begin all cases that are wanted, so that they need not wait for each other."""
    folder = tmp_path_factory.mktemp("hadoop")
    tests = [item for item in request.session.items if isinstance(item, pytest.Function) and item.cls is TestRealHadoop]
    cases: list[Case] = [test.callspec.params["case"] for test in tests]
    with plain_python(), ThreadPoolExecutor(AT_ONCE) as pool:
        yield {case.name: pool.submit(run_case, case, folder / case.name) for case in cases if not case.needs_retries}
        pool.shutdown(cancel_futures=True)


@pytest.mark.hadoop
@pytest.mark.skipif(not is_installed(), reason="there is no Hadoop here: bin/install-hadoop brings one")
class TestRealHadoop(EngineContract):
    retries = False
    results: Results

    @pytest.fixture(autouse=True)
    def begun(self, results: Results) -> None:
        self.results = results

    def run(self, case: Case, tmp_path: Path) -> Result:
        return self.results[case.name].result()
