#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: instructions a packet, memory and code against their budgets
# limit: 400
#
# For gcc and clang: ena-bench compared with its reference encoder, then
# counted under callgrind (one run a compiler), a case for each row of the
# table; memory of a device with one pair; size of the core.
#
# The budgets are x86-64's; elsewhere only the comparison runs.  What counts
# is instructions: the same each time and on each machine.  Nanoseconds are
# printed for people.
set -eu

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

core_limit=32768

case $(uname -m) in
x86_64|amd64)	counts=yes ;;
*)		counts=no ;;
esac

# Machine lines to cases.
rows()
{
	awk -v cc="$1" '$1 == "ena-bench" {
		for (i = 2; i <= NF; i++) {
			eq = index($i, "=")
			v[substr($i, 1, eq - 1)] = substr($i, eq + 1)
		}
		what = cc " " v["case"]
		if (v["verdict"] == "OVER")
			print "not ok " what ": " v["ir"] " instructions," \
			    " budget " v["budget"]
		else
			print "ok " what
	}' "$t_work/out" >"$t_work/rows"
}

# Code and constants of the core, or why they are not what they should be.
core_size()
{
	for f in ena_core/*.c; do
		"$1" -std=c99 -Os -mno-sse -mno-mmx \
			-ffreestanding -fno-pie -fno-common \
			-fno-stack-protector -fno-asynchronous-unwind-tables \
			-Iinclude "$bind" -c "$f" \
			-o "$t_work/$(basename "$f" .c).o" || return 1
	done
	ld -r -o "$t_work/core" "$t_work"/ena_*.o || return 1
	rm -f "$t_work"/ena_*.o
	nm -u "$t_work/core" | grep -vE ' (memcpy|memset|memmove|memcmp)$' &&
		return 1
	_max=$core_limit
	[ "$1" = gcc ] || _max=$((core_limit * 115 / 100))
	size -A -d "$t_work/core" | awk -v limit="$_max" '
	$1 ~ /^\.(text|rodata)/ { code += $2 }
	$1 ~ /^\.(data|bss)/ { data += $2 }
	END {
		print "core at -Os: " code " of " limit " bytes, data " data + 0
		exit code > limit || data != 0
	}'
}

if [ "$counts" = yes ]; then
	need_pkg valgrind
fi
# valgrind 3.19 does not read clang's newer debugging format
flags='-std=c99 -O2 -gdwarf-4 -Wall -Wextra'
bind='-DENA_OS_BINDING="ena_os_plain.h"'
cd "$t_top"
for cc in gcc clang; do
	if ! pkg_have "$cc"; then
		t_skip "$cc" 'not here'
		continue
	fi
	exe=$t_work/bench-$cc
	# shellcheck disable=SC2086 # several flags
	t_need "$cc build" "$cc" $flags -Iinclude -Iena_core "$bind" \
		tests/bench/*.c ena_core/*.c -o "$exe" || continue
	t_run "$cc rings and verdicts equal the reference" \
		"$exe" --check || :
	t_run "$cc memory" "$exe" --memory || :
	sed 's/^/# /' "$t_work/out"
	if [ "$counts" = no ]; then
		t_skip "$cc instructions" 'budgets are for x86-64'
		continue
	fi
	t_run "$cc size of the core" core_size "$cc" || :
	sed 's/^/# /' "$t_work/out"
	code=0
	"$exe" --gate --machine >"$t_work/out" 2>"$t_work/err" || code=$?
	sed '/^ena-bench /d; s/^/# /' "$t_work/out"
	rows "$cc"
	t_count "$t_work/rows"
	# 1: a case is over its budget, and that has been said
	if [ "$code" -gt 1 ]; then
		t_fail "$cc count" "exit $code"
		sed 's/^/# /' "$t_work/err"
	fi
done
t_end
