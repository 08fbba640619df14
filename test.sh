#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Run the tests, from a fresh clone on a bare machine:
#
#	./test.sh		everything but what takes very long
#	./test.sh quick		a first opinion, two minutes
#	./test.sh nightly	what takes longer
#	./test.sh NAME ...	these suites; ./test.sh list names them
#	./test.sh glue [SYSTEM ...]	the glue's: glue_SYSTEM, or all
#
# Installs what is missing.  A suite is a file tests/suites/NAME.sh; what it
# has to look like is written in tests/suites/lib.sh.  One line a suite, more
# of those that fail; full logs stay in build-logs/.  The last line is
# "N passed, N failed, N skipped"; exit 0 if nothing failed, 2 for a suite
# that does not exist.
set -eu

top=$(cd "$(dirname "$0")" && pwd)
suites=$top/tests/suites
logs=$top/build-logs
started=$(date +%s)
budget=3540			# s, all of a full run; a minute less than an hour
child=
passed=0
failed=0
skipped=0

header()
{
	sed -n "2,12s/^# $2: *//p" "$1" | head -n 1
}

names()
{
	for f in "$suites"/*.sh; do
		[ -n "$(header "$f" level)" ] && basename "$f" .sh
	done
}

# Quick ones first, so that bad news comes early.
of_level()
{
	for want; do
		for name in $(names); do
			if [ "$(header "$suites/$name.sh" level)" = "$want" ]
			then
				echo "$name"
			fi
		done
	done
}

list()
{
	for name in $(names); do
		printf '  %-14s %-8s %s\n' "$name" \
			"$(header "$suites/$name.sh" level)" \
			"$(header "$suites/$name.sh" what)"
	done
}

usage()
{
	echo 'usage: ./test.sh [quick | full | nightly | list | NAME ... |'
	echo '    glue [SYSTEM ...]]'
	list
}

stop()
{
	trap - INT TERM HUP
	if [ -n "$child" ]; then
		kill "$child" 2>/dev/null || :
		wait "$child" 2>/dev/null || :
	fi
	echo 'interrupted' >&2
	echo "$passed passed, $((failed + 1)) failed, $skipped skipped"
	exit 1
}

# Run a suite within a limit, in the background so that we can be interrupted.
# Its output goes to the log right here: a trap that interrupts this function
# has to write where we do.
limited()
{
	limit=$1
	shift
	if command -v timeout >/dev/null; then
		timeout -k 10 "$limit" "$@" >"$log" 2>&1 &
	else
		"$@" >"$log" 2>&1 &
	fi
	child=$!
	code=0
	wait "$child" || code=$?
	child=
	return "$code"
}

# The sum a suite printed as its last line: "P F S", or nothing.
sum_of()
{
	tail -n 1 "$1" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p'
}

report()
{
	word=ok
	[ "$f" -eq 0 ] || word=FAILED
	[ "$word" != ok ] || [ "$p" -gt 0 ] || word=skip
	printf '%-7s %-14s %5d passed' "$word" "$name" "$p"
	[ "$f" -eq 0 ] || printf ', %d failed' "$f"
	[ "$s" -eq 0 ] || printf ', %d skipped' "$s"
	printf '  (%d s)\n' "$took"
	sed -n 's/^skip /        skipped: /p' "$log" | sort -u
	[ "$f" -ne 0 ] || return 0
	# failed cases, each with the notes that follow it
	awk '/^not ok / { on = 25 }
	/^(ok|skip) |^[0-9]+ passed, / { on = 0 }
	on > 0 { print "        " $0; on-- }' "$log" | head -n 60
	echo "        log: build-logs/$name.log"
}

run_suite()
{
	name=$1
	log=$logs/$name.log
	limit=$(header "$suites/$name.sh" limit)
	limit=${limit:-600}
	now=$(date +%s)
	left=$((deadline - now))
	[ "$limit" -lt "$left" ] || limit=$left
	p=0 f=0 s=0 took=0
	if [ "$limit" -le 0 ]; then
		echo 'not ok the time for all suites is used up' >"$log"
		f=1
	else
		if [ -t 1 ]; then
			printf '...     %s\r' "$name"
		fi
		code=0
		limited "$limit" sh "$suites/$name.sh" || code=$?
		took=$(($(date +%s) - now))
		sum=$(sum_of "$log")
		if [ -n "$sum" ]; then
			p=${sum%% *} s=${sum##* }
			f=${sum#* }
			f=${f% *}
		fi
		case $code in
		124|137)
			echo "not ok $name: not done after $limit s" >>"$log"
			[ "$f" -ne 0 ] || f=1 ;;
		*)	if [ -z "$sum" ] ||
				{ [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; }; then
				echo "not ok $name: ended with $code" >>"$log"
				f=$((f + 1))
			fi ;;
		esac
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	report
}

# Glue suites as two words.
if [ "${1:-}" = glue ]; then
	shift
	# shellcheck disable=SC2046 # names have no spaces
	[ $# -gt 0 ] || set -- $(of_level full | sed -n 's/^glue_//p')
	for name; do
		shift
		set -- "$@" "glue_$name"
	done
fi

TEST_LEVEL=full
case ${1:-full} in
quick)		TEST_LEVEL=quick; todo=$(of_level quick); budget=900 ;;
full)		todo=$(of_level quick full) ;;
nightly)	TEST_LEVEL=nightly; todo=$(of_level nightly); budget=36000 ;;
list)		list; exit 0 ;;
-h|--help)	usage; exit 0 ;;
*)
	todo=
	budget=36000
	for name; do
		if [ ! -f "$suites/$name.sh" ] ||
			[ -z "$(header "$suites/$name.sh" level)" ]; then
			echo "There is no suite '$name'.  Suites are:" >&2
			list >&2
			exit 2
		fi
		[ "$(header "$suites/$name.sh" level)" != nightly ] ||
			TEST_LEVEL=nightly
		todo="$todo $name"
	done ;;
esac
export TEST_LEVEL

mkdir -p "$logs"
trap stop INT TERM HUP
PKG_LOG=$logs/packages.log
: >"$PKG_LOG"
# shellcheck source=tests/suites/pkg.sh
. "$suites/pkg.sh"
[ "$(uname -s)" != Linux ] || pkg_ensure optional json-c || :
if ! pkg_ensure required cc meson ninja pkgconf awk pcap cmocka; then
	echo '0 passed, 1 failed, 0 skipped'
	exit 1
fi
if [ "$TEST_LEVEL" != quick ] && [ "$(uname -s)" = Linux ]; then
	pkg_ensure optional gcc clang ping socat iperf3 shellcheck
fi

deadline=$((started + budget))
for one in $todo; do
	run_suite "$one"
done
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
