"""What an environment is in AWS, as describe calls tell it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from deploy.apply import apply
from deploy.cloud import Cloud
from deploy.plan import make_plan
from deploy.resources import KINDS
from deploy.stack import stack
from tests.deploy.conftest import ACCOUNT, REGION, an_account

MEDIA = f"cloudapps-test-media-{ACCOUNT}-{REGION}"


@pytest.fixture(scope="module")
def cloud(cloud_of: Callable[..., Cloud]) -> Iterator[Cloud]:
    """An environment that is there, with a NAT gateway in each zone; the tests only look at it."""
    with an_account():
        cloud = cloud_of(nat="gateways", alarms={"mail": "ops@example.org"}, settings={"UPLOAD_MAX_BYTES": "1000"})
        apply(cloud, make_plan(cloud, stack(cloud.site), KINDS), say=lambda line: None)
        yield cloud


def named(found: list[Any]) -> dict[str, Any]:
    """Put things of EC2 under their names, without the environment's prefix; what is not ours is left out."""
    names = {tag["Value"]: each for each in found for tag in each.get("Tags", []) if tag["Key"] == "Name"}
    return {name.removeprefix("cloudapps-test-"): each for name, each in names.items()}


class TestNetwork:
    def test_leads_out_by_a_gateway_in_each_zone(self, cloud: Cloud) -> None:
        ec2 = cloud.client("ec2")
        vpc = named(ec2.describe_vpcs()["Vpcs"])["vpc"]
        subnets = named(ec2.describe_subnets()["Subnets"])
        nats = named(ec2.describe_nat_gateways()["NatGateways"])
        gateway = named(ec2.describe_internet_gateways()["InternetGateways"])["internet"]
        tables = named(ec2.describe_route_tables()["RouteTables"])

        assert vpc["CidrBlock"] == "10.20.0.0/16"
        assert ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute="enableDnsHostnames")["EnableDnsHostnames"]
        assert {name: subnet["AvailabilityZone"][-1] for name, subnet in subnets.items()} == {
            "public-a": "a",
            "public-b": "b",
            "private-a": "a",
            "private-b": "b",
        }
        assert [subnets[name]["MapPublicIpOnLaunch"] for name in ("public-a", "private-a")] == [True, False]
        assert gateway["Attachments"][0]["VpcId"] == vpc["VpcId"]
        assert nats["nat-a"]["SubnetId"] == subnets["public-a"]["SubnetId"]
        ways = {
            name: route.get("NatGatewayId") or route.get("GatewayId")
            for name, table in tables.items()
            for route in table["Routes"]
            if route.get("DestinationCidrBlock") == "0.0.0.0/0"
        }
        assert ways == {
            "public": gateway["InternetGatewayId"],
            "private-a": nats["nat-a"]["NatGatewayId"],
            "private-b": nats["nat-b"]["NatGatewayId"],
        }
        used = {each["SubnetId"] for each in tables["public"]["Associations"]}
        assert used == {subnets["public-a"]["SubnetId"], subnets["public-b"]["SubnetId"]}
        endpoints = named(ec2.describe_vpc_endpoints()["VpcEndpoints"])
        assert endpoints["s3"]["ServiceName"] == "com.amazonaws.eu-central-1.s3"
        assert len(endpoints["s3"]["RouteTableIds"]) == 3

    def test_lets_through_only_what_is_needed(self, cloud: Cloud) -> None:
        groups = named(cloud.client("ec2").describe_security_groups()["SecurityGroups"])

        def sources(name: str) -> set[tuple[int, str]]:
            ids = {group["GroupId"]: other for other, group in groups.items()}
            permissions = groups[name]["IpPermissions"]
            found = {
                (each["FromPort"], ids[pair["GroupId"]]) for each in permissions for pair in each["UserIdGroupPairs"]
            }
            return found | {(each["FromPort"], block["CidrIp"]) for each in permissions for block in each["IpRanges"]}

        tiers = {"web", "worker", "mapreduce", "consumer", "listener", "beat"}
        assert sources("load-balancer") == {(80, "0.0.0.0/0"), (443, "0.0.0.0/0")}
        assert sources("web") == {(8000, "load-balancer")}
        assert sources("worker") == set()
        assert sources("database") == {(3306, tier) for tier in tiers}
        assert groups["database"]["IpPermissionsEgress"] == []
        assert {each["FromPort"] for each in groups["beat"]["IpPermissionsEgress"]} == {443, 3306}


