#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: quick
# what: ena-trace, and our bring-up against Linux's, difference by difference
# limit: 300
#
# Needs no virtual machine: what Linux does is kept in tests/trace/golden and
# renewed by tests/trace/refresh.sh.  A difference without a reason fails,
# and so does a reason whose difference is gone.
#
# Called by check:
# shellcheck disable=SC2317
set -eu

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

here=$t_top/tests/trace
dir=$t_top/build-trace
tools='ena-trace ena-bringup ena-trace-fuzz'

if [ ! -f "$dir/build.ninja" ]; then
	rm -rf "$dir"
	t_need "configure" meson setup -Db_sanitize=address,undefined \
		-Db_lundef=false "$dir" "$t_top" || t_end
fi
# shellcheck disable=SC2086 # a list
t_run "build" meson compile -C "$dir" $tools || t_end
if grep 'warning:' "$t_work/out"; then
	t_fail "build without warnings"
fi
find_tool()
{
	find "$dir" -name "$1" -type f
}
trace=$(find_tool ena-trace)
bringup=$(find_tool ena-bringup)
UBSAN_OPTIONS=halt_on_error=1
export UBSAN_OPTIONS

t_tap "ena-trace" "$here/test_trace.sh" "$trace" "$bringup" \
	"$(find_tool ena-trace-fuzz)"

# ---- ours against Linux's

# explained KERNEL PROFILE OURS
explained()
{
	"$here/doc.sh" diff "$1" "$2" "$trace" "$3" --context 1
}

# One of our lines changed must be noticed.
notices()
{
	grep -q "reg=$4 " "$3" || return 1
	sed "/reg=$4 /s/val=0x......../val=0x00777777/" "$3" >"$t_work/bent"
	! explained "$1" "$2" "$t_work/bent" >"$t_work/diff" 2>&1 &&
		grep "not explained: .*$4" "$t_work/diff"
}

# So must a difference that is no longer one: Linux against Linux.
notices_less()
{
	! explained "$1" "$2" "$here/golden/linux-$1-$2.txt" \
		>"$t_work/diff" 2>&1 &&
		grep 'explained, but there is no such difference' \
			"$t_work/diff"
}

"$here/doc.sh" pairs >"$t_work/pairs"
[ -s "$t_work/pairs" ] || t_fail "transcripts of Linux" "none"
while read -r kernel profile word; do
	name="Linux $kernel, $profile:"
	ours=$t_work/ours-$profile
	if ! t_run "$name our bring-up" sh -c \
		"'$bringup' '$word' >'$ours'"; then
		continue
	fi
	t_run "$name each difference has its reason" \
		explained "$kernel" "$profile" "$ours" || :
	t_run "$name a new difference is noticed" \
		notices "$kernel" "$profile" "$ours" AQ_CAPS || :
	t_run "$name a vanished one is noticed" \
		notices_less "$kernel" "$profile" || :
done <"$t_work/pairs"
t_run "docs/linux-diff.md says what is so" \
	"$here/doc.sh" check "$trace" "$bringup" || :
t_end
