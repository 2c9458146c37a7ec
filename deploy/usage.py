"""How much an environment is used, on the average of a month. Every number is an assumption, until one is given."""

from dataclasses import dataclass, field


def _assumed(default: float, words: str) -> float:
    value: float = field(default=default, metadata={"help": words})
    return value


@dataclass(frozen=True)
class Usage:
    """The average of a month: a peak is two to five times as much."""

    requests_per_second: float = _assumed(5, "requests that people send")
    posts_per_second: float = _assumed(5, "posts that a feed brings")
    images_per_second: float = _assumed(0.05, "pictures that are worked on")
    stored_gb: float = _assumed(100, "gigabytes of files, pictures and raw posts")
    download_gb: float = _assumed(50, "gigabytes a month that leave AWS, files among them")
    answer_kb: float = _assumed(15, "kilobytes of an answer")
    mails: float = _assumed(10_000, "mails a month")
    emr_hours: float = _assumed(20, "machine-hours a month of clusters of m5.xlarge")
    log_kb: float = _assumed(0.7, "kilobytes of log for each request, picture and batch of posts")
    cpu: float = _assumed(0.2, "share of their time that machines compute, which burstable ones pay for")
