#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: quick
# what: ena-demo: options, and captures through two adapters
# limit: 300
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg cc meson ninja pkgconf cmocka pcap
t_build build-gcc || t_end
t_tap ena-demo "$t_top/tests/tools/test_demo.sh" \
	"$t_top/build-gcc/tests/tools/ena-demo" options pcap
t_end
