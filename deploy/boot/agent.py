"""What the agent of CloudWatch does on a machine: lines of logs, and metrics that EC2 does not see from outside."""

from typing import Any

from deploy.policies import NAMESPACE

MINUTE = 60


def agent_config(tier: str, site_path: str) -> dict[str, Any]:
    """Give it as the agent's JSON."""
    cloud_init = "/var/log/cloud-init-output.log"
    files = {f"/var/log/cloudapps/{tier}.log": "{instance_id}", cloud_init: "{instance_id}/boot"}
    return {
        "agent": {"metrics_collection_interval": MINUTE, "run_as_user": "root"},
        "logs": {
            "logs_collected": {
                "files": {
                    "collect_list": [
                        {"file_path": path, "log_group_name": f"{site_path}/{tier}", "log_stream_name": stream}
                        for path, stream in files.items()
                    ]
                }
            }
        },
        "metrics": {
            "namespace": NAMESPACE,
            "append_dimensions": {"AutoScalingGroupName": "${aws:AutoScalingGroupName}"},
            "aggregation_dimensions": [["AutoScalingGroupName"]],
            "metrics_collected": {
                "mem": {"measurement": ["used_percent"]},
                "disk": {"measurement": ["used_percent"], "resources": ["/"], "drop_device": True},
                "swap": {"measurement": ["used_percent"]},
            },
        },
    }
