"""What the REST door of MapReduce takes and gives."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import StringConstraints, model_validator

from mapreduce import selectors
from mapreduce.core.job import Counters
from mapreduce.core.options import MOST_KEY_FIELDS, MOST_REDUCE_TASKS, Options
from mapreduce.core.pricing import Cluster
from mapreduce.core.programs import LibraryProgram
from mapreduce.core.scripts import Script, Scripts
from mapreduce.models import Job, JobInput, ProgramVersion, Saving, Schedule, TaskAttempt, Trial
from mapreduce.services import ProgramChoice, Source

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
EngineName = Literal["local", "hadoop", "emr"]


class ScriptIn(Schema):
    filename: Annotated[str, Field(max_length=64)]
    text: Annotated[str, Field(max_length=300_000)]

    def script(self) -> Script:
        """Give what the core understands."""
        return Script(self.filename, self.text)


class ScriptsIn(Schema):
    mapper: ScriptIn
    reducer: ScriptIn | None = None
    combiner: ScriptIn | None = None

    def scripts(self) -> Scripts:
        """Give what the core understands."""
        reducer, combiner = (each.script() if each else Script.none for each in (self.reducer, self.combiner))
        return Scripts(self.mapper.script(), reducer, combiner)


class ProgramIn(ScriptsIn):
    title: Title


class ProgramChangeIn(ScriptsIn):
    title: Title | None = None


class SourceIn(Schema):
    """Exactly one of them."""

    upload_id: UUID | None = None
    drive_item_id: UUID | None = None
    job_id: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> "SourceIn":
        if sum(value is not None for value in (self.upload_id, self.drive_item_id, self.job_id)) != 1:
            raise ValueError("Name one of upload_id, drive_item_id, job_id.")
        return self

    def source(self) -> Source:
        """Give what the services understand."""
        kinds = JobInput.Source
        named = ((kinds.UPLOAD, self.upload_id), (kinds.DRIVE, self.drive_item_id), (kinds.JOB, self.job_id))
        return next(Source(kind, value) for kind, value in named if value is not None)


class OptionsIn(Schema):
    reduce_tasks: Annotated[int, Field(ge=0, le=MOST_REDUCE_TASKS)] | None = None
    use_combiner: bool = True
    environment: dict[str, str] = {}
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    key_fields: Annotated[int, Field(ge=1, le=MOST_KEY_FIELDS)] | None = None
    partition_fields: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    compress: bool = False

    def options(self, program: LibraryProgram | None) -> Options:
        """Give what the services understand; what is not named is what the program is usually run with."""
        usual = Options() if program is None else _usual_options(program)
        fields = tuple(self.partition_fields) if self.partition_fields else usual.partition_fields
        return Options(
            reduce_tasks=usual.reduce_tasks if self.reduce_tasks is None else self.reduce_tasks,
            use_combiner=self.use_combiner,
            environment=self.environment,
            separator=self.separator or usual.separator,
            key_fields=self.key_fields or usual.key_fields,
            partition_fields=fields,  # type: ignore[arg-type]  # two, as the schema has it
            compress=self.compress,
        )


class ClusterIn(Schema):
    instance_type: Annotated[str, Field(max_length=30)] = "m5.xlarge"
    core_instances: Annotated[int, Field(ge=1, le=100)] = 2
    task_instances: Annotated[int, Field(ge=0, le=100)] = 0

    def cluster(self) -> Cluster:
        """Give what the core understands."""
        return Cluster(**self.dict())


class TrialIn(OptionsIn):
    """A program of the library, a version of one's own, or scripts that are not saved."""

    program: Annotated[str, Field(max_length=50)] | None = None
    program_id: UUID | None = None
    scripts: ScriptsIn | None = None
    inputs: Annotated[list[SourceIn], Field(max_length=1000)] = []
    files: Annotated[list[SourceIn], Field(max_length=100)] = []

    @model_validator(mode="after")
    def _one_program(self) -> "TrialIn":
        if sum(value is not None for value in (self.program, self.program_id, self.scripts)) != 1:
            raise ValueError("Name one of program, program_id, scripts.")
        return self


