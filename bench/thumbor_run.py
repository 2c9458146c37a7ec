"""One resize by thumbor's own engine, run by the Python of thumbor's environment; prints its cost as JSON."""

import json
import sys
import time
from pathlib import Path

from thumbor.config import Config
from thumbor.context import Context
from thumbor.engines.pil import Engine


def memory_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def resize(source: Path, width: int, height: int) -> None:
    context = Context(config=Config(QUALITY=85))
    context.request = type("Request", (), {"width": width, "height": height, "focal_points": []})()
    engine = Engine(context)
    engine.load(source.read_bytes(), ".jpg")
    engine.resize(width, height)
    source.with_name("result.jpg").write_bytes(engine.read(".jpg", 85))


photo, size = Path(sys.argv[1]), (int(sys.argv[2]), int(sys.argv[3]))
resize(photo.with_name("tiny.jpg"), 40, 30)
before, cpu, wall = memory_mb("VmRSS"), time.process_time(), time.perf_counter()
resize(photo, *size)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
print(json.dumps({"cpu": cpu * 1000, "wall": wall * 1000, "memory": memory_mb("VmHWM") - before}))
