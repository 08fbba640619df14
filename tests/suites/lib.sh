# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What suites share.  Sourced first thing; no suite itself.
#
# A suite is a file tests/suites/NAME.sh that says in its first comment
#
#	# level: quick|full|nightly
#	# what: one line for people
#	# limit: seconds it may take (default 600)
#
# It runs by itself or from test.sh, from any directory.  On standard output
# it prints a line for each case,
#
#	ok NAME
#	not ok NAME: REASON
#	skip NAME: REASON
#
# "# ..." lines for people, and as its last line the sum,
#
#	N passed, N failed, N skipped
#
# and exits 0 if nothing failed.  With this file that is: t_pass, t_fail,
# t_skip, t_run, t_tap, t_meson for cases, and t_end as the last command.
#
# Environment, all optional: TEST_LEVEL (quick, full or nightly), JOBS.
# Files: $t_top the source tree, $t_work a directory that goes away at the
# end.  Builds stay in $t_top/build-*.

t_top=$(cd "$(dirname "$0")/../.." && pwd)
t_name=$(basename "$0" .sh)
t_passed=0
t_failed=0
t_skipped=0
t_ended=no
TEST_LEVEL=${TEST_LEVEL:-full}
JOBS=${JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}

mkdir -p "$t_top/build-logs"
PKG_LOG=$t_top/build-logs/packages.log
# shellcheck source=tests/suites/pkg.sh
. "$t_top/tests/suites/pkg.sh"

t_work=$(mktemp -d "${TMPDIR:-/tmp}/ena-$t_name.XXXXXX")

# A suite that stops early has failed, whatever it has counted.  A trap with
# something else to do first hands the status over: t_exit STATUS.
t_exit()
{
	_code=${1:-$?}
	rm -rf "$t_work"
	if [ "$t_ended" = no ]; then
		echo "not ok $t_name: the suite stopped early ($_code)"
		echo "$t_passed passed, $((t_failed + 1)) failed," \
			"$t_skipped skipped"
		trap - EXIT
		exit 1
	fi
}
trap t_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

t_pass()
{
	t_passed=$((t_passed + 1))
	echo "ok $1"
}

t_fail()
{
	t_failed=$((t_failed + 1))
	echo "not ok $1${2:+: $2}"
}

t_skip()
{
	t_skipped=$((t_skipped + 1))
	echo "skip $1${2:+: $2}"
}

# A name, then a command that must succeed.
t_run()
{
	_what=$1
	shift
	if "$@" >"$t_work/out" 2>&1; then
		t_pass "$_what"
		return 0
	fi
	t_fail "$_what" "exit $?"
	tail -n 40 "$t_work/out" | sed 's/^/# /'
	return 1
}

# The same, without a case of its own if it succeeds.
t_need()
{
	_what=$1
	shift
	"$@" >"$t_work/out" 2>&1 && return 0
	t_fail "$_what" "exit $?"
	tail -n 40 "$t_work/out" | sed 's/^/# /'
	return 1
}

# Case lines of a file in this suite's format (t_tap, t_meson).
t_count()
{
	t_passed=$((t_passed + $(grep -c '^ok ' "$1" || :)))
	t_failed=$((t_failed + $(grep -c '^not ok ' "$1" || :)))
	t_skipped=$((t_skipped + $(grep -c '^skip ' "$1" || :)))
	cat "$1"
}

