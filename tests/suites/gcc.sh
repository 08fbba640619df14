#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: quick
# what: build and tests with gcc
# limit: 600
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg gcc meson ninja pkgconf cmocka
CC=gcc
export CC
t_build build-gcc || t_end
# the tools have suites of their own
t_meson build-gcc --no-suite tools --no-suite endurance
t_end
