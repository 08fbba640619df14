#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: instructions a packet of whole drivers, in their fake kernels
# limit: 600
#
# ena-bench-SYSTEM for each system that has glue here, under callgrind: core
# and glue together against the case's gate (gcc; clang gets 15 % on top,
# arm64 is only shown).  The fake kernel's own instructions are the last
# column and count for nobody.
#
# Cases that are over their gate are listed with the reason in
# tests/bench/glue/over.txt and reported as skipped.  Each has a ceiling there
# that it must not exceed, and one that has come below its gate has to leave
# the list.
#
#	BENCH_CC="gcc clang"		also clang, four minutes more
#	BENCH_SYSTEMS="openbsd netbsd"	only these
#	BENCH_TOP=20			the dearest functions of each case
set -eu

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg valgrind meson ninja pkgconf cmocka
cd "$t_top"
split=tests/bench/glue/split.awk
over=tests/bench/glue/over.txt

case $(uname -m) in
x86_64|amd64)	gated=yes ;;
*)		gated=no ;;
esac

# One case from one dump: its row, with BENCH_TOP its functions, and a case
# line if it has a gate.
row()
{
	awk -v what="$1 $2" -v sys="$2" -v name="$3" -v packets="$4" \
		-v gate="$5" -v gated="$gated" \
		-v clang="$(echo "$1" | grep -c clang)" '
	FNR == NR {
		if ($1 == sys && $2 == name) {
			ceiling = $3 * (clang ? 1.15 : 1)
			why = $0
			sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "", why)
		}
		next
	}
	/^sum / {
		core = $2 / packets
		glue = $3 / packets
		limit = gate * (clang ? 1.15 : 1)
		max = ceiling == 0 ? limit : ceiling
		printf "# %-18s %7.1f %7.1f %7.1f %7s %9.0f\n", name, core,
		    glue, core + glue, gate == 0 ? "-" : limit, $4 / packets
		if (gate == 0 || gated == "no")
			next
		if (core + glue <= limit && ceiling != 0)
			printf "not ok %s %s: %.1f of %.1f, but on the list\n",
			    what, name, core + glue, limit
		else if (core + glue <= limit)
			printf "ok %s %s\n", what, name
		else if (ceiling != 0 && core + glue <= ceiling)
			printf "skip %s %s: %.1f instructions of %.1f: %s\n",
			    what, name, core + glue, limit, why
		else
			printf "not ok %s %s: %.1f instructions of %.1f\n",
			    what, name, core + glue, max
	}' "$over" "$t_work/split"
	[ -z "${BENCH_TOP:-}" ] ||
		sort -k 2nr "$t_work/split" | awk -v packets="$4" \
			-v top="$BENCH_TOP" '/^fn / && n++ < top {
			printf "#     %7.1f %s %s\n", $2 / packets, $3, $4
		}'
}

# Run a program: compiler, system, program.
run()
{
	valgrind -q --tool=callgrind --dump-after=bench_mark \
		--callgrind-out-file="$t_work/$1-$2.cg" "$3" \
		>"$t_work/$1-$2.cases" 2>"$t_work/$1-$2.err" &&
		: >"$t_work/$1-$2.done"
}

# The programs that are asked for, as "SYSTEM PROGRAM": compiler.
programs()
{
	for exe in "build-$1"/tests/ena-bench-*; do
		[ -f "$exe" ] || continue	# not what it is made from
		system=${exe##*ena-bench-}
		case " ${BENCH_SYSTEMS:-$system} " in
		*" $system "*)	echo "$system $exe" ;;
		esac
	done
}

# All cases of one program: compiler, system, program.
count()
{
	if [ ! -f "$t_work/$1-$2.done" ]; then
		t_fail "$1 $2" 'callgrind'
		sed 's/^/# /' "$t_work/$1-$2.err"
		return 0
	fi
	"$3" list >"$t_work/gates"
	printf '# %-18s %7s %7s %7s %7s %9s\n' "$1 $2" core glue both \
		gate fake >"$t_work/rows"
	part=0
	while read -r word name packets; do
		[ "$word" = case ] || continue
		part=$((part + 2))
		if ! awk -f "$split" "$t_work/$1-$2.cg.$part" \
			>"$t_work/split"; then
			echo "not ok $1 $2 $name: no count" >>"$t_work/rows"
			continue
		fi
		gate=$(awk -v n="$name" '$1 == n { print $2 }' \
			"$t_work/gates")
		row "$1" "$2" "$name" "$packets" "$gate" >>"$t_work/rows"
	done <"$t_work/$1-$2.cases"
	# nothing said: nothing measured
	[ "$part" -gt 0 ] || echo "not ok $1 $2: no case" >>"$t_work/rows"
	t_count "$t_work/rows"
}

# Is the count right?  A dump by hand, in which core did 3 + 20 (memset
# included), glue 40 and 7 of what all glue shares, and the rest 500 + 100 -
# 20.
cat >"$t_work/cg.hand" <<'END'
version: 1
positions: line
events: Ir
summary: 650

fl=(1) /t/build/../tests/fake/openbsd/k_net.c
fn=(1) ifq_start
10 500
fl=(2) /t/build/../glue_openbsd/if_ena.c
fn=(2) ena_start
20 30
+1 10
cfi=(1)
cfn=(3) fc_point
calls=7 10
+1 77
fi=(3) /t/build/../include/ena.h
300 2
cfi=(4) string/memset-avx2.S
cfn=(4) __memset_avx2_unaligned
calls=1 5
* 20
+1 1
fi=(5) /t/build/../ena_core/keep/ena_mbufs.h
9 7

fl=(4)
fn=(4)
5 100
END
hand()
{
	awk -f "$split" "$t_work/cg.hand" | grep -x 'sum 23 47 580'
}
t_run 'an instruction has the right owner' hand || :

for cc in ${BENCH_CC:-gcc}; do
	if ! pkg_have "$cc"; then
		t_skip "$cc" "$cc is not here"
		continue
	fi
	CC=$cc
	export CC
	t_build "build-$cc" || continue
	programs "$cc" >"$t_work/programs"
	[ -s "$t_work/programs" ] || t_fail "$cc" 'no glue here'
	while read -r system exe; do
		run "$cc" "$system" "$exe" &
	done <"$t_work/programs"
	wait
	while read -r system exe; do
		count "$cc" "$system" "$exe"
	done <"$t_work/programs"
done
t_end
