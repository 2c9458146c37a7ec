"""What computes, as describe calls tell it; what moto does not act on is asserted by its configuration."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from deploy import instance_types
from deploy.apply import apply
from deploy.cloud import Cloud
from deploy.plan import make_plan
from deploy.processes import processes
from deploy.resource import look
from deploy.resources import KINDS
from deploy.resources.launch_template import LaunchTemplate
from deploy.stack import stack
from tests.deploy.conftest import an_account

Reach = Callable[..., Cloud]
TIERS = {
    "web": {"minimum": 2, "maximum": 6},
    "worker": {"minimum": 0, "maximum": 8, "spot": True, "scale_to_zero": True, "instance_type": "c7g.large"},
}
PREFIX = "cloudapps-test-"


@pytest.fixture(scope="module")
def cloud(cloud_of: Reach) -> Iterator[Cloud]:
    """An environment that was applied, for tests that only look."""
    with an_account():
        reached = cloud_of(tiers=TIERS)
        apply(reached, make_plan(reached, stack(reached.site), KINDS), say=lambda line: None)
        yield reached


def balancer(cloud: Cloud) -> Any:
    """The load balancer."""
    (found,) = cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]
    return found


def group(cloud: Cloud, tier: str) -> Any:
    """The group of a tier."""
    (found,) = cloud.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[PREFIX + tier])[
        "AutoScalingGroups"
    ]
    return found


def policies(cloud: Cloud, tier: str) -> dict[str, Any]:
    """The policies of a tier's group."""
    found = cloud.client("autoscaling").describe_policies(AutoScalingGroupName=PREFIX + tier)["ScalingPolicies"]
    return {each["PolicyName"].removeprefix(PREFIX): each for each in found}


def alarm(cloud: Cloud, name: str) -> Any:
    """The alarm of that name."""
    (found,) = cloud.client("cloudwatch").describe_alarms(AlarmNames=[PREFIX + name])["MetricAlarms"]
    return found


class TestLoadBalancer:
    def test_faces_the_internet_in_both_zones(self, cloud: Cloud) -> None:
        found = balancer(cloud)

        assert found["Scheme"] == "internet-facing"
        assert sorted(zone["ZoneName"] for zone in found["AvailabilityZones"]) == ["eu-central-1a", "eu-central-1b"]

    def test_sends_http_to_https_and_https_to_web(self, cloud: Cloud) -> None:
        listeners = cloud.client("elbv2").describe_listeners(LoadBalancerArn=balancer(cloud)["LoadBalancerArn"])
        by_port = {each["Port"]: each for each in listeners["Listeners"]}

        redirect = by_port[80]["DefaultActions"][0]["RedirectConfig"]
        assert (redirect["Protocol"], redirect["Port"], redirect["StatusCode"]) == ("HTTPS", "443", "HTTP_301")
        assert by_port[443]["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
        assert by_port[443]["DefaultActions"][0]["TargetGroupArn"] == group(cloud, "web")["TargetGroupARNs"][0]
        certificate = by_port[443]["Certificates"][0]["CertificateArn"]
        described = cloud.client("acm").describe_certificate(CertificateArn=certificate)["Certificate"]
        assert described["DomainName"] == "apps.example.org"

    def test_asks_healthz_and_waits_longer_than_gunicorn_stops(self, cloud: Cloud) -> None:
        elb = cloud.client("elbv2")
        (targets,) = elb.describe_target_groups()["TargetGroups"]
        attributes = elb.describe_target_group_attributes(TargetGroupArn=targets["TargetGroupArn"])["Attributes"]
        by_key = {each["Key"]: each["Value"] for each in attributes}

        assert (targets["HealthCheckPath"], targets["Port"]) == ("/healthz", 8000)
        assert 30 < int(by_key["deregistration_delay.timeout_seconds"]) <= 60

    def test_closes_connections_before_gunicorn_does(self, cloud: Cloud) -> None:
        arn = balancer(cloud)["LoadBalancerArn"]
        attributes = cloud.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]

        assert {"Key": "idle_timeout.timeout_seconds", "Value": "60"} in attributes  # gunicorn's keepalive is 75


