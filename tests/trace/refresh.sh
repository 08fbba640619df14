#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Have stock Linux kernels bring the device model up, and keep what they did
# as golden/linux-KERNEL-PROFILE.txt, in the normal form of ena-trace.
#
#	tests/trace/refresh.sh [KERNEL:PROFILE[,no-llq] ...]
#
# Without arguments: all that are there already.  A KERNEL is one that
# tests/vm/fetch.sh gets ("6.1").  Profiles with LLQ ("6.12:c7g") are as good
# as others; a new pair's differences want reasons (doc.sh says where).  Ends
# with the differences that have no explanation now, and with
# docs/linux-diff.md brought up to date.
#
# Environment: ENA_VM_DIR (QEMU and kernels, as in tests/suites/vm.sh),
# ENA_VFIO_USER, ENA_TRACE, ENA_BRINGUP (programs; those that are missing are
# built in build-refresh).
#
# Exit: 0 done and all explained, 1 something is not explained, 2 trouble,
# 77 no virtual machines here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
golden=$here/golden

vm_here=$top/tests/vm
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}
vm_prefix=${ENA_VM_DIR:-$cache/ena-vm}

# build NAME: where that program is, built if need be
build()
{
	if [ ! -f "$top/build-refresh/build.ninja" ]; then
		rm -rf "$top/build-refresh"
		meson setup --buildtype=release "$top/build-refresh" \
			"$top" >&2
	fi
	meson compile -C "$top/build-refresh" "$1" >&2
	find "$top/build-refresh" -name "$1" -type f
}

"$vm_here/fetch.sh" "$vm_prefix" || exit 77
[ -n "${ENA_TRACE:-}" ] || ENA_TRACE=$(build ena-trace)
[ -n "${ENA_BRINGUP:-}" ] || ENA_BRINGUP=$(build ena-bringup)
[ -n "${ENA_VFIO_USER:-}" ] || ENA_VFIO_USER=$(build ena-vfio-user)

# machine.sh wants these
vm_dir=$(mktemp -d "${TMPDIR:-/tmp}/ena-refresh.XXXXXX")
vm_server=$ENA_VFIO_USER
export vm_here vm_prefix vm_dir vm_server
# shellcheck source=tests/vm/machine.sh
. "$vm_here/machine.sh"
trap 'vm_stop || :; rm -rf "$vm_dir"' EXIT
trap 'exit 2' HUP INT TERM

# The same two processors, MTU and depths as bringup.c; no packets.
bring_up()
{
	# shellcheck disable=SC2016 # for the guest
	g 'drive /ena.ko && dev=$(nth_netdev 0) && ip link set $dev up &&
		await 10 has_carrier $dev && sleep 1'
}

# capture KERNEL PROFILE OPTIONS-OF-THE-MODEL...
capture()
{
	kernel=$1 profile=$2
	shift 2
	rm -f "$vm_dir"/*.sock
	vm_serve --transcript "$vm_dir/transcript" "$@" --queues 2 \
		--mac 02:e0:1d:0f:00:10 --socket "$vm_dir/0.sock"
	if ! vm_start "$kernel" 2 shared "" "$vm_dir/0.sock" ||
		! bring_up; then
		tail -n 20 "$vm_dir/console.log" "$vm_dir/qemu.log" >&2 || :
		return 1
	fi
	vm_stop
	"$ENA_TRACE" --bring-up --normal "$vm_dir/transcript" \
		>"$vm_dir/normal"
	cp "$vm_dir/normal" "$golden/linux-$kernel-$profile.txt"
}

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046 # a list
	set -- $("$here/doc.sh" pairs | awk '{ print $1 ":" $3 }')
fi
for one; do
	kernel=${one%%:*}
	word=${one#*:}
	model=${word%,no-llq}
	profile=$model
	options=
	if [ "$word" != "$model" ]; then
		profile=$model-no-llq
		options=--no-llq
	fi
	echo "Linux $(cat "$vm_prefix/kernel-$kernel/VERSION"), $profile"
	# shellcheck disable=SC2086 # none or one
	capture "$kernel" "$profile" --profile "$model" $options || exit 2
done

code=0
"$here/doc.sh" pairs >"$vm_dir/pairs"
while read -r kernel profile word; do
	"$ENA_BRINGUP" "$word" >"$vm_dir/ours" || exit 2
	"$here/doc.sh" diff "$kernel" "$profile" "$ENA_TRACE" \
		"$vm_dir/ours" --context 0 >"$vm_dir/diff" || code=1
	echo "$kernel $profile: $(tail -n 1 "$vm_dir/diff")"
	grep 'not explained: ' "$vm_dir/diff" || :
done <"$vm_dir/pairs"
"$here/doc.sh" write "$ENA_TRACE" "$ENA_BRINGUP"
exit $code
