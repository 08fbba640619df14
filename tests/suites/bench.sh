#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: instructions a packet, by gcc and clang, against their budget
# limit: 400
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg gcc clang valgrind
# valgrind 3.19 does not read clang's newer debugging format
flags='-std=c99 -O2 -gdwarf-4 -Wall -Wextra'
bind='-DENA_OS_BINDING="ena_os_plain.h"'
cd "$t_top"
for cc in gcc clang; do
	exe=$t_work/ena-bench-$cc
	# shellcheck disable=SC2086 # several flags
	t_need "$cc: build" "$cc" $flags -Iinclude -Iena_core "$bind" \
		tests/bench/*.c ena_core/*.c -o "$exe" || continue
	t_run "$cc: rings and verdicts equal the reference" \
		"$exe" --check || :
	t_run "$cc: every case within its budget" "$exe" --gate || :
	sed 's/^/# /' "$t_work/out"
	t_run "$cc: memory" "$exe" --memory || :
	sed 's/^/# /' "$t_work/out"
done
t_end
