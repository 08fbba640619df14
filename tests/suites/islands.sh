#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: one scene on every system's driver, in one program: the device sees the same
# limit: 300
#
# Drivers of several systems, each with its fake kernel and a device model of
# its own, are islands in one program.  What their devices saw is compared;
# differences that are meant are listed in tests/islands/explained.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg meson ninja pkgconf cmocka
for cc in gcc clang; do
	if ! pkg_have "$cc"; then
		t_skip "$cc" "$cc is not here"
		continue
	fi
	CC=$cc
	export CC
	t_build "build-$cc" || continue
	t_meson "build-$cc" --suite islands
done
t_end
