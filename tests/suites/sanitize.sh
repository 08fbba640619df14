#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: everything under the address and undefined behaviour sanitizers
# limit: 900
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg clang meson ninja pkgconf cmocka
CC=clang
ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export CC ASAN_OPTIONS UBSAN_OPTIONS
t_build build-sanitize -Db_sanitize=address,undefined -Db_lundef=false || t_end
t_meson build-sanitize --timeout-multiplier 4 --no-suite tools --no-suite endurance
demo=$t_top/build-sanitize/tests/tools/ena-demo
if [ -x "$demo" ]; then
	t_tap ena-demo "$t_top/tests/tools/test_demo.sh" "$demo"
else
	t_skip ena-demo 'it was not built (no libpcap?)'
fi
t_end