class TestLaunchTemplates:
    @pytest.mark.parametrize("tier", list(processes()))
    def test_are_locked_down(self, cloud: Cloud, tier: str) -> None:
        versions = cloud.client("ec2").describe_launch_template_versions(
            LaunchTemplateName=PREFIX + tier, Versions=["$Default"]
        )
        data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]

        assert data["MetadataOptions"]["HttpTokens"] == "required"
        assert data["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
        assert data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"]
        assert data["IamInstanceProfile"]["Name"] == PREFIX + tier
        assert "KeyName" not in data
        assert len(data["SecurityGroupIds"]) == 1
        assert base64.b64decode(data["UserData"]).startswith(b"#cloud-config\n")

    def test_take_the_newest_image_for_their_processor(self, cloud: Cloud) -> None:
        template = look(LaunchTemplate, cloud, PREFIX + "web")

        assert template is not None
        newest = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
        assert template.properties["ImageId"] == newest


class TestGroups:
    def test_are_in_both_private_subnets(self, cloud: Cloud) -> None:
        subnets = cloud.client("ec2").describe_subnets(SubnetIds=group(cloud, "web")["VPCZoneIdentifier"].split(","))

        assert sorted(each["AvailabilityZone"][-1] for each in subnets["Subnets"]) == ["a", "b"]
        assert not any(each["MapPublicIpOnLaunch"] for each in subnets["Subnets"])

    def test_have_no_machine_before_there_is_a_release(self, cloud: Cloud) -> None:
        assert [group(cloud, tier)["DesiredCapacity"] for tier in processes()] == [0] * 6

    def test_ask_the_load_balancer_how_web_does(self, cloud: Cloud) -> None:
        assert group(cloud, "web")["HealthCheckType"] == "ELB"
        assert group(cloud, "worker")["HealthCheckType"] == "EC2"

    def test_take_spot_where_it_is_allowed(self, cloud: Cloud) -> None:
        spot, bought = (group(cloud, tier)["MixedInstancesPolicy"] for tier in ("worker", "web"))

        assert spot["InstancesDistribution"]["OnDemandPercentageAboveBaseCapacity"] == 0
        assert len(spot["LaunchTemplate"]["Overrides"]) > 3
        assert group(cloud, "worker")["CapacityRebalance"]
        assert bought["InstancesDistribution"]["OnDemandPercentageAboveBaseCapacity"] == 100
        assert bought["LaunchTemplate"]["LaunchTemplateSpecification"]["Version"] == "$Default"

    @pytest.mark.parametrize("tier", list(processes()))
    def test_let_a_machine_finish(self, cloud: Cloud, tier: str) -> None:
        (hook,) = cloud.client("autoscaling").describe_lifecycle_hooks(AutoScalingGroupName=PREFIX + tier)[
            "LifecycleHooks"
        ]

        assert hook["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"
        assert hook["DefaultResult"] == "CONTINUE"
        assert hook["HeartbeatTimeout"] == 240  # 45 s of the load balancer, 150 s of the process, and some more

    def test_are_never_told_how_many_machines_to_have(self, cloud: Cloud) -> None:
        group_of_web = {"AutoScalingGroupName": PREFIX + "web"}
        cloud.client("autoscaling").set_desired_capacity(**group_of_web, DesiredCapacity=3)

        try:
            assert make_plan(cloud, stack(cloud.site), KINDS).is_empty
        finally:
            cloud.client("autoscaling").set_desired_capacity(**group_of_web, DesiredCapacity=0)


class TestScaling:
    @pytest.mark.parametrize(
        ("policy", "change", "watch", "comparison", "percent"),
        [
            ("web-scale_up", 1, "web-busy", "GreaterThanThreshold", 70.0),
            ("web-scale_down", -1, "web-idle", "LessThanThreshold", 40.0),
        ],
    )
    def test_of_web_follows_its_processors(
        self, cloud: Cloud, policy: str, change: int, watch: str, comparison: str, percent: float
    ) -> None:
        found, watching = policies(cloud, "web")[policy], alarm(cloud, watch)

        assert (found["PolicyType"], found["AdjustmentType"]) == ("SimpleScaling", "ChangeInCapacity")
        assert (found["ScalingAdjustment"], found["Cooldown"]) == (change, 180)
        assert watching["AlarmActions"] == [found["PolicyARN"]]
        assert (watching["Namespace"], watching["MetricName"], watching["Statistic"]) == (
            "AWS/EC2",
            "CPUUtilization",
            "Average",
        )
        assert watching["Dimensions"] == [{"Name": "AutoScalingGroupName", "Value": PREFIX + "web"}]
        assert (watching["Period"], watching["EvaluationPeriods"]) == (60, 2)
        assert (watching["ComparisonOperator"], watching["Threshold"]) == (comparison, percent)

    def test_of_web_follows_its_requests(self, cloud: Cloud) -> None:
        tracking = policies(cloud, "web")["web-requests"]["TargetTrackingConfiguration"]
        label = tracking["PredefinedMetricSpecification"]["ResourceLabel"]

        assert label.startswith("app/cloudapps-test-web/")
        assert "/targetgroup/cloudapps-test-web/" in label
        assert tracking["TargetValue"] == 6600.0

    @pytest.mark.parametrize("tier", ["worker", "mapreduce", "consumer"])
    def test_of_what_serves_queues_follows_the_backlog_for_each_machine(self, cloud: Cloud, tier: str) -> None:
        tracking = policies(cloud, tier)[f"{tier}-backlog"]["TargetTrackingConfiguration"]
        metrics = tracking["CustomizedMetricSpecification"]["Metrics"]
        queues = {
            each["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
            for each in metrics
            if each.get("MetricStat", {}).get("Metric", {}).get("Namespace") == "AWS/SQS"
        }

        assert queues == {PREFIX + name for name in processes()[tier].queues}
        assert [each["Id"] for each in metrics if each["ReturnData"]] == ["result"]
        assert {"Metric": "GroupInServiceInstances", "Granularity": "1Minute"} in group(cloud, tier)["EnabledMetrics"]

    def test_wakes_and_puts_to_sleep_what_may_sleep(self, cloud: Cloud) -> None:
        found = policies(cloud, "worker")

        assert alarm(cloud, "worker-asleep")["AlarmActions"] == [found["worker-wake"]["PolicyARN"]]
        assert found["worker-wake"]["StepAdjustments"] == [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 1}]
        assert alarm(cloud, "worker-bored")["AlarmActions"] == [found["worker-sleep"]["PolicyARN"]]
        assert found["worker-sleep"]["StepAdjustments"] == [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 0}]
        assert "mapreduce-wake" not in policies(cloud, "mapreduce")


class TestInstanceTypes:
    @pytest.mark.parametrize(
        ("instance_type", "arm"),
        [
            ("t4g.small", True),
            ("c7gd.xlarge", True),
            ("t3.medium", False),
            ("g4dn.xlarge", False),
            ("m6i.large", False),
        ],
    )
    def test_tell_their_processor(self, instance_type: str, arm: bool) -> None:
        assert instance_types.is_arm(instance_type) is arm

    def test_that_are_alike_have_the_same_size_and_no_less_memory(self) -> None:
        assert instance_types.alike("t4g.medium") == ("t4g.medium", "m6g.medium", "m7g.medium", "r6g.medium")
        assert instance_types.alike("t3.micro") == ("t3.micro", "t3a.micro")
