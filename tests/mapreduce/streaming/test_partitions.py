"""Reducers get the keys that real Hadoop gave them."""

import pytest

from mapreduce.core.streaming.partitioner import Partitioner, partition_of
from tests.mapreduce.partitions import KEY_FIELD_PARTITIONS


@pytest.mark.parametrize(("key", "fields", "reducers", "partition"), KEY_FIELD_PARTITIONS)
def test_a_key_goes_where_hadoop_sent_it(
    key: bytes, fields: tuple[int, int] | None, reducers: int, partition: int
) -> None:
    assert partition_of(key, reducers, fields) == partition


def test_a_block_of_keys_goes_where_hadoop_sent_each() -> None:
    given = [(key, reducers, partition) for key, fields, reducers, partition in KEY_FIELD_PARTITIONS if fields is None]
    keys = [key for key, _, _ in given if b"\t" not in key]
    block = b"".join(key + b"\tvalue\n" for key in keys) * 1000

    found = Partitioner(given[0][1]).reducers_of(block, False)

    assert found == [partition for key, _, partition in given if b"\t" not in key] * 1000
