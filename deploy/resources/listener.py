"""A port of a load balancer, and what happens there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.certificate import Certificate
from deploy.resources.load_balancer import LoadBalancer
from deploy.resources.tags import as_list, elb_set_tags, elb_tags
from deploy.resources.target_group import TargetGroup

POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"  # TLS 1.2 and 1.3
TO_HTTPS = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}


@dataclass(frozen=True)
class Listener(Resource):
    """A listener: HTTPS for a target group with a certificate, or HTTP that sends everybody to HTTPS."""

    kind: ClassVar[str] = "listener"

    load_balancer: LoadBalancer
    port: int
    tags: Tags
    target_group: TargetGroup | None = None
    certificate: Certificate | None = None

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        """Find those of our load balancers, each called after its load balancer and port."""
        pages = cloud.client("elbv2").get_paginator("describe_listeners")
        for balancer in LoadBalancer.find(cloud, name.rsplit(":", 1)[0] if name else None):
            for page in pages.paginate(LoadBalancerArn=balancer.id):
                for each in page["Listeners"]:
                    found_name = f"{balancer.name}:{each['Port']}"
                    if name in {None, found_name}:
                        yield Found(found_name, each["ListenerArn"], _properties(cloud, each))

    def wanted(self, known: Known) -> Properties:
        properties: Properties = {"LoadBalancerArn": known.of(self.load_balancer), "Port": self.port, "Tags": self.tags}
        if self.target_group is None or self.certificate is None:
            return properties | {"Protocol": "HTTP", "Redirect": TO_HTTPS}
        return properties | {
            "Protocol": "HTTPS",
            "SslPolicy": POLICY,
            "Certificate": known.of(self.certificate),
            "TargetGroup": known.of(self.target_group),
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        place = {key: wanted[key] for key in ("LoadBalancerArn", "Port")}
        cloud.client("elbv2").create_listener(**place, **_given(wanted), Tags=as_list(wanted["Tags"]))

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        if changed.keys() - {"Tags"}:
            cloud.client("elbv2").modify_listener(ListenerArn=found.id, **_given({**found.properties, **changed}))
        elb_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        try:
            cloud.client("elbv2").delete_listener(ListenerArn=found.id)
        except ClientError as error:
            if code_of(error) != "ListenerNotFound":
                raise


def _properties(cloud: Cloud, listener: Any) -> Properties:
    properties = {key: listener[key] for key in ("LoadBalancerArn", "Port", "Protocol")}
    properties["Tags"] = elb_tags(cloud, listener["ListenerArn"])
    action = listener["DefaultActions"][0]
    if action["Type"] == "redirect":
        properties["Redirect"] = {key: action["RedirectConfig"].get(key) for key in TO_HTTPS}
    else:
        properties["TargetGroup"] = action.get("TargetGroupArn", "")
    if listener["Protocol"] == "HTTPS":
        properties["SslPolicy"] = listener["SslPolicy"]
        properties["Certificate"] = next((each["CertificateArn"] for each in listener["Certificates"]), "")
    return properties


def _given(properties: Properties) -> dict[str, Any]:
    """Write what a listener does as AWS wants it."""
    if properties["Protocol"] == "HTTP":
        action: dict[str, Any] = {"Type": "redirect", "RedirectConfig": properties["Redirect"]}
        return {"Protocol": "HTTP", "DefaultActions": [action]}
    return {
        "Protocol": "HTTPS",
        "SslPolicy": properties["SslPolicy"],
        "Certificates": [{"CertificateArn": properties["Certificate"]}],
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": properties["TargetGroup"]}],
    }
