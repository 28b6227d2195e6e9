"""Calls of kafka-connect-py: its command line, or `validate URL USER PASSWORD PLUGIN CONFIG`, which its command line sends encoded twice."""

import json
import sys

from kafka_connect.cli import cli
from kafka_connect.kafka_connect import KafkaConnect

if sys.argv[1] == "validate":
    url, user, password, plugin, config = sys.argv[2:]
    connect = KafkaConnect(url=url, auth=f"{user}:{password}")
    json.dump(connect.validate_connector_config(plugin, json.loads(config)), sys.stdout)
else:
    cli()
