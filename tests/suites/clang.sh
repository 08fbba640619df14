#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: build and tests with clang
# limit: 600
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg clang meson ninja pkgconf cmocka
CC=clang
export CC
t_build build-clang || t_end
t_meson build-clang --no-suite tools --no-suite endurance
t_end
