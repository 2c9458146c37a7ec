"""
Record what real Hadoop gives for the cases of the contract, after bin/install-hadoop:

    .venv/bin/python -m tests.mapreduce.record_hadoop [CASE...]
"""

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mapreduce.cases import CASES, Case
from tests.mapreduce.contract import RECORDED, to_json
from tests.mapreduce.hadoop.local_mode import plain_python, run_case


def record(case: Case) -> str:
    """Run one, write what came, and say it."""
    with tempfile.TemporaryDirectory() as folder:
        result = run_case(case, Path(folder, "case"))
    (RECORDED / f"{case.name}.json").write_text(json.dumps(to_json(result), indent=1, sort_keys=True) + "\n")
    return f"{case.name}: {result.failure or result.parts}"


if __name__ == "__main__":
    wanted = sys.argv[1:]
    RECORDED.mkdir(exist_ok=True)
    chosen = [case for case in CASES if not case.needs_retries and (not wanted or case.name in wanted)]
    with plain_python(), ThreadPoolExecutor(2) as pool:
        for line in pool.map(record, chosen):
            print(line[:2000])
