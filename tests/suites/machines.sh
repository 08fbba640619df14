#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: core and unit tests on seven machines, and with swapped byte order
# limit: 900
#
#	tests/suites/machines.sh [machine ...]
#
# Machines: amd64 (this one), i386, arm64, armhf, s390x (big-endian),
# ppc64el, mips64el, and "swapped": amd64 with ENAHW_BYTESWAPPED, so that a
# missing conversion shows without an emulator.  On a computer that is no
# amd64 the first and the last are its own kind.
#
# Each foreign machine is a cross compiler of Debian's and qemu-user.  The
# test library is the foreign architecture's own package, but it is unpacked
# and not installed: the multiarch packages of six architectures need not
# agree with each other or with what is here, and the system's list of
# architectures stays as it was.  C libraries come with the compilers.
#
# Everywhere the meson suites unit, sim and golden run, and only their programs
# are built; "self", which tests the tests, needs no machines.  An emulator
# takes ten to thirty times as long, so there loops over every packet shape,
# flow or length of a life go in larger steps (TEST_FEW, tests/unit/few.h); no
# test is left out.  Swapped leaves out the tests that type bytes of the wire
# themselves (mockdev*, identity, core_llq); s390x has them.
#
# Each machine's share of CPU time is printed; all but the time to fetch
# compilers is computing.
#
# Unpacked libraries, logs and the builds of failed machines stay in
# build-machines/.
set -eu

all='s390x mips64el ppc64el armhf arm64 i386 amd64 swapped'

# A machine by Debian's name: triplet of its compiler
triplet()
{
	case $1 in
	i386)		echo i686-linux-gnu ;;
	arm64)		echo aarch64-linux-gnu ;;
	armhf)		echo arm-linux-gnueabihf ;;
	s390x)		echo s390x-linux-gnu ;;
	ppc64el)	echo powerpc64le-linux-gnu ;;
	mips64el)	echo mips64el-linux-gnuabi64 ;;
	esac
}

emulator()
{
	case $1 in
	i386)		echo qemu-i386 ;;
	arm64)		echo qemu-aarch64 ;;
	armhf)		echo qemu-arm ;;
	s390x)		echo qemu-s390x ;;
	ppc64el)	echo qemu-ppc64le ;;
	mips64el)	echo qemu-mips64el ;;
	esac
}

# What readelf must say of a test program, so that nobody tests this
# computer by mistake.
elf_words()
{
	case $1 in
	i386)		echo 'ELF32 little 80386' ;;
	arm64)		echo 'ELF64 little AArch64' ;;
	armhf)		echo 'ELF32 little ARM' ;;
	s390x)		echo 'ELF64 big S/390' ;;
	ppc64el)	echo 'ELF64 little PowerPC64' ;;
	mips64el)	echo 'ELF64 little MIPS' ;;
	esac
}

# i386 programs run without an emulator where the kernel lets them, by way of
# the cross compiler's own loader: several times faster, and more than an
# emulator in which pthread_create() never returns (qemu-i386 7.2).
i386_root=/usr/i686-linux-gnu
i386_loader=$i386_root/lib/ld-linux.so.2
i386_runs()
{
	[ -x "$i386_loader" ] && "$i386_loader" --version >/dev/null 2>&1
}

is_native()
{
	[ "$1" = amd64 ] || [ "$1" = swapped ]
}

# ---- one machine, in a process of its own: machines.sh --one NAME DIR JOBS
# What went wrong, and notes, go to standard output; nothing means good.

has_option()
{
	grep -q "^option('$1'" "$top/meson_options.txt"
}

# Symbols that an archive needs from outside, one a line, but for the mem
# functions and what the linker makes.
needs()
{
	"$1" -P "$2" | awk '
	NF >= 2 && $2 == "U" { need[$1] = 1 }
	NF >= 2 && $2 != "U" { have[$1] = 1 }
	END { for (s in need) if (!(s in have)) print s }' | sort |
		grep -Evx -e 'memcpy|memset|memmove|memcmp' \
		-e '\.TOC\.|_GLOBAL_OFFSET_TABLE_' || :
}

configure()
{
	set -- -Doptimization=2 -Ddebug=false -Dwerror=true
	if has_option tools; then
		set -- "$@" -Dtools=false
	fi
	if ! is_native "$m"; then
		printf "[constants]\nlibs = '%s'\n" "$dir/$m/libs" \
			>"$dir/$m/libs.ini"
		if [ "$m" = i386 ] && i386_runs; then
			echo '[binaries]'
			printf "exe_wrapper = ['%s', '--library-path', '%s']\n" \
				"$i386_loader" "$i386_root/lib"
		fi >>"$dir/$m/libs.ini"
		set -- "$@" --cross-file "$top/tests/cross/$m.ini" \
			--cross-file "$dir/$m/libs.ini"
	fi
	if [ "$m" = swapped ] && has_option byteswapped; then
		set -- "$@" -Dbyteswapped=true
	elif [ "$m" = swapped ]; then
		set -- "$@" -Dc_args=-DENAHW_BYTESWAPPED
	fi
	meson setup "$@" "$build" "$top"
}

