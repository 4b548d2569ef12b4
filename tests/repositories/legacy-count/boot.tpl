#!/bin/sh
echo "server ${index} as ${role}" > /etc/motd
