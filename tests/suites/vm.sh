#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: stock Linux kernels drive the device model in virtual machines
# limit: 600
#
#	tests/suites/vm.sh [KERNEL:QUEUES | KERNEL:messages | KERNEL:iommu ...]
#
# Boots Debian's unmodified cloud kernels under QEMU (no KVM needed) with
# adapters that ena-vfio-user serves, and has their own ena driver do what a
# driver does.  The first adapter is on a TAP interface of this machine, two
# more are joined by a cable.  KERNEL:messages is a machine without shared
# memory, KERNEL:iommu one behind an IOMMU.
#
# QEMU, kernels and tools come from Debian (tests/vm/fetch.sh) into
# $ENA_VM_DIR, by default $XDG_CACHE_HOME/ena-vm: about 200 MB, kept.
# Everything runs in a network namespace of its own; logs of the last machine
# that failed stay in build-logs/vm-*.
#
# ENA_VFIO_USER names a server to test instead of building one.
#
# What g gets is expanded in the guest; cases are called by check.
# shellcheck disable=SC2016,SC2317
set -eu

inside=
if [ "${1:-}" = --inside ]; then
	inside=yes
	shift
fi

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

vm_here=$t_top/tests/vm
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}
vm_prefix=${ENA_VM_DIR:-$cache/ena-vm}

skip_all()
{
	t_skip "virtual machines" "$*"
	t_end
}

# ---- outside: what needs the network, then a namespace

build_server()
{
	[ -z "${ENA_VFIO_USER:-}" ] || return 0
	pkg_header json-c/json.h || need_pkg json-c
	if [ ! -f "$t_top/build-vm/build.ninja" ]; then
		rm -rf "$t_top/build-vm"
		t_need "configure" meson setup --buildtype=release \
			"$t_top/build-vm" "$t_top" || t_end
	fi
	t_need "build" meson compile -C "$t_top/build-vm" ena-vfio-user ||
		t_end
	ENA_VFIO_USER=$(find "$t_top/build-vm" -name ena-vfio-user -type f)
}

outside()
{
	[ "$(uname -s)" = Linux ] || skip_all "needs Linux"
	as=
	[ "$(id -u)" -eq 0 ] || as=--map-root-user
	# shellcheck disable=SC2086 # none or one word
	unshare $as --net --pid --fork true 2>"$t_work/why" ||
		skip_all "no namespace: $(tail -n 1 "$t_work/why")"
	[ -w /dev/net/tun ] || skip_all "no TAP: /dev/net/tun is not" \
		"there or not for us"
	# its progress is to be seen, its status is wanted, too
	{
		code=0
		"$vm_here/fetch.sh" "$vm_prefix" 2>&1 || code=$?
		echo $code >"$t_work/code"
	} | tee "$t_work/why" | sed 's/^/# /'
	[ "$(cat "$t_work/code")" -eq 0 ] || skip_all "$(sed -n \
		's/^vm: *//p' "$t_work/why" | tail -n 1)"
	build_server
	export ENA_VFIO_USER
	rm -rf "$t_work"
	# one process namespace: when this ends, everything in it ends
	# shellcheck disable=SC2086 # none or one word
	exec unshare $as --net --pid --fork --kill-child sh "$0" --inside "$@"
}

[ -n "$inside" ] || outside "$@"

# ---- inside

vm_server=$ENA_VFIO_USER
vm_dir=$t_work
# shellcheck source=tests/vm/machine.sh
. "$vm_here/machine.sh"

host=10.77.0.1
guest=10.77.0.2
mac=02:e0:1d:0f:00:10
host_mac=02:e0:1d:0f:00:01
start=$(date +%s)

# Network tools of our own: those of this machine may not be there.
bb()
{
	"$vm_prefix/root/usr/bin/busybox" "$@"
}

# The server's TAP interface: nothing on it but what we send, so no IPv6 and
# no ARP.
tap_up()
{
	echo 1 2>/dev/null >/proc/sys/net/ipv6/conf/ena0/disable_ipv6 || :
	bb ip link set ena0 address $host_mac && bb ip link set ena0 up &&
		bb ip addr add $host/24 dev ena0 &&
		bb arp -i ena0 -s $guest $mac
}

