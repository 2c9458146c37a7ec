"""
Pictures against the clock: our filters beside plain Pillow, and beside ImageMagick and thumbor with --peers.

Each measurement is one run in a fresh process, after a tiny picture has warmed it up; the contenders take
turns; medians are printed. CPU and wall in milliseconds; memory is the peak above what the process had before.
Our rotation is bilinear: it stands beside Pillow's bicubic, which its users are told to take, and its bilinear.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import plain

FOLDER = Path("var/bench")
PHOTO, TINY, PROXY = FOLDER / "photo.jpg", FOLDER / "tiny.jpg", FOLDER / "proxy.jpg"
THUMBOR = FOLDER / "thumbor-venv/bin/python"

BY_VIPS = {"resize", "rotate", "blur", "sharpen", "median", "edge", "contour", "emboss"}
PARAMS: dict[str, dict[str, Any]] = {
    "rotate": {"degrees": 15},
    "crop": {"x": 10, "y": 10, "width": 80, "height": 80},
}
FIVE = [
    {"filter": "rotate", "params": {"degrees": 15}},
    {"filter": "blur", "params": {"radius": 5}},
    {"filter": "sharpen", "params": {"radius": 2, "amount": 100}},
    {"filter": "contrast", "params": {"amount": 120}},
    {"filter": "saturation", "params": {"amount": 140}},
]
MAGICK = {
    "resize": ["-resize", "800x600"],
    "rotate": ["-background", "white", "-rotate", "15"],
    "blur": ["-blur", "0x5"],
    "sharpen": ["-unsharp", "0x2+1+0"],
    "median": ["-median", "3"],
    "edge": ["-morphology", "Convolve", "3x3: -1,-1,-1 -1,8,-1 -1,-1,-1"],
    "grayscale": ["-colorspace", "Gray"],
    "thumbnail": ["-thumbnail", "400x400"],
    "five": [
        *("-background", "white", "-rotate", "15", "-blur", "0x5", "-unsharp", "0x2+1+0"),
        *("-brightness-contrast", "0x20", "-modulate", "100,140"),
    ],
}
THUMBOR_SIZES = {"resize": (800, 600), "thumbnail": (400, 300), "proxy": (1600, 1200)}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: milliseconds of CPU and on the wall, megabytes above the start."""

    cpu: float
    wall: float
    memory: float


def make_photo() -> None:
    """Draw the 12-megapixel photo from a seed: smooth light, shapes with edges, grain."""
    import numpy as np
    from PIL import Image, ImageDraw

    rng = np.random.default_rng(2026)
    width, height = 4000, 3000
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    light = [
        120 + 80 * np.sin(x / 700) + 30 * y / height,
        110 + 70 * np.cos(y / 500 + x / 1500),
        130 + 60 * np.sin((x + y) / 900),
    ]
    image = Image.fromarray(np.stack(light, -1).clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(300):
        (left, top), radius = rng.integers((0, 0), (width, height)), rng.integers(10, 250)
        colour = tuple(int(value) for value in rng.integers(0, 255, 3))
        draw.ellipse((left - radius, top - radius, left + radius, top + radius), fill=colour)
    grain = rng.normal(0, 5, (height, width, 1)).astype(np.float32)
    grainy = (np.asarray(image) + grain).clip(0, 255).astype(np.uint8)
    FOLDER.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grainy).save(PHOTO, quality=90)
    image.resize((64, 48)).save(TINY)
    image.resize((1600, 1200)).save(PROXY, quality=82)


def run_ours(case: str, source: Path, destination: Path) -> None:
    """Do what the application does in this case."""
    from imageproc.core.limits import Limits
    from imageproc.core.pipeline import OutputOptions, parse, preview, process, thumbnail

    limits = Limits()
    if case in ("thumbnail", "proxy"):
        thumbnail(source, destination, {"thumbnail": 400, "proxy": 1600}[case], limits)
        return
    name = case.removesuffix(" preview").removesuffix(" bilinear")
    steps = FIVE if name == "five" else [{"filter": name, "params": PARAMS.get(name, {})}]
    if case.endswith(" preview"):
        destination.write_bytes(preview(source, parse(steps, limits), scale=0.4).body)
    else:
        process(source, parse(steps, limits), OutputOptions("jpeg"), destination, limits)


def memory_mb(field: str) -> float:
    """Read this process's memory, VmRSS (now) or VmHWM (at most), in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def measure_here(run: Callable[[str, Path, Path], None], case: str) -> Cost:
    """Warm this process up, then measure one run."""
    destination = FOLDER / "result.jpg"
    run(case, TINY, destination)
    before, cpu, wall = memory_mb("VmRSS"), time.process_time(), time.perf_counter()
    run(case, PROXY if case.endswith(" preview") else PHOTO, destination)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Cost(cpu * 1000, wall * 1000, memory_mb("VmHWM") - before)


def measure_command(command: list[str]) -> Cost:
    """Run a foreign program as a whole; its start is a few milliseconds of it."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, env={"OMP_NUM_THREADS": "1", "MAGICK_THREAD_LIMIT": "1"})
    wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Cost(cpu * 1000, wall * 1000, after.ru_maxrss / 1024)


