"""The core in threads, in forked children, and among them the picture library that must not be used before."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest
from PIL import Image

from imageproc.core.errors import PictureTooLarge
from imageproc.core.limits import Limits
from imageproc.core.pipeline import OutputOptions, parse, process
from imageproc.core.registry import FILTERS

LIMITS = Limits()
STEPS = [{"filter": "blur"}, {"filter": "sepia"}, {"filter": "rotate", "params": {"degrees": 10}}]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def source(tmp_path):
    Image.effect_mandelbrot((300, 200), (-2, -1, 1, 1), 50).convert("RGB").save(tmp_path / "source", "JPEG")
    return tmp_path / "source"


def python(code, *arguments):
    command = [sys.executable, "-c", dedent(code), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout


class TestWorkers:
    def test_threads_give_the_same_result(self, source, tmp_path):
        pipeline = parse(STEPS, LIMITS)

        def work(number):
            destination = tmp_path / f"result{number}"
            process(source, pipeline, OutputOptions("png"), destination, LIMITS)
            return destination.read_bytes()

        with ThreadPoolExecutor(8) as pool:
            results = set(pool.map(work, range(40)))

        assert len(results) == 1

    def test_importing_starts_no_thread(self):
        code = """
            import os
            import imageproc.core.pipeline, imageproc.core.catalogue
            imageproc.core.pipeline.parse([{"filter": "edge"}], imageproc.core.pipeline.Limits())
            print(len(os.listdir("/proc/self/task")))
        """

        assert python(code).strip() == "1"

    def test_children_forked_after_the_import_work(self, source, tmp_path):
        code = """
            import multiprocessing, sys
            from pathlib import Path
            from imageproc.core.limits import Limits
            from imageproc.core.pipeline import OutputOptions, parse, process

            steps = [{"filter": "blur"}, {"filter": "sepia"}, {"filter": "edge"}]

            def work(number):
                source, destination = Path(sys.argv[1]), Path(sys.argv[2]) / f"child{number}"
                return process(source, parse(steps, Limits()), OutputOptions(), destination, Limits()).width

            with multiprocessing.get_context("fork").Pool(2) as pool:
                print(pool.map_async(work, range(6)).get(30))
        """

        assert python(code, source, tmp_path).strip() == str([300] * 6)

    def test_a_file_that_changes_under_its_name_gives_its_new_pixels(self, source, tmp_path, limits):
        results = []
        for colour in ("red", "blue"):
            Image.new("RGB", (9, 9), colour).save(source, "JPEG")
            process(source, parse([{"filter": "blur"}], limits), OutputOptions("png"), tmp_path / "r", limits)
            results.append((tmp_path / "r").read_bytes())

        assert results[0] != results[1]


class TestMistakesInFilters:
    def run(self, monkeypatch, source, error):
        def broken(image):
            raise error

        entry = FILTERS["equalize"]
        broken_entry = type(entry)(entry.spec, entry.engine, broken, None)
        monkeypatch.setitem(FILTERS, "equalize", broken_entry)
        pipeline = parse([{"filter": "equalize"}], LIMITS)
        process(source, pipeline, OutputOptions(), source.with_suffix(".out"), LIMITS)

    @pytest.mark.parametrize("error", [ValueError("mine"), TypeError("mine"), OSError("mine")])
    def test_are_not_called_a_broken_picture(self, monkeypatch, source, error):
        with pytest.raises(type(error), match="mine"):
            self.run(monkeypatch, source, error)

    def test_but_memory_is_a_matter_of_size(self, monkeypatch, source):
        with pytest.raises(PictureTooLarge, match="memory"):
            self.run(monkeypatch, source, MemoryError())
