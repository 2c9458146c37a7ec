"""What computes: a load balancer, and for each process of the Procfile machines that grow and shrink with its load."""

from functools import cached_property

from deploy import instance_types, metrics
from deploy.access import Access
from deploy.boot.units import STOP_SECONDS
from deploy.boot.user_data import user_data
from deploy.data import Data
from deploy.environment import Tier
from deploy.groups import HTTP, HTTPS, WEB_PORT
from deploy.network import Network
from deploy.processes import processes
from deploy.resource import Resource
from deploy.resources.alarm import Alarm
from deploy.resources.auto_scaling_group import AutoScalingGroup
from deploy.resources.certificate import Certificate
from deploy.resources.formula_alarm import FormulaAlarm
from deploy.resources.launch_template import LaunchTemplate
from deploy.resources.lifecycle_hook import HOOK, LifecycleHook
from deploy.resources.listener import Listener
from deploy.resources.load_balancer import LoadBalancer
from deploy.resources.scaling_policy import Change, Exactly, RequestsPerTarget, ScalingPolicy, Tracking
from deploy.resources.target_group import DEREGISTRATION_SECONDS, TargetGroup
from deploy.site import Site
from deploy.watching import Watching

BUSY_PERCENT, IDLE_PERCENT = 70, 40
CPU_PERIODS = 2  # of a minute
IDLE_MINUTES = 15

TIER_TAG = "cloudapps-tier"