# check NAME COMMAND...: a case; its output is shown if it fails
check()
{
	_name="$label $1"
	shift
	if "$@" >"$t_work/out" 2>&1; then
		t_pass "$_name"
		return 0
	fi
	t_fail "$_name"
	tail -n 30 "$t_work/out" | sed 's/^/# /'
	bad=yes
	return 0
}

note()
{
	echo "# $label $* ($(($(date +%s) - start)) s)"
}

# in the guest: load the driver, bring the first adapter up, ping
probe()
{
	g 'drive /ena.ko' && g "up 0 $guest/24" &&
		g "arp -s $host $host_mac"
}

ping_host()
{
	g "ping -q -c ${1:-10} -i 0.05 -W 2 -s ${2:-56} $host" |
		tee "$t_work/ping"
	grep ' 0% packet loss' "$t_work/ping"
}

# Back after a reset: the interface is there, and so is the host.
comes_back()
{
	g "up 0 $guest/24 && arp -s $host $host_mac &&
		await 20 ping -q -c 1 -W 1 $host" | tr -d '\n' &&
		ping_host 5
}

# $1 complaints that are expected
no_complaints()
{
	! g "complaints '$1'"
}

# The driver's counter against the model's; one line each for the log.
same()
{
	echo "$1: driver $2, model $3"
	[ "$2" = "$3" ]
}

driver_stat()
{
	sed -n "s/^$1 //p" "$t_work/driver" | grep . || echo 0
}

take_counters()
{
	g 'counters 0' >"$t_work/driver" && vm_stats
}

# Queue by queue, frames and bytes; nothing was segmented so far.
counters_agree()
{
	take_counters || return 1
	[ "$(vm_stat nic0.tso_frames)" = 0 ] || return 1
	ok=yes tx=0 rx=0
	for q in $(seq 0 $((queues - 1))); do
		same "tx $q" "$(driver_stat "queue_${q}_tx_cnt")" \
			"$(vm_stat "nic0.tx_q_pkts.$q")" || ok=no
		same "rx $q" "$(driver_stat "queue_${q}_rx_cnt")" \
			"$(vm_stat "nic0.rx_q_pkts.$q")" || ok=no
		tx=$((tx + $(driver_stat "queue_${q}_tx_bytes")))
		rx=$((rx + $(driver_stat "queue_${q}_rx_bytes")))
	done
	same "tx bytes" "$tx" "$(vm_stat nic0.tx_bytes)" || ok=no
	# the kernel counts what is behind the Ethernet header
	same "rx bytes" $((rx + 14 * $(vm_stat nic0.rx_pkts))) \
		"$(vm_stat nic0.rx_bytes)" || ok=no
	same "commands" "$(driver_stat ena_admin_q_completed_cmd)" \
		"$(vm_stat nic0.admin_cmds)" || ok=no
	[ "$ok" = yes ]
}

# All queues together, after segmentation offload.
totals_agree()
{
	take_counters || return 1
	tx=0 rx=0
	for q in $(seq 0 $((queues - 1))); do
		tx=$((tx + $(driver_stat "queue_${q}_tx_cnt")))
		rx=$((rx + $(driver_stat "queue_${q}_rx_cnt")))
	done
	same "tx" "$tx" $(($(vm_stat nic0.tx_pkts) + \
		$(vm_stat nic0.tso_frames) - $(vm_stat nic0.tso_segments))) &&
		same "rx" "$rx" "$(vm_stat nic0.rx_pkts)" &&
		same "tx drops" 0 "$(vm_stat nic0.tx_drops)"
}

# What the device counts reaches the driver with its keep-alives.
drops_agree()
{
	vm_stats || return 1
	echo "model: $(vm_stat nic0.rx_drops)"
	g "await 4 rx_dropped_is $(vm_stat nic0.rx_drops) || ip -s link"
}

has_queues()
{
	g "ls /sys/class/net/\$(nth_netdev 0)/queues; \
		grep -c ena- /proc/interrupts" >"$t_work/queues"
	cat "$t_work/queues"
	[ "$(grep -c tx- "$t_work/queues")" = "$queues" ] &&
		[ "$(grep -c rx- "$t_work/queues")" = "$queues" ]
}

