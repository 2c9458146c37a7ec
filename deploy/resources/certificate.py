"""What makes HTTPS possible for a domain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list
from deploy.site import ENVIRONMENT_TAG

PENDING, ISSUED = "PENDING_VALIDATION", "ISSUED"


@dataclass(frozen=True)
class Certificate(Resource):
    """
    A certificate of ACM, which renews itself. It is issued once a record in the domain's DNS says that it is ours.

    A listener takes none that is not issued: `apply` waits, and shows the record meanwhile.
    """

    kind: ClassVar[str] = "certificate"
    fixed: ClassVar[frozenset[str]] = frozenset({"DomainName"})

    domain: str
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        acm = cloud.client("acm")
        pages = acm.get_paginator("list_certificates").paginate()
        for arn in [each["CertificateArn"] for page in pages for each in page["CertificateSummaryList"]]:
            tags = as_dict(acm.list_tags_for_certificate(CertificateArn=arn)["Tags"])
            ours = tags.get(ENVIRONMENT_TAG) == cloud.site.environment.name
            if ours and name in {None, tags.get("Name")}:
                certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
                status = certificate["Status"]
                yield Found(
                    tags["Name"],
                    arn,
                    {"DomainName": certificate["DomainName"], "Tags": tags},
                    {"arn": arn},
                    ready=status == ISSUED,
                    trouble="" if status in {PENDING, ISSUED} else certificate.get("FailureReason", status),
                    advice=_records(certificate) if status == PENDING else "",
                )

    def wanted(self, known: Known) -> Properties:
        return {"DomainName": self.domain, "Tags": {**self.tags, "Name": self.name}}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("acm").request_certificate(
            DomainName=wanted["DomainName"], ValidationMethod="DNS", Tags=as_list(wanted["Tags"])
        )

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        cloud.client("acm").add_tags_to_certificate(CertificateArn=found.id, Tags=as_list(changed["Tags"]))

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("acm").delete_certificate(CertificateArn=found.id)


def _records(certificate: Any) -> str:
    """Say which records DNS must have; ACM names them some seconds after it was asked."""
    records = [
        option["ResourceRecord"]
        for option in certificate.get("DomainValidationOptions", [])
        if "ResourceRecord" in option
    ]
    lines = [f"{record['Name']} {record['Type']} {record['Value']}" for record in records]
    return "\n".join(["Add to the DNS of the domain, and leave it there:", *lines]) if lines else ""
