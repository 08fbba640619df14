#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: each sync, barrier, if and undo of the core taken out: tests notice
# limit: 700
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg gcc meson ninja pkgconf cmocka
CC=gcc
export CC
# all but the device model is compiled there, with the mutations in it
build=$t_top/build-bite
if [ ! -f "$build/build.ninja" ]; then
	rm -rf "$build"
	t_need configure meson setup "$build" "$t_top" -Dbuildtype=plain \
		-Doptimization=1 -Dtools=false || t_end
fi
t_need build ninja -C "$build" tests/libmock_dev.a || t_end

# what it leaves behind when it is stopped goes away with $t_work
TMPDIR=$t_work python3 "$t_top/tests/bite/bite.py" --build "$build" \
	--jobs "$JOBS" >"$t_work/bite" 2>&1 || :
sed '$d' "$t_work/bite" | sed '/^not ok /!s/^/# /'
sum=$(tail -n 1 "$t_work/bite")
case $sum in
*' passed, '*)
	n=${sum%% passed*}
	bad=${sum#* passed, }
	t_passed=$((t_passed + n))
	t_failed=$((t_failed + ${bad%% failed*})) ;;
*)
	t_fail bite "$sum" ;;
esac
t_end
