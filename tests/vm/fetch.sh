#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Fetch what the virtual machines need: QEMU with vfio-user, three Debian cloud
# kernels, a few guest tools.
#
#	fetch.sh PREFIX
#
# Everything comes from Debian's own packages, resolved when this runs, with
# an apt of its own (own lists, own empty package status), and is unpacked
# below PREFIX; the machine's packages are not touched and root is not
# needed.  The mirror is the one this machine's apt uses, or $ENA_VM_MIRROR.
#
#	PREFIX/root		QEMU and tools with all their libraries
#	PREFIX/run NAME ...	runs a program of it
#	PREFIX/kernel-6.1	vmlinuz, ena.ko, VERSION and ethtool, of which a
#				kernel wants the one of its time; also
#				kernel-6.12, and kernel-backports, the newest
#				for the stable release
#
# Exit status: 0 everything is there, 77 this machine cannot (reason on
# standard error), 75 the mirror failed time and again.
set -eu

QEMU_SUITE=trixie-backports
TRIES=4
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
# PREFIX/stamp holds this; change it when the layout changes
LAYOUT=3

say()
{
	echo "vm: $*" >&2
}

cannot()
{
	say "$*"
	exit 77
}

# First Debian archive among this machine's apt sources.
find_mirror()
{
	if [ -n "${ENA_VM_MIRROR:-}" ]; then
		echo "$ENA_VM_MIRROR"
		return
	fi
	# shellcheck disable=SC2016 # apt's own placeholders
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
	    sed -n '/security/d; /debian/{p;q;}'
}

check_machine()
{
	[ "$(uname -sm)" = "Linux x86_64" ] ||
	    cannot "the virtual machines need Linux on x86-64"
	for tool in apt-get apt-cache dpkg-deb; do
		command -v $tool >/dev/null 2>&1 ||
		    cannot "no $tool: packages come from Debian"
	done
	[ -r $KEYRING ] || cannot "no $KEYRING (debian-archive-keyring)"
	mirror=$(find_mirror)
	[ -n "$mirror" ] || cannot "apt has no Debian mirror configured;" \
	    "name one in ENA_VM_MIRROR"
}

apt_init()
{
	mkdir -p "$work/lists/partial" "$work/archives/partial" \
	    "$work/sources"
	: >"$work/status"
	cat >"$work/sources/debian.sources" <<-END
	Types: deb
	URIs: $mirror
	Suites: bookworm trixie $QEMU_SUITE
	Components: main
	Signed-By: $KEYRING
	END
	cat >"$work/apt.conf" <<-END
	Dir::Etc::sourcelist "/dev/null";
	Dir::Etc::sourceparts "$work/sources";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "/dev/null";
	Dir::State::lists "$work/lists";
	Dir::State::status "$work/status";
	Dir::State::extended_states "$work/extended";
	Dir::Cache "$work";
	Dir::Cache::archives "$work/archives";
	APT::Architecture "amd64";
	APT::Architectures "amd64";
	APT::Install-Recommends "false";
	APT::Sandbox::User "";
	APT::Update::Error-Mode "any";
	Acquire::Languages "none";
	Acquire::Retries "3";
	END
	APT_CONFIG=$work/apt.conf
	export APT_CONFIG
}

# Run a command that needs the mirror until it works.
retry()
{
	try=1
	until "$@" >"$work/log" 2>&1; do
		if [ $try -ge $TRIES ]; then
			sed 's/^/vm:   /' "$work/log" >&2
			say "the package mirror failed $TRIES times: $*"
			exit 75
		fi
		say "attempt $try failed, trying again: $*"
		sleep $((try * 5))
		try=$((try + 1))
	done
}

