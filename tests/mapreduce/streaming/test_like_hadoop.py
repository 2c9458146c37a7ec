"""The local engine does what real Hadoop was recorded to do, byte for byte."""

from pathlib import Path

from mapreduce.core.streaming import LocalRun, sandbox_missing
from tests.mapreduce.cases import Case
from tests.mapreduce.contract import EngineContract, Result, follow, lay_out


class TestLocalEngine(EngineContract):
    def run(self, case: Case, tmp_path: Path) -> Result:
        inputs, program = lay_out(case, tmp_path)
        run = LocalRun(
            case.job,
            inputs=inputs,
            program=program,
            output=tmp_path / "output",
            scratch=tmp_path / "scratch",
            sandboxed=not sandbox_missing(),
        )
        return follow(run)
