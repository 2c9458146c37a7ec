"""Every setting, read from the environment (and from `.env` beside `manage.py`); `.env.example` lists the names."""

import logging
from pathlib import Path
from urllib.parse import urlsplit

import environ
import kombu
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from cloudapps.logs import logging_config
from cloudapps.storage.origin import storage_origin

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

# --- Where it runs -----------------------------------------------------------------------------
LOCAL = env.bool("LOCAL", default=False)  # a machine of one's own: plain http, mail to an outbox
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty. Set it to 50 random characters, and keep them secret.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PROXY_COUNT = env.int("PROXY_COUNT", default=0)  # load balancers in front that set X-Forwarded-*
SITE_URL = env.str(  # in mails, where there is no request to tell it
    "SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}" if LOCAL else f"https://{ALLOWED_HOSTS[0]}"
)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()

SCRATCH_DIR = VAR_DIR / "scratch"

# --- The applications --------------------------------------------------------------------------
INSTALLED_APPS = [
    "allauth",  # first, since cloudapps/admin.py replaces some of its pages
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "cloudapps.apps.Platform",
    "imageproc.apps.ImageProcessing",
    "clouddrive.apps.CloudDrive",
    "mapreduce.apps.MapReduce",
    "socialanalytics.apps.SocialAnalytics",
    "csp",
    "django_prometheus",
    "django_structlog",
    "ninja",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cloudapps.accounts.middleware.LastSeenMiddleware",
    "cloudapps.accounts.middleware.PreferencesMiddleware",
    "cloudapps.idempotency.IdempotencyMiddleware",
    "cloudapps.problem_pages.ProblemPageMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "cloudapps.urls"
WSGI_APPLICATION = "cloudapps.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cloudapps.views.site_context",
                "cloudapps.accounts.views.passkey_context",
            ],
        },
    },
]
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("en-us", "English (United States)")]
FORMAT_MODULE_PATH = "cloudapps.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# --- Database and cache ------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'cloudapps.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",  # KiB
    }
else:
    DATABASES["default"]["OPTIONS"] = {"charset": "utf8mb4", "isolation_level": "read committed"}
SILENCED_SYSTEM_CHECKS = ["models.W036"]  # allauth's conditional constraint, which MySQL does not have
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # rate limits must hold over all web processes, so the shared cache is the database
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cloudapps_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # Django's 300 would forget counters while they count
    },
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# --- Object storage and queue ------------------------------------------------------------------
STORAGE_URL = env.str("STORAGE_URL", default=f"file://{VAR_DIR / 'objects'}")  # or s3://bucket/prefix
S3_ENDPOINT_URL = env.str("AWS_ENDPOINT_URL_S3", default=env.str("AWS_ENDPOINT_URL", default=""))
AWS_REGION = env.str("AWS_REGION", default="eu-central-1")
STORAGE_ORIGIN = env.str("STORAGE_ORIGIN", default=storage_origin(STORAGE_URL, S3_ENDPOINT_URL, AWS_REGION))
QUEUE = env.str("QUEUE", default="sqs")  # or memory
QUEUE_PREFIX = env.str("QUEUE_PREFIX", default="cloudapps-")
LOCAL_SQS_URL = f"http://127.0.0.1:{env.int('PORT', default=8000) + 1}" if LOCAL else ""  # see bin/run
SQS_ENDPOINT_URL = env.str("AWS_ENDPOINT_URL_SQS", default=env.str("AWS_ENDPOINT_URL", default=LOCAL_SQS_URL))
QUEUES = ("imageproc", "drive", "mapreduce", "posts")
VISIBILITY_TIMEOUT_SECONDS = env.int(
    "VISIBILITY_TIMEOUT_SECONDS", default=120
)  # longer than any lease, which is longer than any hard time limit
WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2)
WORKER_MEMORY_BYTES = env.int("WORKER_MEMORY_BYTES", default=1_500_000_000)

