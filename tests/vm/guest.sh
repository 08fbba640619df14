#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# /init of the guest: a shell for the host at the second serial port.
#
# Each line that arrives there is run; its output goes back, then "@@ " and
# its exit status.  "@@ ready" says that the guest has booted.  The functions
# below are for those lines; everything else is up to the host.
PATH=/usr/bin:/usr/sbin:/bin:/sbin
export PATH

# PCI addresses of the adapters, in bus order
adapters()
{
	for d in /sys/bus/pci/devices/*; do
		[ "$(cat "$d/vendor")" = 0x1d0f ] && basename "$d"
	done
}

# nth_netdev N: name of the N-th adapter's interface (from 0), if bound
nth_netdev()
{
	a=$(adapters | sed -n "$(($1 + 1))p")
	[ -n "$a" ] || return 1
	ls "/sys/bus/pci/devices/$a/net" 2>/dev/null
}

# await SECONDS COMMAND...: until it succeeds
await()
{
	end=$(($(cut -d. -f1 /proc/uptime) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt "$end" ] || return 1
		sleep 0.1
	done
}

has_carrier()
{
	[ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]
}

# up NIC ADDRESS: wait for the interface, configure it, wait for its link
up()
{
	await 30 nth_netdev "$1" || return 1
	dev=$(nth_netdev "$1")
	ip addr flush dev "$dev"
	ip addr add "$2" dev "$dev" && ip link set "$dev" up &&
	    await 20 has_carrier "$dev"
}

# complaints [EXPECTED]: what the kernel has said since "dmesg -c" about the
# adapters that is a warning or worse, or sounds like trouble, and whatever is
# serious; without lines that match EXPECTED.  (A slow host makes it complain
# about timers; that is not meant.)
complaints()
{
	dmesg -r | grep -E '^<[0-4]>.*(ena |eth[0-9]|0000:0[1-9]|irq [0-9])|ena .*([Ff]ail|[Ee]rror|[Tt]imeout|[Ii]nvalid)|WARNING|BUG:|Oops|Call Trace' |
	    grep -v -E "${1:-^$}"
}

# counters NIC: ethtool -S without indentation, "key value"
counters()
{
	ethtool -S "$(nth_netdev "$1")" | sed -n 's/^ *\([^:]*\): /\1 /p'
}

# rx_dropped_is N: the first interface has counted that many drops
rx_dropped_is()
{
	[ "$(cat "/sys/class/net/$(nth_netdev 0)/statistics/rx_dropped")" = \
	    "$1" ]
}

# drive MODULE: load it, with a clean kernel log
drive()
{
	dmesg -c >/dev/null
	insmod "$1" && await 30 nth_netdev 0
}

# speed HOST [OPTIONS]: Mbit/s of a TCP stream, as received
speed()
{
	host=$1
	shift
	said=$(timeout 60 iperf3 -c "$host" -f m "$@" 2>&1) || {
		echo "$said"
		return 1
	}
	# the sum of several streams comes last
	echo "$said" | sed -n 's/.* \([0-9.]*\) Mbits\/sec.*receiver$/\1/p' |
	    tail -n 1
}

# both HOST [OPTIONS]: Mbit/s out and in, at the same time, for a second
both()
{
	host=$1
	shift
	said=$(timeout 60 iperf3 -c "$host" -f m -t 1 --bidir "$@" 2>&1) || {
		echo "$said"
		return 1
	}
	echo "$said" | sed -n \
	    's/.*\[\([TR]\)X-C\].* \([0-9.]*\) Mbits\/sec.*receiver$/\1 \2/p' |
	    awk '{ v[$1] = $2 } END { print v["T"], v["R"] }'
}

# The shell for the host.  It is not process 1: whatever loses its parent
# ends up there, and its end would disturb a read.
agent()
{
	stty -F /dev/ttyS1 raw -echo
	exec 3<>/dev/ttyS1
	echo "@@ ready" >&3
	while read -r line <&3; do
		# shellcheck disable=SC2294 # it is a command line
		(eval "$line") </dev/null >/tmp/out 2>&1 3>&-
		status=$?
		cat /tmp/out >&3
		echo "@@ $status" >&3
	done
}

if [ "${1:-}" = agent ]; then
	agent
	exit
fi

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mount -t tmpfs tmp /tmp
hostname guest
ip link set lo up
# no chatter that would disturb packet counters
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
while :; do
	sh /init agent
done
