#!/bin/bash
release=${release}
echo "$${release}" >/var/run/release
