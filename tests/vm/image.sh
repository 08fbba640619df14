#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Make the guest's initramfs: busybox, iperf3, devlink, phc_ctl, the kernel's
# own ena.ko and ethtool, and guest.sh as /init.
#
#	image.sh PREFIX KERNEL OUTPUT
#
# PREFIX is what fetch.sh filled, KERNEL one of its kernels ("6.1").
set -eu

prefix=${1:?usage: image.sh PREFIX KERNEL OUTPUT}
kernel=${2:?}
output=${3:?}
here=$(dirname "$0")
root=$prefix/root
lib=usr/lib/x86_64-linux-gnu

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/usr/bin" "$tree/usr/lib64" "$tree/$lib" "$tree/dev" \
    "$tree/proc" "$tree/sys" "$tree/tmp"
for dir in bin lib lib64; do
	ln -s usr/$dir "$tree/$dir"
done
ln -s bin "$tree/usr/sbin"
ln -s usr/bin "$tree/sbin"

cp "$root/usr/bin/busybox" "$tree/usr/bin/busybox"
for applet in $("$root/usr/bin/busybox" --list); do
	[ -e "$tree/usr/bin/$applet" ] || ln -s busybox "$tree/usr/bin/$applet"
done

cp -L "$root/usr/lib64/ld-linux-x86-64.so.2" "$tree/usr/lib64/"
for program in "$root/usr/bin/iperf3" "$root/usr/sbin/devlink" \
    "$root/usr/sbin/phc_ctl" "$prefix/kernel-$kernel/ethtool"; do
	rm -f "$tree/usr/bin/${program##*/}"
	cp "$program" "$tree/usr/bin/"
	"$root/usr/lib64/ld-linux-x86-64.so.2" --inhibit-cache \
	    --library-path "$root/$lib" --list "$program" |
	    sed -n 's/.*=> \(.*\) (.*/\1/p' |
	while read -r file; do
		cp -L "$file" "$tree/$lib/"
	done
done

# wanted at run time only: by threads that are cancelled
cp -L "$root/$lib/libgcc_s.so.1" "$tree/$lib/"

cp "$prefix/kernel-$kernel/ena.ko" "$tree/ena.ko"
cp "$here/guest.sh" "$tree/init"
chmod 755 "$tree/init"
(cd "$tree" && find . | "$root/usr/bin/busybox" cpio -o -H newc) \
    >"$output" 2>/dev/null