# Names of the packages that hold the newest cloud kernel of a suite.  Newer
# ones are split over several.
kernel_packages()
{
	version=$(apt-cache show "linux-image-cloud-amd64/$1" | sed -n \
	    's/^Depends:.*linux-image-\([0-9][^ ,]*\).*/\1/p' | head -n 1)
	[ -n "$version" ] || cannot "no cloud kernel in $1"
	for part in image modules binary base; do
		name=linux-$part-$version
		if apt-cache show "$name" >/dev/null 2>&1; then
			echo "$name"
		fi
	done
}

# get_kernel SUITE NAME [SUITE of ethtool]
get_kernel()
{
	packages=$(kernel_packages "$1")
	out=$work/kernel-$2
	mkdir -p "$out/debs" "$out/tree" "$new/kernel-$2"
	# shellcheck disable=SC2086 # a list
	(cd "$out/debs" && retry apt-get -q download $packages \
	    "ethtool/${3:-$1}")
	for deb in "$out"/debs/*.deb; do
		dpkg-deb -x "$deb" "$out/tree"
	done
	cp "$(find "$out/tree" -name 'vmlinuz*' -type f | head -n 1)" \
	    "$new/kernel-$2/vmlinuz"
	module=$(find "$out/tree" -name 'ena.ko*' | head -n 1)
	case $module in
	*.ko)	cp "$module" "$new/kernel-$2/ena.ko" ;;
	*.xz)	"$new/root/usr/bin/busybox" unxz -c <"$module" \
		    >"$new/kernel-$2/ena.ko" ;;
	*)	cannot "no ena.ko in $packages" ;;
	esac
	# 6.1 refuses what "ethtool -X" of trixie asks for
	cp "$(find "$out/tree" -path '*/sbin/ethtool')" "$new/kernel-$2/"
	echo "$packages" | sed -n 's/^linux-image-//p' \
	    >"$new/kernel-$2/VERSION"
	say "Linux $(cat "$new/kernel-$2/VERSION")"
}

get_root()
{
	retry apt-get -q -y --download-only -t $QEMU_SUITE install \
	    qemu-system-x86 busybox-static iperf3 libmnl0 iproute2 linuxptp
	mkdir -p "$new/root"
	for deb in "$work"/archives/*.deb; do
		dpkg-deb -x "$deb" "$new/root"
	done
	cat >"$new/run" <<-'END'
	#!/bin/sh
	# run NAME ARGUMENTS: a program of this tree with its own libraries
	r=$(dirname "$0")/root
	n=$1
	shift
	exec "$r/usr/lib64/ld-linux-x86-64.so.2" --inhibit-cache \
	    --library-path "$r/usr/lib/x86_64-linux-gnu" --argv0 "$n" \
	    "$r/usr/bin/$n" "$@"
	END
	chmod +x "$new/run"
	devices=$("$new/run" qemu-system-x86_64 -device help 2>&1 || true)
	case $devices in
	*'"vfio-user-pci"'*) ;;
	*)	cannot "the QEMU of $QEMU_SUITE has no vfio-user-pci" ;;
	esac
	say "$("$new/run" qemu-system-x86_64 -version | head -n 1)"
}

prefix=${1:?usage: fetch.sh PREFIX}
if [ "$(cat "$prefix/stamp" 2>/dev/null)" = $LAYOUT ]; then
	exit 0
fi
check_machine
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
work=$prefix/work.$$
new=$work/new
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
# left over by those that were killed
find "$prefix" -maxdepth 1 -name 'work.*' -mmin +60 -exec rm -rf {} +
mkdir -p "$new"
say "fetching QEMU, kernels and tools (about 160 MB, once) into $prefix"
apt_init
retry apt-get -q update
get_root
get_kernel bookworm 6.1
get_kernel trixie 6.12
get_kernel trixie-backports backports trixie
# others may be doing the same: whole parts only, the stamp last
for part in root run kernel-6.1 kernel-6.12 kernel-backports; do
	rm -rf "${prefix:?}/$part"
	mv "$new/$part" "$prefix/$part"
done
echo $LAYOUT >"$prefix/stamp"