class MapReduceJobIn(OptionsIn):
    """
    A program of the library (`program`), one's own (`program_id`, perhaps `version`), or uploaded scripts, which
    become a program of one's own with the job's name.
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    program: Annotated[str, Field(max_length=50)] | None = None
    program_id: UUID | None = None
    version: Annotated[int, Field(ge=1)] | None = None
    mapper_upload_id: UUID | None = None
    reducer_upload_id: UUID | None = None
    combiner_upload_id: UUID | None = None
    inputs: Annotated[list[SourceIn], Field(max_length=1000)] = []
    input_upload_ids: Annotated[list[UUID], Field(max_length=1000)] = []
    files: Annotated[list[SourceIn], Field(max_length=100)] = []
    engine: EngineName | None = None
    cluster: ClusterIn = ClusterIn()
    max_minutes: Annotated[int, Field(ge=1, le=100_000)] | None = None
    max_cost: Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)] | None = None

    @model_validator(mode="after")
    def _one_program(self) -> "MapReduceJobIn":
        if sum(value is not None for value in (self.program, self.program_id, self.mapper_upload_id)) != 1:
            raise ValueError("Name one of program, program_id, mapper_upload_id.")
        return self

    def sources(self) -> tuple[Source, ...]:
        """Give all data, in either way of naming it."""
        uploaded = (Source(JobInput.Source.UPLOAD, upload_id) for upload_id in self.input_upload_ids)
        return (*(each.source() for each in self.inputs), *uploaded)

    def choice(self) -> ProgramChoice:
        """Give the program, if it is not uploaded."""
        return ProgramChoice(self.program or "", self.program_id, self.version)


class EstimateIn(Schema):
    cluster: ClusterIn = ClusterIn()
    input_bytes: Annotated[int, Field(ge=0, le=10**15)] = 0
    minutes: Annotated[int, Field(ge=1, le=100_000)] | None = None


class EstimateOut(Schema):
    """The cost is in US dollars."""

    cost: float
    hours: float
    explanation: str


class ShareIn(Schema):
    shared: bool


class SavingIn(Schema):
    names: Annotated[list[str], Field(max_length=1000)] = []


class ScheduleIn(Schema):
    cron: Annotated[str, Field(max_length=100)]


class PauseIn(Schema):
    paused: bool


class SettingOut(Schema):
    name: str
    label: str
    help: str
    default: str
    required: bool
    choices: list[str]


class ProgramSummaryOut(Schema):
    """One of the library has a slug, one's own an id."""

    slug: str | None
    id: UUID | None
    title: str
    summary: str
    version: int | None
    has_reducer: bool
    has_combiner: bool
    settings: list[SettingOut]
    reduce_tasks: int
    key_fields: int
    partition_fields: list[int] | None
    separator: str


class ProgramsOut(Schema):
    items: list[ProgramSummaryOut]


class ScriptOut(Schema):
    filename: str
    text: str


class ProgramVersionOut(Schema):
    number: int
    created_at: datetime


class ProgramOut(Schema):
    id: UUID
    title: str
    version: int
    versions: list[ProgramVersionOut]
    mapper: ScriptOut
    reducer: ScriptOut | None
    combiner: ScriptOut | None
    url: str


class TrialResultOut(Schema):
    output: str
    is_cut: bool
    error: str
    stderr: str
    last_line: str
    counters: Counters
    seconds: float


class TrialOut(Schema):
    id: UUID
    status: str
    error: str | None
    result: TrialResultOut | None


class MapReduceJobOut(Schema):
    id: UUID
    name: str
    status: str
    progress: int
    stage: str
    map: float
    sort: float
    reduce: float
    counters: Counters
    status_line: str
    error: str | None
    engine: str
    program: str
    options: dict[str, Any]
    attempts: int
    estimated_cost: float | None
    seconds_taken: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    url: str


class MapReduceJobPage(Schema):
    items: list[MapReduceJobOut]
    next: str | None


class MapReduceResultOut(Schema):
    name: str
    size_bytes: int
    url: str


class ResultsOut(Schema):
    items: list[MapReduceResultOut]


class AttemptOut(Schema):
    kind: str
    number: int
    attempt: int
    state: str
    started_at: datetime
    seconds: float
    stderr: str
    error: str
    input: str
    last_line: str


class LogsOut(Schema):
    items: list[AttemptOut]


class ShareOut(Schema):
    url: str | None


class SavingOut(Schema):
    id: UUID
    status: str
    progress: int
    error: str | None
    url: str | None


class ScheduleOut(Schema):
    id: UUID
    job_id: UUID
    name: str
    cron: str
    time_zone: str
    next_at: datetime | None
    trouble: str


class SchedulesOut(Schema):
    items: list[ScheduleOut]


class DriveFileOut(Schema):
    id: UUID
    name: str
    folder: str
    size_bytes: int


