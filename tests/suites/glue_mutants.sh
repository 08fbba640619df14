#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: nightly
# what: mistakes planted in each system's glue are found by its tests
# limit: 1800
#
#	tests/suites/glue_mutants.sh [SYSTEM ...]
#	MUTANTS='tx-.*|no-tick' ...	only those of such names
#
# A system's mistakes are in tests/glue/mutants_SYSTEM.txt, a line each: its
# name, tests of which one must fail, a sed script.  The script goes over all
# sources of the glue and what it shares; those that it changes, all if a
# header is among them, are compiled with the build's own commands and take
# the place of the sound ones.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg gcc meson ninja pkgconf cmocka
CC=gcc
export CC
t_build build-gcc || t_end
cd "$t_top/build-gcc"
new=$t_work/new

# The commands by which the glue is compiled and a test is linked.
commands()
{
	ninja -t commands "tests/libglue_$1.a" >"$t_work/compile"
	for t in $(awk '!/^#/ { gsub(/,/, " ", $2); print $2 }' \
		"../tests/glue/mutants_$1.txt" | tr ' ' '\n' | sort -u); do
		ninja -t commands "tests/test_$1_$t" | tail -n 1 \
			>"$t_work/link_$t"
	done
}

# Sources with the mistake, into $new; false if there is none.
plant()
{
	rm -rf "$new"
	mkdir "$new"
	: >"$t_work/changed"
	# shellcheck disable=SC2013 # no name here has a space
	for f in $(sed -n 's,.* -c \(\.\./\(glue_\|ena_core/keep/\).*\),\1,p' \
		"$t_work/compile") "../glue_$1"/*.h ../ena_core/keep/*.h; do
		sed "$2" "$f" >"$new/${f##*/}"
		cmp -s "$f" "$new/${f##*/}" ||
			echo "${f##*/}" >>"$t_work/changed"
	done
	# a header is found beside the one that includes it
	if ! grep '\.h$' "$t_work/changed" >/dev/null; then
		for f in "$new"/*; do
			grep -Fx "${f##*/}" "$t_work/changed" >/dev/null ||
				rm "$f"
		done
	fi
	[ -s "$t_work/changed" ]
}

compile()
{
	for f in "$new"/*.c; do
		grep -e "-c \.\./[a-z_/]*/${f##*/}\$" "$t_work/compile" |
			sed -e "s| -o [^ ]*| -w -o ${f%.c}.o|" \
			-e "s| -c [^ ]*| -c $f|" -e "s| -I| -I$new -I|" \
			-e 's/ -M[DFQ] [^ ]*//g' -e 's/ -MD//' >"$t_work/cc"
		[ -s "$t_work/cc" ] && sh -e "$t_work/cc" || return 1
	done
}

# An object comes before the library that has the sound one.
link()
{
	sed "s| -o [^ ]*| -o $t_work/test $(echo "$new"/*.o)|" \
		"$t_work/link_$1" >"$t_work/ld"
	sh -e "$t_work/ld"
}

mutant()
{
	if ! plant "$1" "$4"; then
		t_fail "$1 $2" 'does not apply'
		return
	fi
	if ! compile >"$t_work/out" 2>&1; then
		t_fail "$1 $2" 'does not compile'
		tail -n 5 "$t_work/out" | sed 's/^/# /'
		return
	fi
	for t in $(echo "$3" | tr ',' ' '); do
		if ! link "$t" >"$t_work/out" 2>&1; then
			t_fail "$1 $2" "does not link with $t"
			tail -n 5 "$t_work/out" | sed 's/^/# /'
			return
		fi
		if ! timeout 120 "$t_work/test" >"$t_work/out" 2>&1; then
			t_pass "$1 $2, found by $t"
			grep -m 1 -E '^# (rule|model|dead|left):' \
				"$t_work/out" || :
			return
		fi
	done
	t_fail "$1 $2" 'was not found'
}

if [ $# -eq 0 ]; then
	for list in ../tests/glue/mutants_*.txt; do
		os=${list##*/mutants_}
		set -- "$@" "${os%.txt}"
	done
fi
for os; do
	commands "$os"
	grep -E "^(${MUTANTS:-[^#]*})[[:space:]]" \
		"../tests/glue/mutants_$os.txt" >"$t_work/list"
	while read -r name tests script; do
		mutant "$os" "$name" "$tests" "$script"
	done <"$t_work/list"
done
t_end
