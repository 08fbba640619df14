#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: quick
# what: the core alone compiles: its sources, its headers, a compiler
# limit: 180
#
# Nothing but ena_core/ and include/ is taken, no build system and no library.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

cp -R "$t_top/ena_core" "$t_top/include" "$t_work/"

# All of the core with a compiler and its flags, from where it was copied to.
all()
{
	mkdir -p "$t_work/o"
	(cd "$t_work/o" && "$@" -c ../ena_core/*.c -I../include)
}

for cc in gcc clang; do
	if ! pkg_have "$cc"; then
		t_skip "$cc" "$cc is not here"
		continue
	fi
	for os in plain table; do
		bind="-DENA_OS_BINDING=\"ena_os_$os.h\""
		t_run "$cc, $os binding, as documented" \
			all "$cc" "$bind" || :
		t_run "$cc, $os binding, C99, all warnings" all "$cc" \
			-std=c99 -O1 -ffreestanding -Wall -Wextra -Wconversion \
			-Wshadow -Wcast-qual -Wmissing-prototypes \
			-Wstrict-prototypes -Wundef -Werror "$bind" || :
	done
done
t_end
