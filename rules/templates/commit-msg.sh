#!/bin/sh
# SPDX-License-Identifier: [LICENSE ID]

# Refuses a commit without its author's sign-off. Switch it on once for each clone:
#   git config core.hooksPath .githooks
exec provost dco --message "$1"
