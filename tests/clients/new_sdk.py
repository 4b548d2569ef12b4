#!/usr/bin/env python3
"""Runs the scenario through the typed requests of the current Python SDK (alibabacloud_ecs20140526).

Usage: new_sdk.py URL v1|v3
"""
import re
import sys
from urllib.parse import urlsplit

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi import models as open_api
from alibabacloud_tea_openapi import utils_models
from darabonba.runtime import RuntimeOptions

import scenario

url, version = sys.argv[1:]
at = urlsplit(url)
config = open_api.Config(access_key_id="testid", access_key_secret="testsecret", region_id=scenario.REGION, protocol=at.scheme,
                         endpoint=at.netloc)
if version == "v1":
    config.signature_algorithm = "v2"
client = Client(config)
once = RuntimeOptions(autoretry=False)


def untyped(action, parameters):
    """An action that the SDK has no request for."""
    params = utils_models.Params(action=action, version="2014-05-26", protocol=at.scheme, pathname="/", method="POST",
                                 auth_type="AK", style="RPC", req_body_type="formData", body_type="json")
    return client.call_api(params, utils_models.OpenApiRequest(query=parameters), once)["body"]


def send(action, parameters):
    method = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower() + "_with_options"
    try:
        if not hasattr(client, method):
            return untyped(action, parameters)
        request = getattr(models, f"{action}Request")().from_map(scenario.nested(parameters))
        return getattr(client, method)(request, once).body.to_map()
    except Exception as error:
        if not getattr(error, "code", None):
            raise
        raise scenario.Refused(error.status_code, error.code, error.message) from error


scenario.run(f"Python SDK, new, {version.upper()}", url, send)