# speed_is NAME SECONDS OPTIONS: TCP to or from us; the figure is shown
speed_is()
{
	_what=$1
	_seconds=$2
	shift 2
	if g "speed $host -t $_seconds $*" >"$t_work/speed" &&
		grep -q '^[1-9]' "$t_work/speed"; then
		t_pass "$label TCP $_what"
		note "TCP $_what: $(tail -n 1 "$t_work/speed") Mbit/s"
	else
		t_fail "$label TCP $_what"
		sed 's/^/# /' "$t_work/speed"
		bad=yes
	fi
}

jumbo()
{
	bb ip link set ena0 mtu 9000 && g 'ip link set $(nth_netdev 0) mtu 9000' &&
		ping_host 5 8900
}

normal_mtu()
{
	bb ip link set ena0 mtu 1500 && g 'ip link set $(nth_netdev 0) mtu 1500'
}

unplugged()
{
	kill -USR2 "$vm_server_pid" &&
		g 'await 5 eval "! has_carrier $(nth_netdev 0)"' &&
		kill -USR2 "$vm_server_pid" &&
		g 'await 5 has_carrier $(nth_netdev 0)'
}

rebind()
{
	g 'a=$(adapters | head -n 1);
		echo $a >/sys/bus/pci/drivers/ena/unbind &&
		echo $a >/sys/bus/pci/drivers/ena/bind' && comes_back
}

rescan()
{
	g 'a=$(adapters | head -n 1);
		echo 1 >/sys/bus/pci/devices/$a/remove &&
		[ ! -e /sys/bus/pci/devices/$a ] &&
		echo 1 >/sys/bus/pci/rescan' && comes_back
}

# A function level reset behind the driver's back: it notices by itself.
flr()
{
	g 'd=/sys/bus/pci/devices/$(adapters | head -n 1);
		echo flr >$d/reset_method && echo 1 >$d/reset' && comes_back
}

reboot_guest()
{
	printf 'reboot -f\n' >&4
	vm_ready && probe && ping_host 5
}

# The other two adapters, one of them in a namespace of its own.
cable()
{
	g 'unshare -n sleep 1000 >/dev/null 2>&1 & echo $! >/tmp/ns; sleep 0.2;
		a=$(nth_netdev 1) b=$(nth_netdev 2) n=$(cat /tmp/ns);
		ip addr add 10.78.0.1/24 dev $a && ip link set $a up &&
		ip link set $b netns $n &&
		nsenter -t $n -n ip addr add 10.78.0.2/24 dev $b &&
		nsenter -t $n -n ip link set $b up && await 5 has_carrier $a &&
		await 5 ping -q -c 1 -W 1 10.78.0.2 &&
		ping -q -c 10 -i 0.05 10.78.0.2' | tee "$t_work/ping"
	grep ' 0% packet loss' "$t_work/ping"
}

cable_speed()
{
	g 'nsenter -t $(cat /tmp/ns) -n iperf3 -s -1 >/dev/null 2>&1 &
		sleep 0.3; speed 10.78.0.2 -t 1' | tee "$t_work/speed"
	grep -q '^[1-9]' "$t_work/speed"
}

# The model saw nothing that a driver must not do.
rules_kept()
{
	vm_stats || return 1
	! grep -E 'rule\.(fatal|status)|\.(fatal|bus_errors|odd_accesses|dma_without_master) [1-9]' \
		"$t_work/stats"
}

# Behind an IOMMU: the driver maps buffer by buffer.
has_maps()
{
	vm_stats || return 1
	echo "$(vm_stat nic0.maps) maps"
	[ "$(vm_stat nic0.maps)" -gt 500 ]
}

quiet_qemu()
{
	! grep . "$t_work/qemu.log"
}

keep_logs()
{
	for log in server.log qemu.log console.log stats transcript; do
		[ ! -f "$t_work/$log" ] ||
			cp "$t_work/$log" "$t_top/build-logs/vm-$log"
	done
	note "logs in build-logs/vm-*"
}

