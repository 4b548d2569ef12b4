#!/usr/bin/env python3
"""Runs the scenario through the older Python SDK (aliyun-python-sdk-core), which signs by V1.

Usage: old_sdk.py URL GET|POST
"""
import json
import sys
from urllib.parse import urlsplit

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

import scenario

url, method = sys.argv[1:]
client = AcsClient("testid", "testsecret", scenario.REGION, auto_retry=False)


def send(action, parameters):
    request = CommonRequest(domain=urlsplit(url).netloc, version="2014-05-26", action_name=action)
    request.set_protocol_type("http")
    request.set_method(method)
    request.set_accept_format("json")
    for name, value in parameters.items():
        request.add_query_param(name, value)
    try:
        return json.loads(client.do_action_with_exception(request))
    except ServerException as error:
        raise scenario.Refused(error.http_status, error.error_code, error.message) from error


scenario.run(f"Python SDK, old, {method}", url, send)
