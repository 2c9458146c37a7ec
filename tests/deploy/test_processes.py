"""One truth for what runs: the Procfile; the settings and the environments' tiers follow it."""

from django.conf import settings

from cloudapps.models.job import MAX_ATTEMPTS
from deploy import data
from deploy.environment import Tiers
from deploy.processes import processes, queues


def test_there_is_a_tier_for_every_process() -> None:
    assert list(Tiers.model_fields) == list(processes())


def test_there_is_a_queue_for_every_one_of_the_settings() -> None:
    assert queues() == settings.QUEUES


def test_queues_are_as_the_application_expects_them() -> None:
    assert data.VISIBILITY_SECONDS == settings.VISIBILITY_TIMEOUT_SECONDS
    assert data.DELIVERIES == MAX_ATTEMPTS
