#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: the NetBSD glue, unmodified, in a fake NetBSD kernel
# limit: 600
#
# More of it: GLUE_STRIDE=1000000 pulls the card at every single point.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg meson ninja pkgconf cmocka
t_glue netbsd
thin()
{
	cd "$t_top/glue_netbsd"
	wc -l if_ena*.[ch] ena_os_netbsd.h
	[ "$(cat if_ena*.[ch] | wc -l)" -lt 1500 ] &&
		[ "$(wc -l <ena_os_netbsd.h)" -lt 400 ]
}
t_run 'glue under 1,500 lines, binding under 400' thin || :
t_end
