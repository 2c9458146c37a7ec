"""
What machines read when they start.

`<path>/settings/NAME` are variables of the environment, as `.env.example` has them; secrets among them are encrypted.
`<path>/database/…` and `<path>/documents/…` are what DATABASE_URL and MONGODB_URI are made of, with the password from
the secret that `secret` names; Secrets Manager changes it now and then.
"""

from functools import partial

from deploy.access import Access
from deploy.data import Data
from deploy.network import Network
from deploy.policies import NAMESPACE
from deploy.resource import Known, Resource
from deploy.resources.database import Database
from deploy.resources.document_cluster import DocumentCluster
from deploy.resources.parameter import Parameter, Secret
from deploy.resources.subnet import Subnet
from deploy.site import PRODUCT, Site


def machine_settings(site: Site, network: Network, data: Data, access: Access) -> list[Resource]:
    """List the parameters and secrets."""
    settings = {**_settings(site, data), **(_emr_settings(access, data) if site.environment.emr else {})}
    found: list[Resource] = [
        Parameter(f"{site.path}/settings/{name}", value, site.tags)
        for name, value in {**settings, **site.environment.settings}.items()
    ]
    found.append(Secret(f"{site.path}/settings/SECRET_KEY", site.tags))
    if site.environment.emr:
        ids = partial(_ids, network.private)
        found.append(Parameter(f"{site.path}/settings/EMR_SUBNET_IDS", ids, site.tags, network.private))
    found += _connection(site, "database", data.database)
    if data.documents:
        found += _connection(site, "documents", data.documents)
    return found


def _settings(site: Site, data: Data) -> dict[str, str]:
    domain = site.environment.domain
    return {
        "ALLOWED_HOSTS": domain,
        "CSRF_TRUSTED_ORIGINS": f"https://{domain}",
        "SITE_URL": f"https://{domain}",
        "PROXY_COUNT": "1",
        "AWS_REGION": site.region,
        "STORAGE_URL": f"s3://{data.media.name}",
        "QUEUE_PREFIX": site.prefix,
        "STATUS_TABLE": data.status.name,
        "METRICS_NAMESPACE": NAMESPACE,
        "EMAIL_URL": "ses:",
        "DEFAULT_FROM_EMAIL": f"{PRODUCT} <noreply@{site.environment.mails_from}>",
        "SOCIAL_RAW_DAYS": str(site.environment.retention.raw_posts_days),
    }


def _emr_settings(access: Access, data: Data) -> dict[str, str]:
    return {
        "MAPREDUCE_ENGINES": "emr",
        "EMR_SERVICE_ROLE": access.emr_service.name,
        "EMR_INSTANCE_PROFILE": access.emr_machines.name,
        "EMR_LOG_URI": f"s3://{data.emr_logs.name}/logs",
    }


def _ids(subnets: tuple[Subnet, ...], known: Known) -> str:
    return ",".join(known.of(subnet) for subnet in subnets)


def _connection(site: Site, name: str, database: Database | DocumentCluster) -> list[Resource]:
    def parameter(part: str, attribute: str) -> Parameter:
        value = partial(_attribute, database, attribute)
        return Parameter(f"{site.path}/{name}/{part}", value, site.tags, (database,))

    return [parameter("address", "address"), parameter("port", "port"), parameter("secret", "secret_arn")]


def _attribute(resource: Resource, attribute: str, known: Known) -> str:
    return known.of(resource, attribute)
