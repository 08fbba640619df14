# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Packages: what is needed, what it is called here, how to get it.  Sourced
# by demo.sh, test.sh and the suites; no suite itself.
#
#	pkg_ensure required|optional THING ...
#
# A thing is a tool or library (see pkg_have), not a package.  What is there
# already is never installed again, and nothing is updated for its own sake.
# Mirrors are sometimes in the middle of an update: failures are retried with
# pauses, and what counts in the end is whether the thing is there, not what
# the package manager said.
#
# Set before: PKG_LOG, a file for the package manager's output.

# Is it here?
pkg_have()
{
	case $1 in
	cc)
		echo '#include <stdio.h>' |
			${CC:-cc} -x c -fsyntax-only - 2>/dev/null ;;
	gcc|clang)
		echo '#include <stdio.h>' |
			"$1" -x c -fsyntax-only - 2>/dev/null ;;
	meson)
		# 1.0 or newer
		meson --version 2>/dev/null | grep '^[1-9]' >/dev/null ;;
	ninja)
		command -v ninja >/dev/null || command -v ninja-build \
			>/dev/null || command -v samu >/dev/null ;;
	pkgconf)
		command -v pkg-config >/dev/null ||
			command -v pkgconf >/dev/null ;;
	pcap)
		pkg_header pcap/pcap.h ;;
	json-c)
		pkg_header json-c/json.h ;;
	cmocka)
		pkg_header stdarg.h stddef.h stdint.h setjmp.h cmocka.h ;;
	scapy)
		[ -n "$(pkg_python scapy)" ] ;;
	ping)
		command -v ping >/dev/null || [ -x /sbin/ping ] ;;
	*)
		command -v "$1" >/dev/null ;;
	esac
}

# A Python 3 that has this module; the first one on the path need not be the
# one that packages are made for.
pkg_python()
{
	for _py in python3 /usr/bin/python3 /usr/local/bin/python3 \
		/usr/pkg/bin/python3; do
		if "$_py" -c "import $1" 2>/dev/null; then
			echo "$_py"
			return 0
		fi
	done
	return 1
}

# Do these headers compile together?
pkg_header()
{
	_flags=
	if command -v pkg-config >/dev/null; then
		for _lib in cmocka libpcap; do
			_flags="$_flags $(pkg-config --cflags "$_lib" \
				2>/dev/null || :)"
		done
	fi
	for _h; do
		echo "#include <$_h>"
	done >"${PKG_LOG%.log}.probe.c"
	# shellcheck disable=SC2086 # several flags
	${CC:-cc} -D_GNU_SOURCE $_flags -fsyntax-only \
		"${PKG_LOG%.log}.probe.c" 2>/dev/null
}

# The package manager: apt, pkg (FreeBSD), pkg_add (OpenBSD), pkgin (NetBSD),
# brew (macOS), or none that we know.
pkg_manager()
{
	case $(uname -s) in
	Linux)
		if command -v apt-get >/dev/null; then echo apt; fi ;;
	FreeBSD)	echo pkg ;;
	OpenBSD)	echo pkg_add ;;
	NetBSD)		echo pkgin ;;
	Darwin)		echo brew ;;
	esac
}

# Packages of a thing, for that manager; nothing if it is part of the system.
pkg_names()
{
	case $1:$2 in
	apt:cc|apt:gcc)		echo gcc libc6-dev ;;
	apt:clang)		echo clang libc6-dev ;;
	apt:ninja|pkgin:ninja)	echo ninja-build ;;
	apt:pkgconf)		echo pkg-config ;;
	apt:pcap)		echo libpcap-dev ;;
	apt:json-c)		echo libjson-c-dev ;;
	apt:cmocka)		echo libcmocka-dev ;;
	apt:ping)		echo iputils-ping ;;
	apt:scapy)		echo python3 python3-scapy ;;
	apt:awk)		echo mawk ;;
	apt:readelf|apt:nm)	echo binutils ;;
	apt:sha256sum)		echo coreutils ;;
	*:cc|*:gcc|*:clang|*:pcap|*:ping|*:awk|*:sha256sum)
		;;
	pkg_add:pkgconf)	;;
	*:readelf|*:nm)		;;
	*)			echo "$2" ;;
	esac
}