class TestData:
    def test_buckets_are_shut_and_forget_in_time(self, cloud: Cloud) -> None:
        s3 = cloud.client("s3")
        shut = s3.get_public_access_block(Bucket=MEDIA)["PublicAccessBlockConfiguration"]
        encryption = s3.get_bucket_encryption(Bucket=MEDIA)["ServerSideEncryptionConfiguration"]["Rules"][0]
        rules = {rule["ID"]: rule for rule in s3.get_bucket_lifecycle_configuration(Bucket=MEDIA)["Rules"]}
        cors = s3.get_bucket_cors(Bucket=MEDIA)["CORSRules"][0]
        policy = json.loads(s3.get_bucket_policy(Bucket=MEDIA)["Policy"])["Statement"][0]

        assert all(shut.values())
        assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        assert s3.get_bucket_versioning(Bucket=MEDIA)["Status"] == "Enabled"
        assert rules["raw-posts"]["Filter"]["Prefix"] == "social/raw/"
        assert rules["raw-posts"]["Expiration"]["Days"] == 365
        assert rules["uploads"]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 2
        assert rules["versions"]["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
        assert cors["AllowedOrigins"] == ["https://apps.example.org"]
        assert cors["ExposeHeaders"] == ["ETag"]
        assert policy["Effect"] == "Deny"
        assert policy["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert len(s3.list_buckets()["Buckets"]) == 3

    def test_queues_hand_on_what_cannot_be_worked_off(self, cloud: Cloud) -> None:
        sqs = cloud.client("sqs")
        urls = sqs.list_queues()["QueueUrls"]
        attributes = {
            url.rsplit("/", 1)[1]: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            for url in urls
        }

        assert len(urls) == 8
        posts = attributes["cloudapps-test-posts"]
        assert posts["VisibilityTimeout"] == "120"
        assert posts["SqsManagedSseEnabled"] == "true"
        assert json.loads(posts["RedrivePolicy"]) == {
            "deadLetterTargetArn": attributes["cloudapps-test-posts-dead"]["QueueArn"],
            "maxReceiveCount": 5,
        }

    def test_the_database_is_private_and_kept(self, cloud: Cloud) -> None:
        rds = cloud.client("rds")
        (database,) = rds.describe_db_instances()["DBInstances"]
        parameters = rds.describe_db_parameters(DBParameterGroupName="cloudapps-test-mysql84", Source="user")

        assert database["Engine"] == "mysql"
        assert database["EngineVersion"].startswith("8.4")
        assert database["MultiAZ"]
        assert database["StorageEncrypted"]
        assert database["DeletionProtection"]
        assert not database["PubliclyAccessible"]
        assert database["BackupRetentionPeriod"] == 7
        assert database["MasterUserSecret"]["SecretArn"]
        assert database["DBSubnetGroup"]["DBSubnetGroupName"] == "cloudapps-test-private"
        assert database["DBParameterGroups"][0]["DBParameterGroupName"] == "cloudapps-test-mysql84"
        values = {each["ParameterName"]: each["ParameterValue"] for each in parameters["Parameters"]}
        assert values["character_set_server"] == "utf8mb4"

    def test_the_table_of_status_forgets(self, cloud: Cloud) -> None:
        dynamodb = cloud.client("dynamodb")
        table = dynamodb.describe_table(TableName="cloudapps-test-status")["Table"]
        lives = dynamodb.describe_time_to_live(TableName="cloudapps-test-status")["TimeToLiveDescription"]

        assert {each["KeyType"]: each["AttributeName"] for each in table["KeySchema"]} == {
            "HASH": "component",
            "RANGE": "instance_at",
        }
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert lives == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}

    def test_mail_may_come_from_the_domain(self, cloud: Cloud) -> None:
        identity = cloud.client("sesv2").get_email_identity(EmailIdentity="apps.example.org")

        assert identity["DkimAttributes"]["SigningEnabled"]


class TestMachines:
    def test_have_roles(self, cloud: Cloud) -> None:
        iam = cloud.client("iam")
        profiles = iam.list_instance_profiles()["InstanceProfiles"]
        roles = {each["InstanceProfileName"]: each["Roles"][0]["RoleName"] for each in profiles}
        policy = iam.get_role_policy(RoleName="cloudapps-test-worker", PolicyName="may")["PolicyDocument"]
        (database,) = cloud.client("rds").describe_db_instances()["DBInstances"]
        by_name = {statement["Sid"]: statement for statement in policy["Statement"]}

        assert roles["cloudapps-test-web"] == "cloudapps-test-web"
        assert roles["cloudapps-test-emr-machines"] == "cloudapps-test-emr-machines"
        assert by_name["PasswordsOfDatabases"]["Resource"] == [database["MasterUserSecret"]["SecretArn"]]
        assert by_name["Take"]["Resource"] == [
            f"arn:aws:sqs:{REGION}:{ACCOUNT}:cloudapps-test-{name}" for name in ("imageproc", "drive")
        ]

    def test_read_settings(self, cloud: Cloud) -> None:
        pages = (
            cloud.client("ssm").get_paginator("get_parameters_by_path").paginate(Path="/cloudapps/test", Recursive=True)
        )
        found = {each["Name"].removeprefix("/cloudapps/test/"): each for page in pages for each in page["Parameters"]}
        (database,) = cloud.client("rds").describe_db_instances()["DBInstances"]

        assert found["settings/STORAGE_URL"]["Value"] == f"s3://{MEDIA}"
        assert found["settings/QUEUE_PREFIX"]["Value"] == "cloudapps-test-"
        assert found["settings/UPLOAD_MAX_BYTES"]["Value"] == "1000"
        assert found["settings/EMR_SUBNET_IDS"]["Value"].count("subnet-") == 2
        assert found["settings/SECRET_KEY"]["Type"] == "SecureString"
        assert found["database/address"]["Value"] == database["Endpoint"]["Address"]
        assert found["database/secret"]["Value"] == database["MasterUserSecret"]["SecretArn"]


class TestWatching:
    def test_somebody_is_told_when_messages_wait_too_long(self, cloud: Cloud) -> None:
        alarms = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
        by_name = {alarm["AlarmName"]: alarm for alarm in alarms}
        (topic,) = cloud.client("sns").list_topics()["Topics"]
        (told,) = cloud.client("sns").list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"]

        age = by_name["cloudapps-test-posts-age"]
        assert age["MetricName"] == "ApproximateAgeOfOldestMessage"
        assert age["Threshold"] == 600
        assert age["Dimensions"] == [{"Name": "QueueName", "Value": "cloudapps-test-posts"}]
        assert age["AlarmActions"] == [topic["TopicArn"]]
        assert by_name["cloudapps-test-posts-dead"]["Dimensions"][0]["Value"] == "cloudapps-test-posts-dead"
        assert told["Endpoint"] == "ops@example.org"

    def test_somebody_is_told_when_machines_do_not_answer(self, cloud: Cloud) -> None:
        (alarm,) = cloud.client("cloudwatch").describe_alarms(AlarmNames=["cloudapps-test-web-ill"])["MetricAlarms"]
        (balancer,) = cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]
        (group,) = cloud.client("elbv2").describe_target_groups()["TargetGroups"]

        dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        assert alarm["MetricName"] == "UnHealthyHostCount"
        assert balancer["LoadBalancerArn"].endswith(f":loadbalancer/{dimensions['LoadBalancer']}")
        assert group["TargetGroupArn"].endswith(f":{dimensions['TargetGroup']}")

    def test_logs_are_kept_for_a_while(self, cloud: Cloud) -> None:
        groups = cloud.client("logs").describe_log_groups()["logGroups"]

        assert {group["logGroupName"]: group["retentionInDays"] for group in groups}["/cloudapps/test/web"] == 30