check_programs()
{
	set -- "$build"/tests/test_*
	while [ $# -gt 0 ] && [ ! -f "$1" ]; do
		shift
	done
	if [ $# -eq 0 ]; then
		echo 'not ok no test programs were built'
		return
	fi
	head=$(LC_ALL=C readelf -h "$1")
	for word in $(elf_words "$m"); do
		case $head in
		*"$word"*) ;;
		*)	echo "not ok test programs are not $word" ;;
		esac
	done
	# The installed library, as a kernel would link it: beyond the mem
	# functions only the compiler's own arithmetic, where this machine has
	# no instruction for it.  Kernels bring those themselves.
	nm='nm'
	is_native "$m" || nm=$(triplet "$m")-nm
	extra=$(needs "$nm" "$build/libena.a")
	for s in $extra; do
		case $s in
		__udivdi3|__umoddi3|__aeabi_*|__aarch64_*)
			echo "# compiler's helper in the core: $s" ;;
		*)	echo "not ok the core needs $s" ;;
		esac
	done
}

# The tests to run, by name.
chosen()
{
	meson test -C "$build" --no-rebuild --list --suite unit --suite sim \
		--suite golden 2>/dev/null | sed -n 's|.* / ||p' |
		if [ "$m" = swapped ]; then
			grep -Evx 'mockdev.*|identity|core_llq'
		elif [ "$m" = i386 ] && ! i386_runs; then
			grep -vx threads
		else
			cat
		fi
}

one()
{
	m=$1 dir=$2 per=$3
	build=$dir/$m/build
	log=$dir/$m/log
	rm -rf "$build" "$dir/$m/testlog.json"
	if ! configure >"$log" 2>&1; then
		echo "not ok configure, see $log"
		return
	fi
	# shellcheck disable=SC2046 # a list
	if ! ninja -C "$build" -j "$per" libena.a \
		$(chosen | sed 's|^|tests/test_|') >>"$log" 2>&1; then
		echo "not ok compile, see $log"
		grep -E '(warning|error):' "$log" | sort -u | head -n 20 |
			sed 's/^/# /'
		return
	fi
	check_programs
	if [ "$m" = i386 ] && ! i386_runs; then
		echo '# threads is left out: no threads in qemu-i386'
	fi
	if ! is_native "$m" && { [ "$m" != i386 ] || ! i386_runs; }; then
		TEST_FEW=1
		export TEST_FEW
	fi
	r=0
	# shellcheck disable=SC2046 # a list
	meson test -C "$build" --no-rebuild --num-processes "$per" \
		--timeout-multiplier 10 $(chosen) >>"$log" 2>&1 || r=$?
	if [ -f "$build/meson-logs/testlog.json" ]; then
		cp "$build/meson-logs/testlog.json" "$dir/$m/"
	fi
	if [ "$r" -eq 0 ]; then
		rm -rf "$build"
	else
		echo "# tests failed, see $build/meson-logs/testlog.txt"
	fi
}

if [ "${1:-}" = --one ]; then
	top=$(cd "$(dirname "$0")/../.." && pwd)
	begin=$(date +%s)
	one "$2" "$3" "$4" >"$3/$2/notes" 2>&1
	took=$(($(date +%s) - begin))
	# its second line: user and system time of all children
	times >"$3/$2/times"
	echo "# $2: $took s; CPU $(sed -n 2p "$3/$2/times")"
	exit 0
fi

# ---- all of them

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"
dir=$t_top/build-machines

# Packages that are missing for the given machines, judged by their files.
missing()
{
	for m; do
		is_native "$m" && continue
		t=$(triplet "$m")
		command -v "$t-gcc" >/dev/null || echo "gcc-$t"
		[ -e "/usr/$t/include/stdio.h" ] || echo "libc6-dev-$m-cross"
		command -v "$(emulator "$m")" >/dev/null || echo qemu-user
	done | sort -u
}

# Update the package lists and run a command, up to five times with growing
# pauses: mirrors are sometimes in the middle of an update themselves.  A
# failed update does not matter if the command then works.
# First argument: how to update.
apt_retry()
{
	update=$1
	shift
	for pause in 0 5 15 30 60; do
		sleep "$pause"
		$update >>"$PKG_LOG" 2>&1 || :
		"$@" >>"$PKG_LOG" 2>&1 && return 0
	done
	return 1
}

