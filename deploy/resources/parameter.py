"""What machines read when they start: settings that anybody of the account may see, and secrets."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list

OPEN, SECRET = "String", "SecureString"  # how SSM calls them
SECRET_BYTES = 48


@dataclass(frozen=True)
class Parameter(Resource):
    """A parameter of SSM, named by its whole path. Its value may be what `uses` has in AWS."""

    kind: ClassVar[str] = "parameter"

    value: str | Callable[[Known], str]
    tags: Tags
    uses: tuple[Resource, ...] = ()

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        ssm = cloud.client("ssm")
        if name:
            found = ssm.get_parameters(Names=[name])["Parameters"]
        else:
            pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=cloud.site.path, Recursive=True)
            found = [parameter for page in pages for parameter in page["Parameters"]]
        for parameter in found:
            if parameter["Type"] == OPEN:
                yield Found(parameter["Name"], parameter["Name"], {"Value": parameter["Value"]})

    def wanted(self, known: Known) -> Properties:
        return {"Value": self.value if isinstance(self.value, str) else self.value(known)}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        tags = as_list(self.tags)
        cloud.client("ssm").put_parameter(Name=self.name, Value=wanted["Value"], Type=OPEN, Tags=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        cloud.client("ssm").put_parameter(Name=self.name, Value=changed["Value"], Type=OPEN, Overwrite=True)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("ssm").delete_parameter(Name=found.id)


@dataclass(frozen=True)
class Secret(Resource):
    """An encrypted parameter of SSM. It is made by chance once; never read here, shown or overwritten."""

    kind: ClassVar[str] = "secret"
    holds_data: ClassVar[bool] = True

    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        """Find those under our path: also those that somebody put there, which `destroy --with-data` deletes too."""
        ssm = cloud.client("ssm")
        filters: list[dict[str, Any]] = [
            {"Key": "Path", "Option": "Recursive", "Values": [cloud.site.path]},
            {"Key": "Type", "Values": [SECRET]},
        ]
        for page in ssm.get_paginator("describe_parameters").paginate(ParameterFilters=filters):
            for parameter in page["Parameters"]:
                if name in {None, parameter["Name"]}:
                    found_name = parameter["Name"]
                    yield Found(found_name, found_name, {"Type": SECRET, "Tags": _tags(ssm, found_name)})

    def wanted(self, known: Known) -> Properties:
        return {"Type": SECRET, "Tags": self.tags}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        value, tags = secrets.token_urlsafe(SECRET_BYTES), as_list(wanted["Tags"])
        cloud.client("ssm").put_parameter(Name=self.name, Value=value, Type=SECRET, Overwrite=False, Tags=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        tags = as_list(changed["Tags"])
        cloud.client("ssm").add_tags_to_resource(ResourceType="Parameter", ResourceId=found.id, Tags=tags)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("ssm").delete_parameter(Name=found.id)


def _tags(ssm: Any, name: str) -> Tags:
    return as_dict(ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"])
