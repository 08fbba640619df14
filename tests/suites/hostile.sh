#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: a hostile vfio-user client against the server, under sanitizers
# limit: 300
#
#	tests/suites/hostile.sh [SECONDS]
#
# One minute, four at level nightly.  SEED in the environment repeats a run.
# ENA_VFIO_USER and HOSTILE_CLIENT name binaries to use instead of building
# them; the log of a run that failed is build-logs/hostile-server.log.
set -eu

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

case $TEST_LEVEL in
nightly)	seconds=${1:-240} ;;
*)		seconds=${1:-60} ;;
esac

[ "$(uname -s)" = Linux ] || {
	t_skip hostile "needs Linux"
	t_end
}

if [ -z "${ENA_VFIO_USER:-}" ] || [ -z "${HOSTILE_CLIENT:-}" ]; then
	pkg_header json-c/json.h || need_pkg json-c
	build=$t_top/build-hostile
	if [ ! -f "$build/build.ninja" ]; then
		rm -rf "$build"
		t_need "configure" meson setup "$build" "$t_top" \
			-Db_sanitize=address,undefined -Db_lundef=false ||
			t_end
	fi
	t_need "build" meson compile -C "$build" ena-vfio-user \
		hostile_client || t_end
	ENA_VFIO_USER=$(find "$build" -name ena-vfio-user -type f)
	HOSTILE_CLIENT=$(find "$build" -name hostile_client -type f)
fi

log=$t_work/server.log
ASAN_OPTIONS=detect_leaks=1
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS

# everything on: both kinds of BAR2, transcript, capture
"$ENA_VFIO_USER" --profile max --transcript /dev/null \
	--stats "$t_work/stats" --pcap /dev/null \
	--socket "$t_work/0" --trap-bar2 --socket "$t_work/1" \
	--set jitter_pct=50 --set tx_reorder=1 --set admin_reorder=1 \
	2>"$log" &
server=$!
_why=0
trap '_why=$?; kill -9 $server 2>/dev/null || :; t_exit $_why' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ ! -S "$t_work/1" ] || break
	sleep 0.5
done

echo "# $seconds seconds"
if "$HOSTILE_CLIENT" --seconds "$seconds" ${SEED:+--seed "$SEED"} \
	"$t_work/0" "$t_work/1" >"$t_work/out" 2>&1; then
	t_pass "alive after every round"
else
	t_fail "alive after every round"
fi
sed 's/^/# /' "$t_work/out"

code=0
kill "$server" 2>/dev/null || :
wait "$server" || code=$?
if [ "$code" -eq 0 ]; then
	t_pass "ends when asked to"
else
	t_fail "ends when asked to" "exit $code"
fi
if grep -E 'Sanitizer|runtime error' "$log" >/dev/null; then
	t_fail "nothing for the sanitizers"
else
	t_pass "nothing for the sanitizers"
fi
if [ -S "$t_work/0" ] || [ -S "$t_work/1" ]; then
	t_fail "sockets are removed"
else
	t_pass "sockets are removed"
fi
if [ "$t_failed" -ne 0 ]; then
	cp "$log" "$t_top/build-logs/hostile-server.log"
	grep -v '^ena-vfio-user' "$log" | head -n 40 | sed 's/^/# /'
	tail -n 5 "$log" | sed 's/^/# /'
fi
t_end
