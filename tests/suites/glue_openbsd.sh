#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: the OpenBSD glue, unmodified, in a fake OpenBSD kernel
# limit: 600
#
# More of it: GLUE_STRIDE=1000000 pulls the card at every single point.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg meson ninja pkgconf cmocka
t_glue openbsd

# The page: no complaint but about pages that are on the other system, and
# each statistic is in it.
page()
{
	mandoc -Tlint "$t_top/glue_openbsd/ena.4" >"$t_work/lint" 2>&1 || :
	! grep -vE 'referenced manual not found|outdated mandoc.db' \
		"$t_work/lint"
}
counted()
{
	cd "$t_top"
	{
		sed -n 's/.*ENA_RE[A-Z_]*([A-Z_]*, "\([a-z -]*\)",.*/\1/p' \
			ena_core/keep/ena_report.c
		sed -n 's/.*\[ENA_MB_.*\] = "\([a-z ]*\)".*/\1/p' \
			ena_core/keep/ena_mbufs.h
		sed -n -e 's/.*{ "\([a-z ]*\)", *\(ena_\|in->\).*/\1/p' \
			-e 's/.*kstat_kv_init(kv, "\(.*\)", .*/\1/p' \
			glue_openbsd/if_ena.c
	} >"$t_work/names"
	while read -r n; do
		grep -E "^\.It (.* , )?$n( , .*)?\$" glue_openbsd/ena.4 \
			>/dev/null || echo "not in ena.4: $n"
	done <"$t_work/names" >"$t_work/missing"
	cat "$t_work/missing"
	[ ! -s "$t_work/missing" ] && [ "$(wc -l <"$t_work/names")" -ge 48 ]
}
thin()
{
	cd "$t_top/glue_openbsd"
	wc -l if_ena.c if_enavar.h ena_os_openbsd.h
	[ "$(cat if_ena.c if_enavar.h | wc -l)" -lt 1500 ] &&
		[ "$(wc -l <ena_os_openbsd.h)" -lt 300 ]
}
t_run 'glue under 1,500 lines, binding under 300' thin || :
t_run 'each statistic is in ena.4' counted || :
if pkg_ensure optional mandoc && pkg_have mandoc; then
	t_run 'mandoc -Tlint ena.4' page || :
else
	t_skip 'mandoc -Tlint ena.4' 'mandoc is not here'
fi
t_end