class Compute:
    """The parts, by name."""

    def __init__(self, site: Site, network: Network, data: Data, access: Access, watching: Watching) -> None:
        self._site = site
        self._network = network
        self._data = data
        self._access = access
        self._topic = watching.topic
        self._tiers = site.environment.tiers.each()

    def resources(self) -> list[Resource]:
        """List all of it; what waits for a person to change DNS comes last."""
        machines = [resource for name in processes() for resource in (self.groups[name], self._hook(name))]
        queued = [resource for name in processes() if self._queues(name) for resource in self._scaled_by_queue(name)]
        return [self.certificate, self._to_https, *machines, *queued, *self._scaled_by_load(), self._ill, self.listener]

    @cached_property
    def certificate(self) -> Certificate:
        """What HTTPS needs."""
        domain = self._site.environment.domain
        return Certificate(self._site.named(domain), domain, self._site.tags)

    @cached_property
    def load_balancer(self) -> LoadBalancer:
        """What the domain's DNS leads to."""
        name, network = self._site.named("web"), self._network
        return LoadBalancer(name, network.public, network.groups.load_balancer, self._site.tags)

    @cached_property
    def target_group(self) -> TargetGroup:
        """The machines of web, as the load balancer sees them."""
        return TargetGroup(self._site.named("web"), self._network.vpc, WEB_PORT, self._site.tags)

    @cached_property
    def listener(self) -> Listener:
        """HTTPS."""
        balancer, tags = self.load_balancer, self._site.tags
        return Listener(f"{balancer.name}:{HTTPS}", balancer, HTTPS, tags, self.target_group, self.certificate)

    @property
    def _to_https(self) -> Listener:
        return Listener(f"{self.load_balancer.name}:{HTTP}", self.load_balancer, HTTP, self._site.tags)

    @cached_property
    def templates(self) -> dict[str, LaunchTemplate]:
        """What new machines are, by tier."""
        return {name: self._template(name, tier) for name, tier in self._tiers.items()}

    @cached_property
    def groups(self) -> dict[str, AutoScalingGroup]:
        """The machines, by tier."""
        return {name: self._group(name, tier) for name, tier in self._tiers.items()}

    def _template(self, name: str, tier: Tier) -> LaunchTemplate:
        site = self._site
        return LaunchTemplate(
            site.named(name),
            instance_types.image(tier.instance_type),
            tier.instance_type,
            tier.disk_gb,
            self._access.tiers[name],
            (self._network.groups.tiers[name],),
            user_data(site, name, self._data.artifacts.name),
            {**site.tags, TIER_TAG: name, "Name": site.named(name)},
            site.tags,
        )

    def _group(self, name: str, tier: Tier) -> AutoScalingGroup:
        types = instance_types.alike(tier.instance_type) if tier.spot else (tier.instance_type,)
        return AutoScalingGroup(
            self._site.named(name),
            self.templates[name],
            self._network.private,
            tier.minimum,
            tier.maximum,
            types,
            on_demand=tier.minimum,
            spot=tier.spot,
            tags=self._site.tags,
            target_group=self.target_group if name == "web" else None,
        )

    def _hook(self, name: str) -> LifecycleHook:
        group = self.groups[name]
        return LifecycleHook(f"{group.name}:{HOOK}", group, DEREGISTRATION_SECONDS + STOP_SECONDS + 45)

    def _scaled_by_load(self) -> list[Resource]:
        """Scale web by its processors, one machine at a time, and by what it is asked."""
        group, target = self.groups["web"], float(self._tiers["web"].requests_per_minute)
        up = ScalingPolicy(self._site.named("web-scale_up"), group, Change(+1))
        down = ScalingPolicy(self._site.named("web-scale_down"), group, Change(-1))
        requests = RequestsPerTarget(self.target_group, self.listener, target)
        return [
            self._cpu("web-busy", "The machines of web compute a lot: one more.", up, BUSY_PERCENT, "GreaterThan"),
            self._cpu("web-idle", "The machines of web compute little: one fewer.", down, IDLE_PERCENT, "LessThan"),
            ScalingPolicy(self._site.named("web-requests"), group, requests),
        ]

    @property
    def _ill(self) -> Alarm:
        """Say when the load balancer finds machines that do not answer, and when it finds none."""
        return Alarm(
            self._site.named("web-ill"),
            "The load balancer gets no answer from machines of web.",
            "AWS/ApplicationELB",
            "UnHealthyHostCount",
            {"LoadBalancer": (self.load_balancer, "label"), "TargetGroup": (self.target_group, "label")},
            0,
            (self._topic,),
            self._site.tags,
            resolved=(self._topic,),
        )

    def _cpu(self, name: str, words: str, policy: ScalingPolicy, percent: int, comparison: str) -> Alarm:
        return Alarm(
            self._site.named(name),
            words,
            "AWS/EC2",
            "CPUUtilization",
            {"AutoScalingGroupName": policy.group},
            percent,
            (policy,),
            self._site.tags,
            statistic="Average",
            periods=CPU_PERIODS,
            comparison=f"{comparison}Threshold",
            missing="missing",
        )

    def _scaled_by_queue(self, name: str) -> list[Resource]:
        """Scale a tier by the messages that wait for each machine."""
        group, queues, tier = self.groups[name], self._queues(name), self._tiers[name]
        tracking = Tracking(metrics.backlog(group.name, queues), float(tier.backlog))
        found: list[Resource] = [ScalingPolicy(self._site.named(f"{name}-backlog"), group, tracking)]
        if tier.scale_to_zero:
            found += self._may_sleep(name)
        return found

    def _may_sleep(self, name: str) -> list[Resource]:
        """Wake the first machine of a tier when a message comes, since no policy reckons from nothing."""
        named, group, queues = self._site.named, self.groups[name], self._queues(name)
        wake = ScalingPolicy(named(f"{name}-wake"), group, Exactly(1))
        sleep = ScalingPolicy(named(f"{name}-sleep"), group, Exactly(0))
        waits, idle = metrics.nobody_works(group.name, queues), metrics.nothing_to_do(group.name, queues)
        tags = self._site.tags
        return [
            FormulaAlarm(named(f"{name}-asleep"), f"Messages wait while no {name} runs.", waits, 1, (wake,), tags),
            FormulaAlarm(named(f"{name}-bored"), f"No message came for {name}.", idle, IDLE_MINUTES, (sleep,), tags),
        ]

    def _queues(self, name: str) -> tuple[str, ...]:
        return tuple(self._site.named(queue) for queue in processes()[name].queues)