# --- Celery ------------------------------------------------------------------------------------
CELERY_BROKER_URL = f"sqs://{urlsplit(SQS_ENDPOINT_URL).netloc}"  # without an endpoint boto3 finds Amazon's
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "region": AWS_REGION,
    "is_secure": not SQS_ENDPOINT_URL.startswith("http://"),
    "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
    "wait_time_seconds": 10,
    "polling_interval": 0.01,  # how long a worker with all slots full waits before it asks again
    "queue_name_prefix": QUEUE_PREFIX,
    # A request that sends a job must not wait long for a queue that is down: beat sends it later.
    "client-config": {"connect_timeout": 2, "read_timeout": 5, "retries": {"total_max_attempts": 2}},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES = [kombu.Queue(name, routing_key=name) for name in QUEUES]
CELERY_TASK_DEFAULT_QUEUE = "drive"
CELERY_TASK_IGNORE_RESULT = True  # the row is the result
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = WORKER_CONCURRENCY
CELERY_WORKER_MAX_MEMORY_PER_CHILD = WORKER_MEMORY_BYTES * 2 // 3 // 1024  # KiB at its peak; then a fresh child
CELERY_BEAT_SCHEDULER = "cloudapps.beat.LeasedScheduler"
CELERY_BEAT_SCHEDULE = {  # seconds between two
    task: {"task": task, "schedule": seconds, "options": {"queue": "drive", "expires": seconds}}
    for task, seconds in {
        "cloudapps.recover_jobs": 5,
        "cloudapps.delete_objects": 10,
        "cloudapps.sweep_uploads": 600,
        "cloudapps.forget_idempotency_keys": 3600,
        "cloudapps.clear_sessions": 3600,
        "imageproc.sweep_pictures": 3600,
        "clouddrive.sweep": 60,
        "mapreduce.run_schedules": 15,
        "mapreduce.settle_jobs": 15,
        "mapreduce.sweep": 60,
        "socialanalytics.sweep": 60,
        "socialanalytics.watch": 60,
        "socialanalytics.send_digests": 60,
        "socialanalytics.sweep_raw": 6 * 3600,
    }.items()
}

# --- Uploads -----------------------------------------------------------------------------------
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=5 * 10**9)
UPLOAD_PART_BYTES = env.int("UPLOAD_PART_BYTES", default=8 * 2**20)  # S3 wants at least 5 MiB
UPLOAD_EXPIRES_HOURS = env.int("UPLOAD_EXPIRES_HOURS", default=24)
QUOTA_BYTES = env.int("QUOTA_BYTES", default=10 * 2**30)  # a user may have, unless staff set another limit
UPLOAD_OPEN_LIMIT = env.int("UPLOAD_OPEN_LIMIT", default=1000)  # unfinished ones a user may have at once

# --- Pictures ----------------------------------------------------------------------------------
IMAGE_MAX_BYTES = env.int("IMAGE_MAX_BYTES", default=50 * 2**20)
IMAGE_MAX_PIXELS = env.int("IMAGE_MAX_PIXELS", default=50_000_000)
IMAGE_MAX_SIDE = env.int("IMAGE_MAX_SIDE", default=16_383)
IMAGE_MAX_FRAMES = env.int("IMAGE_MAX_FRAMES", default=300)
IMAGE_MAX_TOTAL_PIXELS = env.int("IMAGE_MAX_TOTAL_PIXELS", default=100_000_000)
IMAGE_MAX_STEPS = env.int("IMAGE_MAX_STEPS", default=10)
IMAGE_TIME_LIMIT_SECONDS = env.int("IMAGE_TIME_LIMIT_SECONDS", default=30)

# --- Drive -------------------------------------------------------------------------------------
DRIVE_TIME_LIMIT_SECONDS = env.int("DRIVE_TIME_LIMIT_SECONDS", default=60)  # for a worker's look at a file
DRIVE_TRASH_DAYS = env.int("DRIVE_TRASH_DAYS", default=30)
DRIVE_MAX_VERSIONS = env.int("DRIVE_MAX_VERSIONS", default=20)  # earlier ones that a file keeps
CLAMD_URL = env.str("CLAMD_URL", default="")  # tcp://host:3310 or unix:///run/clamav/clamd.ctl

