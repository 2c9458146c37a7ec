"""Mail by Amazon SES: no SMTP, no static key; pictures that stand in the HTML go along."""

from typing import Any

import boto3
import pytest
from django.core import mail
from django.core.mail.message import EmailMultiAlternatives
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends


@pytest.fixture
def ses(settings: Any) -> Any:
    settings.EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
    settings.ANYMAIL = {"AMAZON_SES_CLIENT_PARAMS": {"region_name": "eu-central-1"}}
    with mock_aws():
        boto3.client("ses", region_name="eu-central-1").verify_domain_identity(Domain="example.com")
        yield ses_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"]


def test_is_sent_as_it_was_written(ses: Any) -> None:
    message = EmailMultiAlternatives("Done", "Your job is done.", from_email="us@example.com", to=["alice@example.com"])
    message.attach_alternative("<p>Your job is done.</p>", "text/html")

    with mail.get_connection(timeout=10) as connection:
        message.connection = connection
        message.send()

    (sent,) = ses.sent_messages
    assert "Subject: Done" in sent.raw_data
    assert "<p>Your job is done.</p>" in sent.raw_data
