"""The kinds of resources, each in a file of its own; what is needed stands before what needs it."""

from deploy.resource import Resource
from deploy.resources.address import Address
from deploy.resources.alarm import Alarm
from deploy.resources.auto_scaling_group import AutoScalingGroup
from deploy.resources.bucket import Bucket
from deploy.resources.certificate import Certificate
from deploy.resources.database import Database
from deploy.resources.db_settings import DbParameterGroup, DbSubnetGroup
from deploy.resources.document_cluster import DocumentCluster, DocumentInstance
from deploy.resources.endpoint import Endpoint
from deploy.resources.formula_alarm import FormulaAlarm
from deploy.resources.internet_gateway import InternetGateway
from deploy.resources.launch_template import LaunchTemplate
from deploy.resources.lifecycle_hook import LifecycleHook
from deploy.resources.listener import Listener
from deploy.resources.load_balancer import LoadBalancer
from deploy.resources.log_group import LogGroup
from deploy.resources.mail_identity import MailIdentity
from deploy.resources.nat_gateway import NatGateway
from deploy.resources.parameter import Parameter, Secret
from deploy.resources.queue import Queue
from deploy.resources.role import InstanceProfile, Role
from deploy.resources.route_table import RouteTable
from deploy.resources.scaling_policy import ScalingPolicy
from deploy.resources.security_group import SecurityGroup
from deploy.resources.security_rules import SecurityRules
from deploy.resources.subnet import Subnet
from deploy.resources.table import Table
from deploy.resources.target_group import TargetGroup
from deploy.resources.topic import Topic
from deploy.resources.vpc import Vpc

KINDS: tuple[type[Resource], ...] = (
    Vpc,
    InternetGateway,
    Subnet,
    Address,
    NatGateway,
    RouteTable,
    SecurityGroup,
    SecurityRules,
    Endpoint,
    Bucket,
    Queue,
    Table,
    MailIdentity,
    DbSubnetGroup,
    DbParameterGroup,
    Database,
    DocumentCluster,
    DocumentInstance,
    Role,
    InstanceProfile,
    LogGroup,
    Parameter,
    Secret,
    Certificate,
    LoadBalancer,
    TargetGroup,
    Listener,
    LaunchTemplate,
    AutoScalingGroup,
    LifecycleHook,
    ScalingPolicy,
    Topic,
    Alarm,
    FormulaAlarm,
)
