#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: a thousand lives; each operation failed, each device fault, once
# limit: 600
#
# Quick, if asked for by TEST_LEVEL, takes samples.  Nightly adds random pairs
# of faults from a new seed, which is printed; ENDURANCE_SEED repeats it.  A
# failure names itself by an id:
#
#	build-endurance/tests/endurance --replay ID [--trace]
set -eu

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg meson ninja pkgconf cmocka

# A directory, then arguments for meson setup.
build()
{
	_dir=$t_top/$1
	shift
	if [ ! -f "$_dir/build.ninja" ]; then
		rm -rf "$_dir"
		t_need "configure" meson setup "$_dir" "$t_top" \
			-Dtools=false "$@" || t_end
	fi
	t_need "build" meson compile -C "$_dir" endurance || t_end
}

# The ids of what failed in the tests of a directory, to paste.
ids()
{
	sed -n 's/^ *again: endurance /# build-endurance\/tests\/endurance /p' \
		"$t_top/$1/meson-logs/testlog.txt" | head -n 20
}

# A directory and how much of it.
run()
{
	_failed=$t_failed
	ENDURANCE=$2
	export ENDURANCE
	t_meson "$1" --suite endurance || :
	[ "$t_failed" -eq "$_failed" ] || ids "$1"
	grep -E '^# (lives|all|nightly)' \
		"$t_top/$1/meson-logs/testlog.txt" || :
}

case $TEST_LEVEL in
quick)		much=quick; sanitized= ;;
nightly)	much=full; sanitized=reduced ;;
*)		much=full; sanitized=quick ;;
esac
build build-endurance
run build-endurance "$much"

if [ "$TEST_LEVEL" = nightly ]; then
	seed=${ENDURANCE_SEED:-$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')}
	echo "# ENDURANCE_SEED=$seed"
	ENDURANCE=nightly ENDURANCE_SEED=$seed CMOCKA_MESSAGE_OUTPUT=TAP \
		t_tap random "$t_top/build-endurance/tests/endurance" random
	sed -n 's/^ *again: /# /p' "$t_work/err" | head -n 20
fi

if [ -n "$sanitized" ]; then
	ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
	UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
	export ASAN_OPTIONS UBSAN_OPTIONS
	build build-endurance-sanitize -Db_sanitize=address,undefined \
		-Db_lundef=false
	run build-endurance-sanitize "$sanitized"
fi
t_end