# Run a machine: NAME KERNEL CPUS MEMORY APPEND OPTIONS... of the model
machine()
{
	label=$1
	kernel=$2
	cpus=$3
	memory=$4
	append=$5
	shift 5
	bad=no
	note "boots Linux $(cat "$vm_prefix/kernel-$kernel/VERSION")"
	if ! vm_serve --transcript "$t_work/transcript" "$@" || ! tap_up; then
		t_fail "$label model starts"
		sed 's/^/# /' "$t_work/server.log"
		vm_stop || :
		return 1
	fi
	# shellcheck disable=SC2046 # a list of sockets
	if ! vm_start "$kernel" "$cpus" "$memory" "$append" \
		$(ls "$t_work"/*.sock); then
		t_fail "$label boots"
		tail -n 20 "$t_work/qemu.log" "$t_work/console.log" |
			sed 's/^/# /'
		keep_logs
		vm_stop || :
		return 1
	fi
	t_pass "$label boots"
}

machine_ends()
{
	check "QEMU has nothing to say" quiet_qemu
	[ $bad = no ] || keep_logs
	check "model ends" vm_stop
}

full()
{
	label="$1 ${2}q"
	queues=$2
	# the pair on the cable offers what is refused so far
	machine "$label" "$1" "$2" shared "" \
		--profile max --queues "$2" \
		--socket "$t_work/0.sock" --no-llq --tap ena0 --mac $mac \
		--socket "$t_work/1.sock" --profile c7g \
		--socket "$t_work/2.sock" --profile c7g || return 0
	check "probe and link" probe
	check "no complaints of the driver" no_complaints \
		"LLQ is not supported|0000:0[23]:00.0"
	check "$2 queues" has_queues
	check "ping without loss" ping_host 20
	check "counters agree, queue by queue" counters_agree
	speed_is "guest to host" 2 -P "$2"
	speed_is "host to guest" 2 -P "$2" -R
	check "counters agree after TCP" totals_agree
	check "device's drops reach the driver" drops_agree
	check "MTU 9000" jumbo
	speed_is "guest to host, MTU 9000" 1
	speed_is "host to guest, MTU 9000" 1 -R
	check "MTU 1500 again" normal_mtu
	check "plug out and in" unplugged
	check "two adapters on a cable" cable
	check "TCP between them" cable_speed
	check "unbind and bind" rebind
	check "remove and rescan" rescan
	check "no complaints so far" no_complaints \
		"LLQ is not supported|0000:0[23]:00.0"
	check "reboot" reboot_guest
	# what comes now is a surprise for the driver: no rules from here on
	check "driver broke no rule" rules_kept
	check "function level reset" flr
	machine_ends
}

# Other ways to reach the guest's memory: enough to see that they work.
short()
{
	queues=2
	case $2 in
	messages)	memory=private vm_extra='' append='' ;;
	iommu)		memory=shared append=intel_iommu=on
			vm_extra="-device intel-iommu,caching-mode=on" ;;
	*)		t_fail "vm" "what is $1:$2?"; return 0 ;;
	esac
	machine "$1 $2" "$1" 2 $memory "$append" --queues 2 --profile max \
		--socket "$t_work/0.sock" --no-llq --tap ena0 --mac $mac \
		--socket "$t_work/1.sock" --socket "$t_work/2.sock" ||
		return 0
	check "probe and link" probe
	check "no complaints of the driver" no_complaints \
		"LLQ is not supported|0000:0[23]:00.0"
	check "ping without loss" ping_host 20
	speed_is "guest to host" 1
	speed_is "host to guest" 1 -R
	check "counters agree after TCP" totals_agree
	[ "$2" != iommu ] || check "maps come and go" has_maps
	check "two adapters on a cable" cable
	check "unbind and bind" rebind
	check "driver broke no rule" rules_kept
	machine_ends
	vm_extra=''
}

trap 'vm_stop || :; t_exit' EXIT
label=vm
bad=no
bb ip link set lo up
"$vm_prefix/run" iperf3 -s >/dev/null 2>&1 &

[ $# -gt 0 ] || set -- 6.1:1 6.1:4 6.12:1 6.12:4 6.12:messages 6.12:iommu
for one; do
	rm -f "$t_work"/*.sock
	case $one in
	*:[1-9])	full "${one%:*}" "${one#*:}" ;;
	*)		short "${one%:*}" "${one#*:}" ;;
	esac
done
note "done"
t_end
