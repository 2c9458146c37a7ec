"""A domain that mail may come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list
from deploy.site import ENVIRONMENT_TAG

GONE = "NotFoundException"


@dataclass(frozen=True)
class MailIdentity(Resource):
    """
    A domain at SES, whose mails are signed (DKIM).

    Its attribute `dkim` has the tokens, with commas between them; its owner puts a CNAME for each into the DNS.
    """

    kind: ClassVar[str] = "mail identity"

    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        ses = cloud.client("sesv2")
        for found_name in [name] if name else _domains(ses):
            try:
                identity = ses.get_email_identity(EmailIdentity=found_name)
            except ClientError as error:
                if code_of(error) == GONE:
                    continue
                raise
            tags, dkim = as_dict(identity.get("Tags", [])), identity.get("DkimAttributes", {})
            if tags.get(ENVIRONMENT_TAG) == cloud.site.environment.name:
                properties = {"SigningEnabled": dkim.get("SigningEnabled", False), "Tags": tags}
                yield Found(found_name, found_name, properties, {"dkim": ",".join(dkim.get("Tokens", []))})

    def wanted(self, known: Known) -> Properties:
        return {"SigningEnabled": True, "Tags": self.tags}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("sesv2").create_email_identity(
            EmailIdentity=self.name,
            Tags=as_list(wanted["Tags"]),
            DkimSigningAttributes={"NextSigningKeyLength": "RSA_2048_BIT"},
        )

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        if "SigningEnabled" in changed:
            cloud.client("sesv2").put_email_identity_dkim_attributes(EmailIdentity=self.name, SigningEnabled=True)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("sesv2").delete_email_identity(EmailIdentity=found.id)


def _domains(ses: Any) -> Iterator[str]:
    token: dict[str, str] = {}
    while True:
        page = ses.list_email_identities(**token)
        yield from (each["IdentityName"] for each in page["EmailIdentities"] if each["IdentityType"] == "DOMAIN")
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}