# --- MapReduce ---------------------------------------------------------------------------------
MAPREDUCE_ENGINES = env.list(
    "MAPREDUCE_ENGINES", default=["local"]
)  # of local, hadoop, emr; the first is the usual one
MAPREDUCE_TASK_MEMORY_BYTES = env.int("MAPREDUCE_TASK_MEMORY_BYTES", default=2**30)  # on the local engine
MAPREDUCE_OUTPUT_MAX_BYTES = env.int("MAPREDUCE_OUTPUT_MAX_BYTES", default=10 * 10**9)  # of one job
MAPREDUCE_IDLE_SECONDS = env.int("MAPREDUCE_IDLE_SECONDS", default=600)  # a task that neither reads nor writes
MAPREDUCE_MAX_MINUTES = env.int("MAPREDUCE_MAX_MINUTES", default=1440)  # that a job may take
MAPREDUCE_TRIAL_SECONDS = env.int("MAPREDUCE_TRIAL_SECONDS", default=20)
MAPREDUCE_ALLOW_UNSANDBOXED = env.bool("MAPREDUCE_ALLOW_UNSANDBOXED", default=False)  # a machine of one's own
HADOOP_COMMAND = env.str("HADOOP_COMMAND", default="hadoop")
HADOOP_STREAMING_JAR = env.str("HADOOP_STREAMING_JAR", default="")
HADOOP_WORK_URI = env.str("HADOOP_WORK_URI", default="")  # hdfs:///user/cloudapps, a folder for jobs' files
EMR_RELEASE = env.str("EMR_RELEASE", default="emr-7.9.0")
EMR_SERVICE_ROLE = env.str("EMR_SERVICE_ROLE", default="")
EMR_INSTANCE_PROFILE = env.str("EMR_INSTANCE_PROFILE", default="")
EMR_SUBNET_IDS = env.list("EMR_SUBNET_IDS", default=[])  # Amazon chooses among them; none: the default network
EMR_LOG_URI = env.str("EMR_LOG_URI", default=f"{STORAGE_URL.rstrip('/')}/emr-logs")
EMR_CLUSTER_ID = env.str("EMR_CLUSTER_ID", default="")  # a cluster that is there, instead of one for each job

# --- Social media analytics ----------------------------------------------------------------------
SOCIAL_POST_DAYS = env.int("SOCIAL_POST_DAYS", default=30)  # posts are kept; what was counted stays
SOCIAL_RAW_DAYS = env.int("SOCIAL_RAW_DAYS", default=365)  # raw posts are, in the object storage
MONGODB_URI = env.str(
    "MONGODB_URI", default=""
)  # mongodb://user:password@host/database; empty: posts are in DATABASE_URL
SOCIAL_SOURCES = env.list("SOCIAL_SOURCES", default=["replay"])  # of x, bluesky, replay
SOCIAL_SPOOL_DIR = Path(env.str("SOCIAL_SPOOL_DIR", default=str(VAR_DIR / "spool")))
SOCIAL_SPOOL_BYTES = env.int("SOCIAL_SPOOL_BYTES", default=2 * 2**30)  # of one source; what is full stops reading
SOCIAL_DEMO_POSTS_PER_SECOND = env.float("SOCIAL_DEMO_POSTS_PER_SECOND", default=2.0)
X_BEARER_TOKEN = env.str("X_BEARER_TOKEN", default="")
X_API_URL = env.str("X_API_URL", default="https://api.x.com")
BLUESKY_JETSTREAM_URL = env.str("BLUESKY_JETSTREAM_URL", default="wss://jetstream2.us-east.bsky.network/subscribe")

# --- Accounts ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "cloudapps.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "cloudapps.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "cloudapps.accounts.forms.LoginForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True  # whoever types it is signed in, in the browser they began in
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail about each change that lets somebody in
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before addresses are changed
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[cloudapps] "
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
MFA_ADAPTER = "cloudapps.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "cloudapps.accounts.forms.AddPasskeyForm",
    "authenticate_webauthn": "cloudapps.accounts.forms.PasskeyFactorForm",
    "login_webauthn": "cloudapps.accounts.forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "cloudapps.accounts.forms.PasskeyAgainForm",
}
MFA_TOTP_TOLERANCE = 1  # codes of half a minute ago, for clocks that differ and fingers that are slow
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL  # http://localhost

