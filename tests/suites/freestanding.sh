#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: quick
# what: the core needs nothing but mem functions and owns no data
# limit: 120
#
# For the plain and the table binding, gcc and clang, -Os and -O2: link the
# objects of the core into one and look at it.
#  - undefined: at most memcpy, memset, memmove, memcmp, which compilers call
#    by themselves
#  - no section that is writable and not empty: no data, no bss, no common,
#    nothing per thread, no constructors
#  - every global name begins with ena_
#  - code and constants for x86-64 at -Os: at most 32 KiB
# Also printed: stack of the longest chain of calls.
set -eu

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"
# Of the plain binding, as a table of pointers costs a call each, and by gcc:
# what clang makes of it may be 1.15 times as much, as with instructions.
limit=32768

# Reasons to fail, one a line.
look_at()
{
	nm -P "$1" | awk '
	$2 == "U" && $1 !~ /^(memcpy|memset|memmove|memcmp)$/ {
		print "undefined: " $1
	}
	$2 ~ /^[BbCcDdGgSs]$/ { print "writable: " $1 }
	$2 ~ /^[A-Z]$/ && $2 != "U" && $1 !~ /^ena_/ {
		print "global name: " $1
	}
	'
	# "[ 1] .text PROGBITS addr off size es flags ..."; sizes are hex
	LC_ALL=C readelf -SW "$1" | sed 's/^ *\[ *[0-9]*\] *//' | awk '
	$2 ~ /^(PROGBITS|NOBITS|INIT_ARRAY|FINI_ARRAY)$/ &&
	    $7 ~ /W/ && $5 !~ /^0*$/ {
		print "section " $1 " is writable: 0x" $5 " bytes"
	}'
}

# Code and constants: allocated, not writable, without unwind tables.
text_bytes()
{
	LC_ALL=C size -A -d "$1" | awk '
	$1 ~ /^\.(text|rodata)/ { n += $2 }
	END { print n + 0 }'
}

build()
{
	out=$1
	shift
	rm -f "$t_work"/*.o "$t_work"/*.ci
	for f in "$t_top"/ena_core/*.c; do
		# shellcheck disable=SC2086 # two words
		"$@" $general -std=c99 -ffreestanding -fno-pie -fno-common \
			-fno-stack-protector -fno-asynchronous-unwind-tables \
			-I"$t_top/include" -c "$f" \
			-o "$t_work/$(basename "$f" .c).o" || return 1
	done
	ld -r -o "$out" "$t_work"/*.o
}

# A kernel has no floating point registers to save.
x86=no
general=
case $(uname -m) in
x86_64|amd64)
	x86=yes
	general='-mno-sse -mno-mmx' ;;
esac

for cc in gcc clang; do
	if ! pkg_have "$cc"; then
		t_skip "$cc" 'not here'
		continue
	fi
	max=$limit
	[ "$cc" = gcc ] || max=$((limit * 115 / 100))
	for os in plain table; do
		for opt in -Os -O2; do
			what="$cc $opt $os"
			if ! build "$t_work/all" "$cc" "$opt" \
				-DENA_OS_BINDING="\"ena_os_$os.h\"" \
				2>"$t_work/found"; then
				t_fail "$what" 'does not compile'
				sed 's/^/# /' "$t_work/found"
				continue
			fi
			look_at "$t_work/all" >"$t_work/found"
			bytes=$(text_bytes "$t_work/all")
			if [ "$bytes" -eq 0 ]; then
				echo 'no code at all' >>"$t_work/found"
			fi
			if [ "$opt$os" = -Osplain ] && [ "$x86" = yes ] &&
				[ "$bytes" -gt "$max" ]; then
				echo "more than $max bytes" \
					>>"$t_work/found"
			fi
			if [ -s "$t_work/found" ]; then
				t_fail "$what" "$bytes bytes"
				sed 's/^/# /' "$t_work/found"
			else
				t_pass "$what: $bytes bytes"
			fi
		done
	done
done

if pkg_have gcc && build "$t_work/all" gcc -O2 -fcallgraph-info=su \
	-DENA_OS_BINDING='"ena_os_plain.h"' 2>/dev/null; then
	awk -f "$t_top/tests/cross/callgraph.awk" "$t_work"/*.ci |
		sed -n -e 's/^frame/# largest frame, bytes:/p' \
		-e 's/^deepest/# deepest chain of calls, bytes:/p'
fi
t_end