# A name, then a command whose standard output is TAP.
t_tap()
{
	_what=$1
	shift
	_code=0
	"$@" >"$t_work/tap" 2>"$t_work/err" || _code=$?
	awk -v what="$_what" -v code="$_code" '
	/^(not )?ok / {
		text = $0
		sub(/^(not )?ok [0-9]* *-? */, "", text)
		if (/# *[Ss][Kk][Ii][Pp]/) {
			reason = text
			sub(/^.*# *[Ss][Kk][Ii][Pp] */, "", reason)
			sub(/ *# *[Ss][Kk][Ii][Pp].*/, "", text)
			print "skip " what " " text ": " reason
		} else if (/^ok /)
			print "ok " what " " text
		else {
			print "not ok " what " " text
			bad = 1
		}
		n++
		next
	}
	/^# / { print }
	END {
		if (code != 0 && !bad)
			print "not ok " what ": exit " code
		else if (n == 0)
			print "not ok " what ": no test has run"
	}' "$t_work/tap" >"$t_work/cases"
	t_count "$t_work/cases"
	if grep '^not ok' "$t_work/cases" >/dev/null; then
		tail -n 20 "$t_work/err" | sed 's/^/# /'
	fi
}

# The cases in a meson-logs/testlog.json: one object a line, whose "stdout"
# holds the TAP output.  A test without TAP is one case.
t_testlog()
{
	awk '
	function field(name,   s)
	{
		if (!match($0, "\"" name "\": \"([^\"\\\\]|\\\\.)*\""))
			return ""
		s = substr($0, RSTART, RLENGTH - 1)
		sub("^\"" name "\": \"", "", s)
		return s
	}
	{
		name = field("name")
		sub(/^.* \/ /, "", name)
		result = field("result")
		n = split(field("stdout"), line, /\\n/)
		good = bad = skipped = 0
		for (i = 1; i <= n; i++) {
			text = line[i]
			sub(/^(not )?ok [0-9]* *-? */, "", text)
			if (line[i] ~ /^(not )?ok .*# *[Ss][Kk][Ii][Pp]/) {
				sub(/ *# *[Ss][Kk][Ii][Pp] */, ": ", text)
				print "skip " name " " text
				skipped++
			} else if (line[i] ~ /^ok /) {
				print "ok " name " " text
				good++
			} else if (line[i] ~ /^not ok /) {
				print "not ok " name " " text
				bad++
			} else if (line[i] ~ /^# (error|ERROR|.*\.[ch]:[0-9])/)
				print line[i]
		}
		if (result == "OK" || result == "EXPECTEDFAIL") {
			if (good + bad + skipped == 0)
				print "ok " name
		} else if (result == "SKIP") {
			if (skipped == 0)
				print "skip " name ": skipped"
		} else if (bad == 0)
			print "not ok " name ": " result
	}' "$1"
}

# Configure and build: a directory under the top, then arguments for meson.
# CC and CFLAGS of the environment count at the first setup only.
t_build()
{
	_dir=$t_top/$1
	shift
	if [ ! -f "$_dir/build.ninja" ]; then
		rm -rf "$_dir"
		t_need "configure" meson setup "$_dir" "$t_top" "$@" ||
			return 1
	fi
	t_need "build" meson compile -C "$_dir" || return 1
	if grep -E 'warning:' "$t_work/out" >/dev/null; then
		grep -E 'warning:' "$t_work/out" | sort -u | head -n 20 |
			sed 's/^/# /'
		t_fail "build" "$(grep -c 'warning:' "$t_work/out") warnings"
	else
		t_pass "build without warnings"
	fi
}

# Run meson's tests in a directory, then arguments for meson test.
t_meson()
{
	_dir=$t_top/$1
	shift
	_code=0
	CMOCKA_MESSAGE_OUTPUT=TAP meson test -C "$_dir" --no-rebuild \
		--num-processes "$JOBS" "$@" >"$t_work/out" 2>&1 || _code=$?
	if [ ! -f "$_dir/meson-logs/testlog.json" ] ||
		grep '^No suitable tests defined' "$t_work/out" >/dev/null; then
		t_fail "meson test" "$(tail -n 1 "$t_work/out")"
		return 1
	fi
	t_testlog "$_dir/meson-logs/testlog.json" >"$t_work/cases"
	t_count "$t_work/cases"
	if [ "$_code" -ne 0 ] &&
		! grep '^not ok' "$t_work/cases" >/dev/null; then
		t_fail "meson test" "exit $_code"
	fi
}

# Things this suite cannot do without.  When they cannot be had the suite is
# skipped as a whole, with the reason.
need_pkg()
{
	pkg_ensure required "$@" 2>"$t_work/pkg" && return 0
	cat "$t_work/pkg" >&2
	t_skip "$t_name" "$(tail -n 1 "$t_work/pkg")"
	t_end
}

# The sum, and out.
t_end()
{
	t_ended=yes
	echo "$t_passed passed, $t_failed failed, $t_skipped skipped"
	[ "$t_failed" -eq 0 ] || exit 1
	exit 0
}

# The tests of that system's glue in its fake kernel: built by each compiler,
# run as built by the first.
t_glue()
{
	if [ "$TEST_LEVEL" = nightly ]; then
		GLUE_STRIDE=${GLUE_STRIDE:-4000}
		export GLUE_STRIDE
	fi
	_first=
	for _cc in gcc clang; do
		if ! pkg_have "$_cc"; then
			t_skip "$_cc" "$_cc is not here"
			continue
		fi
		CC=$_cc
		export CC
		t_build "build-$_cc" || continue
		_first=${_first:-build-$_cc}
	done
	[ -z "$_first" ] || t_meson "$_first" --suite "glue_$1"
}