# --- Mail --------------------------------------------------------------------------------------
# The local default writes each mail to a file, which /dev/mail/ shows.
EMAIL_URL = env.str("EMAIL_URL", default=f"filemail://{VAR_DIR / 'mail'}")
if EMAIL_URL == "ses:":  # Amazon SES by the machine's role; its SMTP door would need a static key
    EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
    ANYMAIL = {"AMAZON_SES_CLIENT_PARAMS": {"region_name": AWS_REGION}}
else:
    _mail = env.email_url("EMAIL_URL", default=EMAIL_URL)
    if _mail["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
        _mail["EMAIL_FILE_PATH"] = "/" + _mail["EMAIL_FILE_PATH"]  # django-environ 0.14 takes it for a relative one
    vars().update(_mail)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="cloudapps <noreply@localhost>")
MAIL_OUTBOX = VAR_DIR / "mail" if LOCAL else None

# --- REST --------------------------------------------------------------------------------------
API_READS_PER_MINUTE = env.int("API_READS_PER_MINUTE", default=1200)
API_WRITES_PER_MINUTE = env.int("API_WRITES_PER_MINUTE", default=3000)
NINJA_NUM_PROXIES = PROXY_COUNT

# --- Status: what each process says of itself ---------------------------------------------------
STATUS_TABLE = env.str("STATUS_TABLE", default="")  # of DynamoDB; empty: in the database
METRICS_NAMESPACE = env.str("METRICS_NAMESPACE", default="")  # of CloudWatch; empty: none are sent there
RELEASE = env.str("RELEASE", default="")  # the name under which this code was deployed

# --- Security ----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SESSION_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_SECURE = not LOCAL
CSRF_FAILURE_VIEW = "cloudapps.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
_storage_sources = [SELF, STORAGE_ORIGIN] if STORAGE_ORIGIN else [SELF]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "media-src": _storage_sources,
        "img-src": [*_storage_sources, "data:", "blob:"],
        "connect-src": _storage_sources,
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

# --- Static files ------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor", NODE_MODULES / "sortablejs/modular"),
    ("vendor/fonts", NODE_MODULES / "@fontsource-variable/bricolage-grotesque/files"),
    ("vendor/fonts", NODE_MODULES / "@fontsource-variable/instrument-sans/files"),
]
EDITOR_LANGUAGES = ("awk", "bash", "javascript", "perl", "python", "ruby")
EDITOR_MODULES = (
    *("core-BIWFpCIO", "core-Dr0o9A-8", "patterns-DSInPV_c", "commands-jZ0uQlAY", "utils--SPWoSa0", "utils-CCBdbU1o"),
    *(f"prism/languages/{name}" for name in EDITOR_LANGUAGES),
)
EDITOR_FILES = (
    *("index.js", "layout.css", "extensions/commands/index.js"),
    *(f"{name}.js{ending}" for name in EDITOR_MODULES for ending in ("", ".map")),
)
STATIC_PACKAGES = [
    ("vendor", NODE_MODULES / "chart.js/dist", ("chart.umd.js", "chart.umd.js.map")),
    ("vendor/code-editor", NODE_MODULES / "prism-code-editor/dist", EDITOR_FILES),
]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cloudapps.static.PackageFinder",
]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["avif", "gif", "gz", "jpg", "map", "png", "webp", "woff2", "zip"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # user bytes go through cloudapps.storage
    "staticfiles": {"BACKEND": "cloudapps.static.ManifestStorage"},
}

# --- Watching it -------------------------------------------------------------------------------
METRICS_ALLOWED = env.list("METRICS_ALLOWED", default=["127.0.0.0/8", "::1/128"])
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOG_FORMAT = env.str("LOG_FORMAT", default="console" if LOCAL else "json")  # console or json
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = logging_config(LOG_FORMAT, LOG_LEVEL)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line for each request and task, when it is done
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG  # chores come every few seconds; jobs log their own end
PROMETHEUS_EXPORT_MIGRATIONS = False
