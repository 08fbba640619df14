#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: lanes on real threads: the thread sanitizer, also on weakened atomics
# limit: 300
#
# test_threads under the thread sanitizer must be silent.  With load_acq a
# relaxed load, or store_rel a relaxed store, the sanitizer must see a race,
# and with a cas in two halves two faults must both win: this is how we know
# that the core needs the three operations, and that the plain binding's are
# enough.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg clang meson ninja pkgconf cmocka
CC=clang
TSAN_OPTIONS=exitcode=66
export CC TSAN_OPTIONS
if ! echo 'int main(void) { return (0); }' | clang -fsanitize=thread \
	-x c - -o "$t_work/try" 2>/dev/null || ! "$t_work/try"; then
	t_skip threads 'no thread sanitizer here'
	t_end
fi
dir=build-threads
if [ ! -f "$t_top/$dir/build.ninja" ]; then
	rm -rf "${t_top:?}/$dir"
	t_need configure meson setup "$t_top/$dir" "$t_top" -Dtools=false \
		-Db_sanitize=thread -Db_lundef=false || t_end
fi
t_need build ninja -C "$t_top/$dir" tests/test_threads || t_end
prog=$t_top/$dir/tests/test_threads

CMOCKA_MESSAGE_OUTPUT=TAP
export CMOCKA_MESSAGE_OUTPUT
t_tap sanitized "$prog"

# A weakened operation, what must be said, the exit code.
weak()
{
	code=0
	"$prog" "$1" >"$t_work/out" 2>&1 || code=$?
	if [ "$code" -eq "$3" ] && grep -q "$2" "$t_work/out"; then
		t_pass "a weak $1 is noticed"
	else
		t_fail "a weak $1 is noticed" "exit $code"
		tail -n 20 "$t_work/out" | sed 's/^/# /'
	fi
}

race='WARNING: ThreadSanitizer: data race'
weak load "$race" 66
weak store "$race" 66
weak cas '^not ok .*test_one_fault_wins' 1
t_end
