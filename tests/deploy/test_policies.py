"""Rules that hold for every policy and every group, whatever is added: checked without AWS."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.groups import HTTP, HTTPS, WORLD
from deploy.network import Network
from deploy.policies import WITHOUT_RESOURCE
from deploy.processes import processes
from deploy.resource import Known, in_order
from deploy.resources.bucket import Bucket
from deploy.resources.role import Role
from deploy.resources.security_rules import SecurityRules
from deploy.site import Site
from deploy.stack import stack
from tests.deploy.conftest import ACCOUNT, make_environment

SITE = Site(make_environment(documentdb=True), ACCOUNT)
STACK = in_order(stack(SITE))
ROLES = [resource for resource in STACK if isinstance(resource, Role)]


def statements(role: Role) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = role.policy(Known())["Statement"]
    return found


def allowed() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Walk over what is allowed: role, action, resource, statement."""
    for role in ROLES:
        for statement in statements(role):
            for action in statement["Action"]:
                for resource in statement["Resource"]:
                    yield role.name, action, resource, statement


class TestPolicies:
    def test_there_is_a_role_for_every_tier(self) -> None:
        assert {SITE.named(name) for name in processes()} < {role.name for role in ROLES}

    def test_allow_no_action_by_a_pattern(self) -> None:
        assert [(role, action) for role, action, _, _ in allowed() if "*" in action] == []

    def test_allow_on_everything_only_what_has_no_resource(self) -> None:
        assert {action for _, action, resource, _ in allowed() if resource == "*"} <= WITHOUT_RESOURCE

    def test_name_resources_of_this_environment_or_narrow_them_by_a_condition(self) -> None:
        for role, action, resource, statement in allowed():
            ours = SITE.prefix in resource or SITE.path in resource or SITE.environment.mails_from in resource
            ours = ours or "secret_arn of" in resource
            assert ours or resource == "*" or "Condition" in statement, (role, action, resource)

    def test_hand_on_roles_only_to_the_service_that_needs_them(self) -> None:
        for role, action, resource, statement in allowed():
            if action == "iam:PassRole":
                assert "iam:PassedToService" in statement["Condition"]["StringEquals"], role
                assert "*" not in resource

    def test_let_nobody_change_roles_groups_or_the_bill(self) -> None:
        services = {action.partition(":")[0] for _, action, _, _ in allowed()}

        assert services.isdisjoint({"organizations", "account", "rds", "sts", "kms", "lambda"})
        assert {action for _, action, _, _ in allowed() if action.startswith("iam:")} == {"iam:PassRole"}

    def test_give_each_statement_of_a_role_a_name_of_its_own(self) -> None:
        for role in ROLES:
            names = [statement["Sid"] for statement in statements(role)]
            assert len(names) == len(set(names))

    def test_are_short_enough_for_iam(self) -> None:
        for role in ROLES:
            assert len(str(role.policy(Known())).replace(" ", "")) < 10_240, role.name

    @pytest.mark.parametrize("tier", ["listener", "beat"])
    def test_keep_objects_from_those_that_have_nothing_to_do_with_them(self, tier: str) -> None:
        actions = {action for role, action, _, _ in allowed() if role == SITE.named(tier)}

        assert {"s3:PutObject", "s3:DeleteObject", "elasticmapreduce:RunJobFlow"}.isdisjoint(actions)

    def test_let_programs_of_people_reach_files_of_jobs_alone(self) -> None:
        resources = {resource for role, _, resource, _ in allowed() if role == SITE.named("emr-machines")}

        assert all("/mapreduce/jobs/" in resource or "emr-logs" in resource for resource in resources - {_media_arn()})


def _media_arn() -> str:
    return f"arn:aws:s3:::{SITE.bucket('media')}"


class TestGroups:
    def test_only_the_load_balancer_is_open_to_the_world(self) -> None:
        rules = [resource for resource in STACK if isinstance(resource, SecurityRules)]
        is_open = {(rules.name, rule.port) for rules in rules for rule in rules.ingress if rule.peer == WORLD}

        assert is_open == {(SITE.named("load-balancer"), HTTP), (SITE.named("load-balancer"), HTTPS)}

    def test_every_group_has_rules_so_that_nothing_is_left_as_aws_has_it(self) -> None:
        groups = {group.name for rules in STACK if isinstance(rules, SecurityRules) for group in [rules.group]}

        assert groups == {resource.name for resource in STACK if resource.kind == "security group"}

    def test_databases_reach_nothing(self) -> None:
        closed = {SITE.named("database"), SITE.named("documentdb")}

        for rules in STACK:
            if isinstance(rules, SecurityRules) and rules.name in closed:
                assert rules.egress == ()


class TestBuckets:
    def test_no_browser_writes_into_a_bucket_but_that_of_the_media(self) -> None:
        with_origins = [bucket.name for bucket in STACK if isinstance(bucket, Bucket) and bucket.origins]

        assert with_origins == [SITE.bucket("media")]


class TestNetwork:
    def test_without_a_way_out_there_is_an_endpoint_for_each_service(self) -> None:
        network = Network(Site(make_environment(nat="endpoints"), ACCOUNT))

        assert network.nat_gateways == (None, None)
        assert {"sqs", "ssm", "secretsmanager", "s3", "dynamodb"} <= {
            endpoint.service.rsplit(".", 1)[1] for endpoint in network.endpoints
        }
