"""What keeps the house in order: names that stand in two places, templates, pages, pins."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import get_commands
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from ninja import Schema

from cloudapps import jobs

BASE_DIR = Path(__file__).resolve().parent.parent
APPS = ("cloudapps", "imageproc", "clouddrive", "mapreduce", "socialanalytics")
TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))
OF_PAGES = [path for path in TEMPLATES if path.parent.name != "mail"]  # mails load no stylesheet
COMPONENTS = sorted((BASE_DIR / "templates/components").glob("*.html"))

# Written by processes and tools, not by a person who sets something up.
NOT_SETTINGS = {"VIPS_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR", "DJANGO_SETTINGS_MODULE", "MANAGER_PID"}
OF_REQUESTS = {"REQUEST_METHOD", "PATH_INFO", "REMOTE_ADDR", "RAW_URI", "CONTENT_LENGTH", "CONTENT_TYPE"}  # WSGI's
PROGRAMS = BASE_DIR / "mapreduce/core/library"  # what jobs run: their variables are settings of jobs, not of the house


def name_of(path: Path) -> str:
    return path.relative_to(BASE_DIR).as_posix()


def sources() -> list[Path]:
    found = [path for app in (*APPS, "deploy") for path in sorted((BASE_DIR / app).rglob("*.py"))]
    return [path for path in found if PROGRAMS not in path.parents]


class TestTasks:
    def test_every_job_names_a_task_and_a_queue(self) -> None:
        for model in jobs.kinds():
            assert model.task in current_app.tasks, model
            assert model.queue in settings.QUEUES, model

    def test_every_chore_of_beat_is_a_task_with_a_queue(self) -> None:
        for chore in settings.CELERY_BEAT_SCHEDULE.values():
            assert chore["task"] in current_app.tasks
            assert chore["options"]["queue"] in settings.QUEUES

    def test_every_task_of_ours_takes_what_a_later_sender_may_add(self) -> None:
        for name, task in current_app.tasks.items():
            if name.split(".")[0] in APPS:
                assert "_later" in task.run.__code__.co_varnames, name

    def test_nobody_imports_a_task(self) -> None:
        for path in sources():
            if path.name != "tasks.py":
                assert not re.search(r"from \S+\.tasks import|import \S+\.tasks", path.read_text()), path


class TestSettings:
    @pytest.fixture
    def read(self) -> set[str]:
        """Every name that the code reads from the environment."""
        names: set[str] = set()
        for path in sources():
            for node in ast.walk(ast.parse(path.read_text())):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name("env")), args=[ast.Constant(str(name)), *_]):
                        names.add(name)
                    case ast.Call(func=ast.Attribute(value=owner, attr="get" | "setdefault" | "getenv"), args=args):
                        if ast.unparse(owner) in {"os.environ", "environ", "os"} and isinstance(args[0], ast.Constant):
                            names.add(str(args[0].value))
                    case ast.Subscript(value=owner, slice=ast.Constant(str(name))):
                        if ast.unparse(owner) == "os.environ":
                            names.add(name)
        return {name for name in names if name.isupper() and name not in NOT_SETTINGS and not name.startswith("HTTP_")}

    @pytest.fixture
    def documented(self) -> set[str]:
        return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (BASE_DIR / ".env.example").read_text(), re.MULTILINE))

    def test_every_one_is_documented(self, read: set[str], documented: set[str]) -> None:
        assert read - documented - OF_REQUESTS == set()

    def test_every_documented_one_is_read(self, read: set[str], documented: set[str]) -> None:
        assert documented - read == set()

    def test_the_defaults_of_numbers_are_those_that_are_documented(self) -> None:
        code = (BASE_DIR / "cloudapps/settings.py").read_text()
        documented = dict(re.findall(r"^# ([A-Z0-9_]+)=(\d+)$", (BASE_DIR / ".env.example").read_text(), re.MULTILINE))
        defaults = dict(re.findall(r'env\.int\("(\w+)", default=([^)]+)\)', code))

        assert len(defaults) > 10
        for name, default in defaults.items():
            product = 1
            for factor in default.replace("_", "").replace("**", "^").split("*"):
                base, _, power = factor.strip().partition("^")
                product *= int(base) ** int(power or 1)
            assert int(documented[name]) == product, name

    def test_the_policy_allows_nothing_unsafe(self) -> None:
        assert "unsafe" not in str(settings.CONTENT_SECURITY_POLICY)


class TestTemplates:
    @pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
    def test_compile(self, path: Path) -> None:
        get_template(path.relative_to(BASE_DIR / "templates").as_posix())

    @pytest.mark.parametrize("path", OF_PAGES, ids=name_of)
    def test_hold_no_style_script_or_handler_of_their_own(self, path: Path) -> None:
        source = path.read_text()

        assert not re.search(r"""\sstyle\s*=""", source)
        assert "<style" not in source
        assert not re.search(r"""<[^>{]*\son[a-z]+\s*=""", source)
        assert "javascript:" not in source
        for attributes, script in re.findall(r"<script([^>]*)>(.*?)</script>", source, re.DOTALL):
            assert "src=" in attributes or 'type="application/json"' in attributes, script

    @pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
    def test_say_what_a_component_needs(self, path: Path) -> None:
        first = path.read_text().splitlines()[0]

        assert re.fullmatch(rf"\{{# components/{re.escape(path.name)}: .+ #\}}.*", first), first
        assert "Needs" in first or "needs nothing" in first.lower(), first

    def test_include_components_with_only_what_they_need(self) -> None:
        for path in TEMPLATES:
            for tag in re.findall(r"\{%\s*include \"components/[^%]*%\}", path.read_text()):
                assert re.search(r"\bonly\s*%\}", tag), f"{name_of(path)}: {tag}"

    def test_load_no_static_file_that_is_not_there(self) -> None:
        for path in TEMPLATES:
            for found in re.findall(r"""\{% static ['"]([^'"]+)['"]""", path.read_text()):
                assert finders.find(found), f"{name_of(path)}: {found}"


class TestSchemas:
    def test_have_names_of_their_own_in_the_description(self) -> None:
        """Two with one name would be one in the description of the API, whatever module each is in."""
        ours = [found for found in _below(Schema) if found.__module__.split(".")[0] in APPS]

        twice = [name for name, count in Counter(found.__name__ for found in ours).items() if count > 1]
        assert twice == []


def _below(kind: type) -> Iterator[type]:
    for found in kind.__subclasses__():
        yield found
        yield from _below(found)


def _names(patterns: list[Any], namespace: str = "") -> list[str]:
    found: list[str] = []
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            if entry.namespace not in {"admin", "api"} and not entry.pattern.regex.groups:
                found += _names(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern) and entry.name and not entry.pattern.regex.groups:
            found.append(f"{namespace}{entry.name}")
    return sorted(set(found))


# There is nothing to turn off and nothing to see before there is a second factor: tests/platform/test_accounts.py.
WITH_A_SECOND_FACTOR = {"mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes"}


class TestPages:
    @pytest.mark.parametrize(
        "name", sorted(set(_names(get_resolver("cloudapps.urls").url_patterns)) - WITH_A_SECOND_FACTOR)
    )
    def test_answer_alice_and_nobody(self, alices_browser: Client, nobodys_browser: Client, name: str) -> None:
        address = reverse(name)

        for browser in (alices_browser, nobodys_browser):
            answer = browser.get(address)
            assert answer.status_code < 500
            assert answer.status_code != 404, "every page is there"

    def test_have_no_form_without_a_csrf_token(self) -> None:
        for path in TEMPLATES:
            for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
                assert "csrf" in form, f"{name_of(path)}: {form[:80]}"


class TestRequirements:
    @pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
    def test_pin_exact_versions(self, name: str) -> None:
        lines = [line.split("#")[0].strip() for line in (BASE_DIR / name).read_text().splitlines()]
        pins = [line for line in lines if line and not line.startswith(("--hash", "-r ", "-c "))]

        assert len(pins) > 10
        for pin in pins:
            assert re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^\s*]+( ?;.*)?( \\)?", pin), pin


class TestProcfile:
    def processes(self) -> dict[str, str]:
        lines = (BASE_DIR / "Procfile").read_text().splitlines()
        return dict(line.split(": ", 1) for line in lines if line.strip() and not line.startswith("#"))

    def test_names_the_processes_that_there_are(self) -> None:
        assert {"web", "worker", "beat"} <= set(self.processes())
        for name, command in self.processes().items():
            script, kept_as, *_ = command.split()
            assert (BASE_DIR / script).is_file()
            assert kept_as == name

    def test_starts_commands_that_exist(self) -> None:
        for command in self.processes().values():
            for found in re.findall(r"manage\.py (\w+)", command):
                assert found in get_commands()
            for found in re.findall(r"--config (\S+)", command):
                assert (BASE_DIR / found).is_file()

    def test_has_a_worker_for_every_queue(self) -> None:
        served = {
            name
            for command in self.processes().values()
            for names in re.findall(r"--queues (\S+)", command)
            for name in names.split(",")
        }

        assert served == set(settings.QUEUES)


def test_every_app_says_what_it_is_for() -> None:
    for name in APPS:
        config = next(config for config in apps.get_app_configs() if config.name == name)
        assert type(config).__doc__
        assert type(config).__doc__.strip().endswith(".")
