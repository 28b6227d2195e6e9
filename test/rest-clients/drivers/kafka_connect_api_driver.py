"""One call of kafka-connect-api a run: URL USER PASSWORD VERB [ARGUMENT...]. Prints the result as JSON."""

import json
import sys

from kafka_connect_api.kafka_connect_api import Api, Cluster

url, user, password, verb, *arguments = sys.argv[1:]
cluster = Cluster(Api(url=url, username=user, password=password))


def update(name, config):
    cluster.connectors[name].config = json.loads(config)


verbs = {
    "version": lambda: cluster.version,
    "kafka-cluster": lambda: cluster.kafka_cluster,
    "create": lambda body: cluster.api.post("/connectors", json=json.loads(body)),
    "validate": lambda plugin, config: cluster.api.put(f"/connector-plugins/{plugin}/config/validate", json=json.loads(config)),
    "list": lambda: sorted(cluster.connectors),
    "exists": lambda name: cluster.connectors[name].exists(),
    "state": lambda name: cluster.connectors[name].state,
    "config": lambda name: cluster.connectors[name].config,
    "update": update,
    "tasks": lambda name: [{"id": task.id, "state": task.state} for task in cluster.connectors[name].tasks],
    "pause": lambda name: cluster.connectors[name].pause(),
    "resume": lambda name: cluster.connectors[name].resume(),
    "restart-tasks": lambda name: cluster.connectors[name].restart_all_tasks(),
    "restart": lambda name: cluster.connectors[name].restart() and None,
    "set-logger": lambda logger, level: cluster.set_logger_log_level(logger, level),
    "delete": lambda name: cluster.connectors[name].delete(),
}
json.dump(verbs[verb](*arguments), sys.stdout, default=str)