def measure(tool: str, case: str) -> Cost:
    """Measure one run in a fresh process."""
    command = [sys.executable, "-m", "bench.images", "--one", tool, case]
    if tool == "thumbor":
        width, height = THUMBOR_SIZES[case]
        command = [str(THUMBOR), "bench/thumbor_run.py", str(PHOTO), str(width), str(height)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Cost(**json.loads(output.splitlines()[-1]))


def measure_one(tool: str, case: str) -> Cost:
    """Be the fresh process."""
    if tool == "magick":
        options = ["-quality", "85", str(FOLDER / "result.jpg")]
        return measure_command(
            ["/usr/bin/env", shutil.which("convert") or "convert", str(PHOTO), *MAGICK[case], *options]
        )
    return measure_here(run_ours if tool == "ours" else plain.run, case)


def tools_for(case: str, peers: bool) -> list[str]:
    """Name the contenders of a case."""
    tools = ["ours", *(["plain"] if case in plain.FILTERS else [])]
    if peers and case in MAGICK and shutil.which("convert"):
        tools.append("magick")
    if peers and case in THUMBOR_SIZES and THUMBOR.exists():
        tools.append("thumbor")
    return tools


def compare(case: str, runs: int, peers: bool) -> dict[str, Cost]:
    """Let the contenders take turns, and give the median of each."""
    tools = tools_for(case, peers)
    costs: dict[str, list[Cost]] = {tool: [] for tool in tools}
    for _ in range(runs):
        for tool in tools:
            costs[tool].append(measure(tool, case))
    return {
        tool: Cost(*(statistics.median(getattr(cost, field) for cost in rounds) for field in ("cpu", "wall", "memory")))
        for tool, rounds in costs.items()
    }


def target_of(case: str, costs: dict[str, Cost]) -> tuple[str, bool] | None:
    """Tell the target of a case and whether it is met; most have none."""
    ours = costs["ours"]
    if case.endswith(" preview"):
        return f"CPU {ours.cpu:.0f} ≤ 200 ms", ours.cpu <= 200
    if case == "thumbnail" and "thumbor" in costs:
        ratio = ours.cpu / costs["thumbor"].cpu
        return f"{ratio:.2f} ≤ 1.0 of thumbor", ratio <= 1
    limit = 0.6 if case == "five" else 0.5 if case in BY_VIPS else None
    if limit is None:
        return None
    ratio = ours.cpu / costs["plain"].cpu
    words, met = f"{ratio:.2f} ≤ {limit} of Pillow", ratio <= limit
    if case == "five":
        words, met = f"{words}, {ours.memory:.0f} ≤ 200 MB", met and ours.memory <= 200
    return words, met


def line(case: str, costs: dict[str, Cost]) -> str:
    """Write one row of the table."""
    cells = [f"{case:<24}"]
    for tool in ("ours", "plain", "magick", "thumbor"):
        cost = costs.get(tool)
        cells.append(f"{cost.cpu:6.0f} {cost.wall:6.0f} {cost.memory:5.0f}" if cost else f"{'–':>19}")
    cells.append(f"{costs['ours'].cpu / costs['plain'].cpu:5.2f}" if "plain" in costs else f"{'–':>5}")
    target = target_of(case, costs)
    cells.append(f"{'met ' if target[1] else 'MISSED'} {target[0]}" if target else "")
    return " | ".join(cells)


def main() -> None:
    """Print the table; exit with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="add ImageMagick and thumbor where installed")
    parser.add_argument("--only", nargs="*", help="only these cases")
    parser.add_argument("--one", nargs=2, metavar=("TOOL", "CASE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        cost = measure_one(*options.one)
        print(json.dumps({"cpu": cost.cpu, "wall": cost.wall, "memory": cost.memory}))
        return
    make_photo()
    cases = options.only or [*plain.FILTERS, "blur preview", "sharpen preview", "rotate preview", "five preview"]
    print(f"12-megapixel JPEG, medians of {options.runs}; each tool: CPU ms, wall ms, MB above the start")
    heads = [f"{tool:>19}" for tool in ("ours", "plain Pillow", "ImageMagick", "thumbor")]
    print(" | ".join([f"{'case':<24}", *heads, "ratio", "target (CPU)"]))
    missed = []
    for case in cases:
        costs = compare(case, options.runs, options.peers)
        print(line(case, costs), flush=True)
        target = target_of(case, costs)
        if target and not target[1]:
            missed.append(case)
    print("All targets are met." if not missed else f"Missed: {', '.join(missed)}.")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
