#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# See the driver core at work, from a fresh clone on a bare machine:
#
#	./demo.sh [options of ena-demo]
#
# Installs what is missing, builds, and runs ena-demo, whose last line is the
# result.  ./demo.sh --help tells its options.  Exit: 0 all is well, 1 not,
# 2 wrong options.
set -eu

top=$(cd "$(dirname "$0")" && pwd)
build=$top/build
PKG_LOG=$build/packages.log
log=$build/demo-build.log

# shellcheck source=tests/suites/pkg.sh
. "$top/tests/suites/pkg.sh"

failed()
{
	echo "demo: failed reason=$*"
	exit 1
}

# Run, output to the log; of a failure show the end.
quietly()
{
	echo "\$ $*" >>"$log"
	"$@" >>"$log" 2>&1 && return 0
	tail -n 30 "$log" >&2
	return 1
}

mkdir -p "$build" || failed "cannot write to $build"
: >"$PKG_LOG"
: >"$log"

echo '[1/3] packages' >&2
pkg_ensure required cc meson ninja pkgconf awk pcap cmocka ||
	failed 'packages are missing (see above)'
if [ "$(uname -s)" = Linux ]; then
	pkg_ensure optional ping socat iperf3 sha256sum
fi

echo '[2/3] build' >&2
if [ ! -f "$build/build.ninja" ]; then
	quietly meson setup "$build" "$top" ||
		failed "meson setup (build/demo-build.log)"
fi
quietly meson compile -C "$build" ena-demo ||
	failed "build (build/demo-build.log)"

echo '[3/3] demo' >&2
if [ "$(uname -s)" = Linux ] && [ ! -e /dev/net/tun ] &&
	[ "$(id -u)" -eq 0 ] && command -v modprobe >/dev/null; then
	modprobe tun 2>/dev/null || :
fi
exec "$build/tests/tools/ena-demo" "$@"