pkg_as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v doas >/dev/null && ! command -v sudo >/dev/null; then
		doas "$@"
	else
		sudo "$@"
	fi
}

# May we install, without a password that nobody is there to type?
pkg_may_install()
{
	[ "$(id -u)" -eq 0 ] && return 0
	[ "$1" = brew ] && return 0
	if command -v sudo >/dev/null; then
		sudo -n true 2>/dev/null && return 0
		[ -t 0 ] && [ -t 2 ] && return 0
	fi
	command -v doas >/dev/null && [ -t 0 ] && [ -t 2 ]
}

# The command that installs, for people and for us.
pkg_command()
{
	case $1 in
	apt)		echo apt-get install -y --no-install-recommends ;;
	pkg)		echo pkg install -y ;;
	pkg_add)	echo pkg_add -I ;;
	pkgin)		echo pkgin -y install ;;
	brew)		echo brew install ;;
	esac
}

pkg_refresh()
{
	case $1 in
	apt)	pkg_as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get -q -o DPkg::Lock::Timeout=300 update ;;
	pkgin)	pkg_as_root pkgin -y update ;;
	*)	: ;;
	esac
}

pkg_install()
{
	_mgr=$1
	shift
	case $_mgr in
	apt)	pkg_as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get -q -o DPkg::Lock::Timeout=300 install -y \
			--no-install-recommends "$@" ;;
	brew)	brew install "$@" ;;
	*)	# shellcheck disable=SC2046 # command and its options
		pkg_as_root $(pkg_command "$_mgr") "$@" ;;
	esac
}

# Those of the things that are not here.
pkg_missing()
{
	for _t; do
		pkg_have "$_t" || echo "$_t"
	done
}

pkg_names_all()
{
	_m=$1
	shift
	for _t; do
		pkg_names "$_m" "$_t"
	done | tr ' ' '\n' | sort -u | tr '\n' ' '
}

# Install things: together, else one by one; $1 is how long to pause before
# each try.
pkg_get()
{
	_pauses=$1
	_mgr=$2
	shift 2
	for _pause in $_pauses; do
		[ "$_pause" -eq 0 ] || {
			echo "  not complete yet, trying again in $_pause s" >&2
			sleep "$_pause"
		}
		pkg_refresh "$_mgr" >>"$PKG_LOG" 2>&1 || :
		# shellcheck disable=SC2046 # several packages
		pkg_install "$_mgr" $(pkg_names_all "$_mgr" "$@") \
			>>"$PKG_LOG" 2>&1 || :
		for _thing in $(pkg_missing "$@"); do
			_names=$(pkg_names "$_mgr" "$_thing")
			[ -n "$_names" ] || continue
			# shellcheck disable=SC2086 # several packages
			pkg_install "$_mgr" $_names >>"$PKG_LOG" 2>&1 || :
		done
		[ -n "$(pkg_missing "$@")" ] || return 0
	done
	return 1
}

# Make sure that things are here.  Returns 1 if required ones are not, after
# saying which packages a human should install.  Optional things that cannot
# be had are named, no more.
pkg_ensure()
{
	_strength=$1
	shift
	# shellcheck disable=SC2046 # a list
	set -- $(pkg_missing "$@")
	[ $# -gt 0 ] || return 0
	_mgr=$(pkg_manager)
	_want=$(pkg_names_all "$_mgr" "$@")
	case $_want in
	*[!\ ]*)	;;
	*)		_mgr= ;;
	esac
	if [ -n "$_mgr" ] && pkg_may_install "$_mgr"; then
		echo "  installing: $_want" >&2
		_pauses='0 10 30 60'
		[ "$_strength" = required ] || _pauses='0 10'
		pkg_get "$_pauses" "$_mgr" "$@" || :
	fi
	# shellcheck disable=SC2046 # a list
	set -- $(pkg_missing "$@")
	[ $# -gt 0 ] || return 0
	if [ "$_strength" = optional ]; then
		echo "  going on without: $*" >&2
		return 0
	fi
	if [ -n "$_mgr" ]; then
		echo "Not here: $*.  Please install it as root:" \
			"$(pkg_command "$_mgr") $(pkg_names_all "$_mgr" "$@")" >&2
	else
		echo "Not here: $*.  Please install it." >&2
	fi
	return 1
}
