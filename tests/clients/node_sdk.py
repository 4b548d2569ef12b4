#!/usr/bin/env python3
"""Runs the scenario through a Node SDK: a script that reads calls and writes answers, a line of JSON each.

Usage: node_sdk.py URL SCRIPT VARIANT
"""
import json
import subprocess
import sys

import scenario

url, script, variant = sys.argv[1:]
node = subprocess.Popen(["node", script, url, variant], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def send(action, parameters):
    print(json.dumps({"action": action, "flat": parameters, "nested": scenario.nested(parameters)}), file=node.stdin, flush=True)
    answer = json.loads(node.stdout.readline())
    if "error" in answer:
        raise scenario.Refused(answer["status"], answer["error"], answer["message"])
    return answer["body"]


scenario.run(f"Node SDK{' over HTTPS' if url.startswith('https') else ''}, {script.removesuffix('.js').replace('_sdk', '')}, {variant.upper()}", url, send)