install_missing()
{
	# shellcheck disable=SC2046 # a list
	set -- $(missing "$@")
	[ $# -gt 0 ] || return 0
	pkg_may_install apt || return 0
	echo "# installing $*"
	apt_retry 'pkg_refresh apt' pkg_install apt "$@" || :
}

# Unpack the test library of a foreign architecture, found with package lists
# of its own.
unpack_libs()
{
	libs=$dir/$1/libs
	[ ! -d "$libs/usr" ] || return 0
	apt=$t_work/apt-$1
	mkdir -p "$apt/lists/partial" "$apt/archives/partial" \
		"$apt/sources.list.d" "$apt/debs"
	: >"$apt/status"
	# The system's sources, without a restriction to its architecture.
	for f in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
		[ -f "$f" ] || continue
		sed -e 's/arch=[^] ]*//' -e '/^Architectures:/d' "$f" \
			>"$apt/${f#/etc/apt/}"
	done
	{
		echo "APT::Architecture \"$1\";"
		echo "APT::Architectures { \"$1\"; };"
		echo "Dir::State::Lists \"$apt/lists\";"
		echo "Dir::State::status \"$apt/status\";"
		echo "Dir::Cache \"$apt\";"
		echo "Dir::Etc::sourcelist \"$apt/sources.list\";"
		echo "Dir::Etc::sourceparts \"$apt/sources.list.d\";"
		echo 'Acquire::Languages "none";'
		echo 'Acquire::PDiffs "false";'
		[ "$(id -u)" -ne 0 ] || echo 'APT::Sandbox::User "root";'
	} >"$apt/apt.conf"
	(
		export APT_CONFIG="$apt/apt.conf"
		cd "$apt/debs" && apt_retry 'apt-get -q update' \
			apt-get -q download libcmocka-dev libcmocka0
	) || return 0
	# One piece, so that a half-unpacked library never counts.
	rm -rf "$libs" "$libs.new"
	for f in "$apt"/debs/*.deb; do
		dpkg-deb -x "$f" "$libs.new"
	done
	mv "$libs.new" "$libs"
	rm -rf "$apt"
}

# shellcheck disable=SC2086 # a list
[ $# -gt 0 ] || set -- $all
for m; do
	case " $all " in
	*" $m "*) mkdir -p "$dir/$m" ;;
	*)	t_fail "$m" 'no such machine'
		t_end ;;
	esac
done

# One run at a time in a tree; old results must not pass for new ones.
if command -v flock >/dev/null; then
	exec 9>"$dir/lock"
	flock 9
fi
for m; do
	rm -rf "$dir/$m/notes" "$dir/$m/testlog.json" "$dir/$m/build"
done

need_pkg cc meson ninja pkgconf cmocka awk readelf
if [ "$(uname -s)" != Linux ] || ! command -v apt-get >/dev/null; then
	t_skip 'foreign machines' 'only known how to get with apt'
	set -- amd64 swapped
fi
install_missing "$@"
ready=
for m; do
	if ! is_native "$m"; then
		lack=$(missing "$m" | tr '\n' ' ')
		unpack_libs "$m"
		[ -d "$dir/$m/libs/usr" ] || lack="$lack libcmocka-dev:$m"
		if [ -n "$lack" ]; then
			t_fail "$m" "could not get $lack"
			continue
		fi
	fi
	ready="$ready $m"
done

# Two at a time; the slow ones start first.
# shellcheck disable=SC2086 # a list
[ -z "$ready" ] || printf '%s\n' $ready | xargs -P 2 -I '{}' \
	sh "$0" --one '{}' "$dir" $(((JOBS + 1) / 2)) || :
for m in $ready; do
	if [ ! -f "$dir/$m/notes" ]; then
		t_fail "$m" 'was not run'
		continue
	fi
	sed -e "s/^# /# $m: /" -e "s/^not ok /not ok $m: /" \
		"$dir/$m/notes" >"$t_work/cases"
	if [ -f "$dir/$m/testlog.json" ]; then
		t_testlog "$dir/$m/testlog.json" | sed -e "s/^ok /ok $m /" \
			-e "s/^not ok /not ok $m /" -e "s/^skip /skip $m /" \
			>>"$t_work/cases"
	fi
	if grep -q '^not ok ' "$t_work/cases"; then
		:
	elif [ -d "$dir/$m/build" ]; then
		echo "not ok $m: meson test failed" >>"$t_work/cases"
	elif ! grep -q '^ok ' "$t_work/cases"; then
		echo "not ok $m: no test has run" >>"$t_work/cases"
	fi
	t_count "$t_work/cases"
done
t_end