class JobSourceOut(Schema):
    id: UUID
    name: str
    finished_at: datetime
    size_bytes: int
    parts: int


class SourcesOut(Schema):
    drive: list[DriveFileOut]
    jobs: list[JobSourceOut]


def library_out(program: LibraryProgram) -> ProgramSummaryOut:
    usual = _usual_options(program)
    return ProgramSummaryOut(
        slug=program.slug,
        id=None,
        title=program.title,
        summary=program.summary,
        version=None,
        has_reducer=program.reducer_command is not None,
        has_combiner=program.combiner_command is not None,
        settings=[SettingOut.model_validate(setting, from_attributes=True) for setting in program.settings],
        reduce_tasks=usual.reduce_tasks,
        key_fields=usual.key_fields,
        partition_fields=list(usual.partition_fields) if usual.partition_fields else None,
        separator=usual.separator,
    )


def own_program_out(row: Any) -> ProgramSummaryOut:  # of `selectors.program_rows`
    return ProgramSummaryOut(
        slug=None,
        id=row.pk,
        title=row.title,
        summary="",
        version=row.newest,
        has_reducer=bool(row.reducer_name),
        has_combiner=bool(row.combiner_name),
        settings=[],
        reduce_tasks=1 if row.reducer_name else 0,
        key_fields=1,
        partition_fields=None,
        separator="\t",
    )


def program_out(request: HttpRequest, version: ProgramVersion) -> ProgramOut:
    program, scripts = version.program, version.scripts
    return ProgramOut(
        id=program.pk,
        title=program.title,
        version=version.number,
        versions=[ProgramVersionOut(number=v.number, created_at=v.created_at) for v in program.versions.defer(*TEXTS)],
        mapper=ScriptOut(filename=scripts.mapper.filename, text=scripts.mapper.text),
        reducer=_script_out(scripts.reducer),
        combiner=_script_out(scripts.combiner),
        url=request.build_absolute_uri(program.get_absolute_url()),
    )


def trial_out(trial: Trial) -> TrialOut:
    result = TrialResultOut(**trial.result) if trial.result else None
    return TrialOut(id=trial.pk, status=trial.status, error=trial.error or None, result=result)


def job_out(request: HttpRequest, job: Job) -> MapReduceJobOut:
    seen = job.seen
    return MapReduceJobOut(
        id=job.pk,
        name=job.name,
        status=job.status,
        progress=job.progress,
        stage=job.stage,
        map=seen.map,
        sort=seen.sort,
        reduce=seen.reduce,
        counters=seen.counters,
        status_line=seen.status,
        error=job.error or None,
        engine=job.engine,
        program=job.library_slug or str(job.version),
        options=job.options,
        attempts=job.attempts,
        estimated_cost=None if job.estimated_cost is None else float(job.estimated_cost),
        seconds_taken=job.seconds_taken,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        url=request.build_absolute_uri(job.get_absolute_url()),
    )


def attempt_out(attempt: TaskAttempt) -> AttemptOut:
    return AttemptOut.model_validate(attempt, from_attributes=True)


def saving_out(request: HttpRequest, saving: Saving) -> SavingOut:
    url = request.build_absolute_uri(saving.url) if saving.url else None
    return SavingOut(id=saving.pk, status=saving.status, progress=saving.progress, error=saving.error or None, url=url)


def schedule_out(schedule: Schedule) -> ScheduleOut:
    return ScheduleOut(
        id=schedule.pk,
        job_id=schedule.model_job_id,
        name=schedule.model_job.name,
        cron=schedule.cron,
        time_zone=schedule.time_zone,
        next_at=schedule.next_at,
        trouble=schedule.trouble,
    )


def sources_out(sources: selectors.Sources) -> SourcesOut:
    return SourcesOut(
        drive=[DriveFileOut(id=f.id, name=f.name, folder=f.folder, size_bytes=f.size_bytes) for f in sources.drive],
        jobs=[
            JobSourceOut(
                id=j.job.pk, name=j.job.name, finished_at=j.finished_at, size_bytes=j.size_bytes, parts=j.parts
            )
            for j in sources.jobs
        ],
    )


TEXTS = ("mapper", "reducer", "combiner")


def _script_out(script: Script) -> ScriptOut | None:
    return ScriptOut(filename=script.filename, text=script.text) if script else None


def _usual_options(program: LibraryProgram) -> Options:
    return Options(
        reduce_tasks=program.reduce_tasks,
        separator=program.separator,
        key_fields=program.key_fields,
        partition_fields=program.partition_fields,
    )
