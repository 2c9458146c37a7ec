"""Environments that are not the usual one: DocumentDB, no way out, what EMR leaves behind."""

from collections.abc import Callable
from typing import Any

from botocore.validate import ParamValidator

from deploy.apply import apply, delete
from deploy.cloud import Cloud
from deploy.data import Data
from deploy.destroy import plan_destroy
from deploy.network import Network
from deploy.plan import make_plan
from deploy.resource import Known, Resource
from deploy.resources import KINDS
from deploy.stack import stack

Reach = Callable[..., Cloud]


def run(cloud: Cloud, resources: list[Resource]) -> None:
    """Plan and apply."""
    apply(cloud, make_plan(cloud, resources, KINDS), say=lambda line: None)


class Recorder:
    """A client and its cloud in one, that takes down what it is asked."""

    def __init__(self) -> None:
        self.asked: dict[str, dict[str, Any]] = {}

    def client(self, service: str) -> "Recorder":
        return self

    def create_db_cluster(self, **given: Any) -> None:
        self.asked["CreateDBCluster"] = given

    def create_db_instance(self, **given: Any) -> None:
        self.asked["CreateDBInstance"] = given


class TestDocumentDb:
    """moto has no DocumentDB: what is asked of it is looked at, and held against the shapes of its API."""

    def test_is_private_encrypted_and_kept(self, cloud_of: Reach) -> None:
        cloud, recorder = cloud_of(documentdb=True), Recorder()
        data = Data(cloud.site, Network(cloud.site))
        for resource in (data.documents, data.document_instances[0]):
            assert resource is not None
            resource.create(recorder, resource.wanted(Known()))  # type: ignore[arg-type]

        cluster = recorder.asked["CreateDBCluster"]
        assert cluster["Engine"] == "docdb"
        assert cluster["StorageEncrypted"]
        assert cluster["DeletionProtection"]
        assert cluster["ManageMasterUserPassword"]
        assert cluster["BackupRetentionPeriod"] == 7
        assert len(data.document_instances) == 2
        for operation, given in recorder.asked.items():
            shape = cloud.client("docdb").meta.service_model.operation_model(operation).input_shape
            assert ParamValidator().validate(given, shape).generate_report() == ""

    def test_is_in_the_plan_only_where_the_file_says_so(self, cloud_of: Reach) -> None:
        def kinds(cloud: Cloud) -> set[str]:
            return {step.kind.kind for step in make_plan(cloud, stack(cloud.site), KINDS).pending}

        assert "document cluster" in kinds(cloud_of(documentdb=True))
        assert "document cluster" not in kinds(cloud_of())


class TestEndpoints:
    def test_are_the_only_way_out_if_the_file_says_so(self, cloud_of: Reach) -> None:
        cloud = cloud_of(nat="endpoints")
        resources: list[Resource] = Network(cloud.site).resources()

        run(cloud, resources)

        assert make_plan(cloud, resources, KINDS).is_empty
        assert cloud.client("ec2").describe_nat_gateways()["NatGateways"] == []


class TestVpc:
    def test_goes_with_the_groups_that_emr_left_in_it(self, cloud_of: Reach) -> None:
        cloud = cloud_of()
        ec2, vpc = cloud.client("ec2"), Network(cloud.site).vpc
        run(cloud, [vpc])
        (found,) = vpc.find(cloud)
        group = ec2.create_security_group(GroupName="ElasticMapReduce-master", Description="EMR", VpcId=found.id)
        itself = {
            "IpProtocol": "tcp",
            "FromPort": 0,
            "ToPort": 65535,
            "UserIdGroupPairs": [{"GroupId": group["GroupId"]}],
        }
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[itself])

        delete(cloud, plan_destroy(cloud, KINDS, with_data=False), say=lambda line: None)

        assert list(vpc.find(cloud)) == []
