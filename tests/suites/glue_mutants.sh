#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: nightly
# what: mistakes planted in the OpenBSD glue are found by its tests
# limit: 1200
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg gcc meson ninja pkgconf cmocka
CC=gcc
export CC
t_build build-gcc || t_end
cd "$t_top"
lib=build-gcc/tests

# A mutant's object replaces the library's.
mutant()
{
	gcc -std=gnu99 -O1 -g -w -nostdinc -ffreestanding -D_KERNEL \
		-DMULTIPROCESSOR -DDIAGNOSTIC \
		'-DENA_OS_BINDING=<dev/pci/ena_os_openbsd.h>' \
		-Itests/fake/openbsd/include -Itests/fake/common/include \
		-Iinclude -Iglue_openbsd -Iena_core -c "$t_work/if_ena.c" -o "$t_work/if_ena.o" &&
	gcc -o "$t_work/test" "$t_work/if_ena.o" \
		"$lib/test_openbsd_$1.p/glue_test_glue_$1.c.o" \
		$lib/libglue_fix.a $lib/libglue_openbsd.a \
		-Wl,--start-group $lib/libfake_openbsd.a \
		$lib/libfake_common.a $lib/libmock_dev.a -Wl,--end-group \
		-lcmocka
}

grep -v '^#' tests/glue/mutants_openbsd.txt >"$t_work/list"
while read -r name tests script; do
	sed "$script" glue_openbsd/if_ena.c >"$t_work/if_ena.c"
	if cmp -s "$t_work/if_ena.c" glue_openbsd/if_ena.c; then
		t_fail "$name" 'does not apply'
		continue
	fi
	found=
	for t in $(echo "$tests" | tr ',' ' '); do
		if ! mutant "$t" >"$t_work/out" 2>&1; then
			t_fail "$name" 'does not compile'
			tail -n 5 "$t_work/out" | sed 's/^/# /'
			found=error
			break
		fi
		if ! timeout 120 "$t_work/test" >"$t_work/out" 2>&1; then
			found=$t
			break
		fi
	done
	case $found in
	error)	;;
	'')	t_fail "$name" 'was not found' ;;
	*)	t_pass "$name, found by $found"
		grep -m 1 -E '^# (rule|model|dead|left):' "$t_work/out" || : ;;
	esac
done <"$t_work/list"
t_end
