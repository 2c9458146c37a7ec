"""
What roles may do, as IAM's documents, from statements with a name each.

Nothing is allowed on `*` but what has no resource to name (`WITHOUT_RESOURCE`, from AWS's Service Authorization
Reference).
"""

from deploy.processes import processes, queues
from deploy.resource import Known, Resource
from deploy.resources.role import Document
from deploy.site import Site

WITHOUT_RESOURCE = {
    "cloudwatch:PutMetricData",  # narrowed by its namespace
    "ec2messages:AcknowledgeMessage",  # the agent of Session Manager and Run Command
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
    "elasticmapreduce:ListClusters",
    "elasticmapreduce:RunJobFlow",  # narrowed by its tags
    "sqs:ListQueues",  # kombu finds queues by their prefix
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}
AGENT = ("ec2messages:", "ssm:", "ssmmessages:")
NAMESPACE = "cloudapps"  # of the metrics that machines publish
SITE_TAG = "cloudapps-site"  # of clusters; their value is STORAGE_URL
EMR_SERVICE_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2"

OBJECTS = {"web", "worker", "mapreduce", "consumer"}  # tiers that read and write objects
CLUSTERS = {"worker", "mapreduce"}  # that begin clusters, or end those that nobody waits for
MAILS = {"worker"}  # that send mails


class Policies:
    """The policies of an environment."""

    def __init__(self, site: Site, *, media: str, artifacts: str, emr_logs: str) -> None:
        self._site = site
        self._media, self._artifacts, self._emr_logs = (f"arn:aws:s3:::{name}" for name in (media, artifacts, emr_logs))

    def tier(self, name: str, secrets: tuple[Resource, ...], known: Known) -> Document:
        """Say what the machines of a tier may do; `secrets` are databases that have a `secret_arn`."""
        statements = [*self._every_machine(), self._secrets(secrets, known), *self._queues(name)]
        if name in OBJECTS:
            statements.append(self._objects())
        if name in CLUSTERS and self._site.environment.emr:
            statements += self._clusters()
        if name in MAILS:
            statements.append(self._mails())
        return _document(statements)

    def emr_service(self, known: Known) -> Document:
        """Say what EMR may do beside AWS's own policy: hand the machines their role."""
        return _document([self._pass_role("PassRoleToMachines", "ec2.amazonaws.com", "emr-machines")])

    def emr_machines(self, known: Known) -> Document:
        """Say what a cluster's machines may do, which is what people's programs may do."""
        jobs = f"{self._media}/mapreduce/jobs/*"
        only_jobs = {"StringLike": {"s3:prefix": ["mapreduce/jobs/*"]}}
        return _document(
            [
                _allow("FilesOfJobs", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [jobs]),
                _allow("PartsOfFiles", ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], [jobs]),
                _allow("ListJobs", ["s3:ListBucket"], [self._media], only_jobs),
                _allow("WriteLogs", ["s3:PutObject"], [f"{self._emr_logs}/*"]),
            ]
        )

    def _every_machine(self) -> list[Document]:
        site = self._site
        groups = site.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{site.prefix}*")
        hook = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"]
        logs = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        table = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem"]
        agent = sorted(action for action in WITHOUT_RESOURCE if action.startswith(AGENT))
        in_namespace = {"StringEquals": {"cloudwatch:namespace": NAMESPACE}}
        settings = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
        paths = [site.arn("ssm", f"parameter{site.path}"), site.arn("ssm", f"parameter{site.path}/*")]
        return [
            _allow("Settings", settings, paths),
            _allow("Releases", ["s3:GetObject"], [f"{self._artifacts}/releases/*"]),
            _allow("Status", table, [site.arn("dynamodb", f"table/{site.named('status')}")]),
            _allow("Logs", logs, [site.arn("logs", f"log-group:{site.path}/*")]),
            _allow("Metrics", ["cloudwatch:PutMetricData"], ["*"], in_namespace),
            _allow("SessionsAndCommands", agent, ["*"]),
            _allow("EndOfMachine", hook, [groups]),
            _allow("BucketIsThere", ["s3:ListBucket"], [self._media]),
        ]

    def _secrets(self, secrets: tuple[Resource, ...], known: Known) -> Document:
        arns = [known.of(database, "secret_arn") for database in secrets]
        return _allow("PasswordsOfDatabases", ["secretsmanager:GetSecretValue"], arns)

    def _queues(self, tier: str) -> list[Document]:
        found = [
            _allow("FindQueues", ["sqs:ListQueues"], ["*"]),
            _allow("Send", ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"], self._arns(queues())),
        ]
        if taken := processes()[tier].queues:
            actions = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]
            found.append(_allow("Take", actions, self._arns(taken)))
        return found

    def _arns(self, names: tuple[str, ...]) -> list[str]:
        return [self._site.arn("sqs", self._site.named(name)) for name in names]

    def _objects(self) -> Document:
        actions = [
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:ListBucketMultipartUploads",
            "s3:ListMultipartUploadParts",
            "s3:PutObject",
        ]
        return _allow("Objects", actions, [self._media, f"{self._media}/*"])

    def _clusters(self) -> list[Document]:
        site, here = self._site, f"s3://{self._media.rpartition(':')[2]}"
        clusters = [site.arn("elasticmapreduce", "cluster/*")]
        use = [
            "elasticmapreduce:AddJobFlowSteps",
            "elasticmapreduce:CancelSteps",
            "elasticmapreduce:DescribeCluster",
            "elasticmapreduce:DescribeStep",
            "elasticmapreduce:ListSteps",
            "elasticmapreduce:TerminateJobFlows",
        ]
        new, ours = ({"StringEquals": {f"aws:{tag}/{SITE_TAG}": here}} for tag in ("RequestTag", "ResourceTag"))
        return [
            _allow("BeginClusters", ["elasticmapreduce:RunJobFlow"], ["*"], new),
            _allow("TagClusters", ["elasticmapreduce:AddTags"], clusters, new),
            _allow("FindClusters", ["elasticmapreduce:ListClusters"], ["*"]),
            _allow("OwnClusters", use, clusters, ours),
            _allow("ListLogs", ["s3:ListBucket"], [self._emr_logs]),
            _allow("ReadLogs", ["s3:GetObject"], [f"{self._emr_logs}/*"]),
            self._pass_role("PassRoleToEmr", "elasticmapreduce.amazonaws.com", "emr-service"),
            self._pass_role("PassRoleToMachines", "ec2.amazonaws.com", "emr-machines"),
        ]

    def _mails(self) -> Document:
        identity = self._site.arn("ses", f"identity/{self._site.environment.mails_from}")
        return _allow("Mails", ["ses:SendEmail", "ses:SendRawEmail"], [identity])

    def _pass_role(self, sid: str, service: str, role: str) -> Document:
        arn = self._site.global_arn("iam", f"role/{self._site.named(role)}")
        return _allow(sid, ["iam:PassRole"], [arn], {"StringEquals": {"iam:PassedToService": service}})


def _allow(sid: str, actions: list[str], resources: list[str], condition: Document | None = None) -> Document:
    statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | {"Condition": condition} if condition else statement


def _document(statements: list[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": statements}
