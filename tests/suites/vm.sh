#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: stock Linux kernels drive the device model in virtual machines
# limit: 900
#
#	tests/suites/vm.sh [KERNEL:QUEUES | KERNEL:messages | KERNEL:iommu |
#	    KERNEL:clock ...]
#
# QUEUES is 1, or 4 to 9.  KERNEL is 6.1, 6.12, or "backports": the newest that
# Debian has for its stable release.
#
# Boots Debian's unmodified cloud kernels under QEMU (no KVM needed) with
# adapters that ena-vfio-user serves, and has their own ena driver do what a
# driver does.  The first adapter is on a TAP interface of this machine; with
# one queue its rings are in host memory, and under 6.12 it fails in four ways
# that the driver has to recover from; with more its TX queues are placed
# on the device (LLQ), there is RSS to look at, and two more adapters are
# joined by a cable.  KERNEL:messages is a machine without shared memory,
# KERNEL:iommu one behind an IOMMU; KERNEL:clock reads the adapter's clock,
# which only the newest of these kernels can.
#
# The first adapter has profile "max", which takes all that Linux wants to
# set.  Others, as real devices, refuse the SET of the hash fields (protocol
# 7.11) and Linux complains of that; so it does for the pair on the cable.
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
		await 60 ping -q -c 1 -W 1 $host" | tr -d '\n' &&
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

# The driver's names of allowances and SRD, the model's behind them.  Linux
# 6.1 knows the first five.
metric_names()
{
	cat <<-END
	bw_in_allowance_exceeded metric.bw-in
	bw_out_allowance_exceeded metric.bw-out
	pps_allowance_exceeded metric.pps
	conntrack_allowance_exceeded metric.conntrack
	linklocal_allowance_exceeded metric.link-local
	END
	[ "$kernel" = 6.1 ] || cat <<-END
	conntrack_allowance_available metric.conntrack-left
	ena_srd_mode srd.mode
	ena_srd_tx_pkts srd.tx-pkts
	ena_srd_eligible_tx_pkts srd.tx-eligible
	ena_srd_rx_pkts srd.rx-pkts
	ena_srd_resource_utilization srd.used-percent
	END
}

metrics_agree()
{
	take_counters || return 1
	metric_names >"$t_work/names"
	ok=yes
	while read -r _linux _model; do
		grep "^$_linux [1-9]" "$t_work/driver" >/dev/null &&
			same "$_linux" "$(driver_stat "$_linux")" \
			"$(vm_stat "nic0.$_model")" || ok=no
	done <"$t_work/names"
	[ "$ok" = yes ]
}

# Told to the model while the driver is at work, more than 32 bits of each.
metrics_follow()
{
	_v=0
	for _m in bw-in bw-out pps conntrack link-local conntrack-left; do
		_v=$((_v + 1))
		control "nic0 metric $_m $((_v * 4294967296 + 7 * _v))"
	done
	_try=0
	until vm_stats && [ "$(vm_stat nic0.metric.conntrack-left)" = \
		25769803818 ]; do
		_try=$((_try + 1))
		[ "$_try" -lt 40 ] || return 1
	done
	metrics_agree && same "told" "$(driver_stat pps_allowance_exceeded)" \
		12884901909
}

# What the device counts reaches the driver with its keep-alives.
drops_agree()
{
	vm_stats || return 1
	echo "model: $(vm_stat nic0.rx_drops)"
	g "await 15 rx_dropped_is $(vm_stat nic0.rx_drops) || ip -s link"
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
		g 'await 20 eval "! has_carrier $(nth_netdev 0)"' &&
		kill -USR2 "$vm_server_pid" &&
		g 'await 20 has_carrier $(nth_netdev 0)'
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
		nsenter -t $n -n ip link set $b up && await 20 has_carrier $a &&
		await 20 ping -q -c 1 -W 1 10.78.0.2 &&
		ping -q -c 10 -i 0.05 10.78.0.2' | tee "$t_work/ping"
	grep ' 0% packet loss' "$t_work/ping"
}

cable_speed()
{
	g 'nsenter -t $(cat /tmp/ns) -n iperf3 -s -1 >/dev/null 2>&1 &
		sleep 0.3; speed 10.78.0.2 -t 1' | tee "$t_work/speed"
	grep -q '^[1-9]' "$t_work/speed"
}

# ---- what ethtool changes

# Ping, and TCP in both directions at once.
both_ways()
{
	g "both $host $*" | tee "$t_work/both"
	grep -E '^[1-9][0-9.]* [1-9]' "$t_work/both"
}

carries()
{
	ping_host 5 && both_ways "$@"
}

figures()
{
	note "$(sed 's|\(.*\) \(.*\)|TCP \1 Mbit/s out, \2 in|' \
		"$t_work/both"): $*"
}

# What the model has counted since then.
mark()
{
	vm_stats && cp "$t_work/stats" "$t_work/mark"
}

since()
{
	_before=$(sed -n "s/^$1 //p" "$t_work/mark")
	echo $(($(vm_stat "$1") - ${_before:-0}))
}

offload()
{
	g "ethtool -K \$(nth_netdev 0) $*"
}

# Frames whose checksum the driver took from the device.
trusted()
{
	g 'counters 0' | awk '/^queue_[0-9]*_rx_csum_good / { n += $2 }
		END { print n + 0 }'
}

rx_csum_off()
{
	offload rx off && _good=$(trusted) && carries &&
		same "trusted" "$_good" "$(trusted)"
}

tso_off()
{
	offload tso off && mark && carries && vm_stats &&
		same "segmented" "$(since nic0.tso_frames)" 0 &&
		[ "$(since nic0.tx_csum_done)" -gt 0 ]
}

tx_csum_off()
{
	offload tx off && mark && carries && vm_stats &&
		same "checksums" "$(since nic0.tx_csum_done)" 0
}

offloads_on()
{
	offload rx on tx on tso on && _good=$(trusted) && mark && carries &&
		vm_stats && [ "$(since nic0.tso_frames)" -gt 0 ] &&
		[ "$(since nic0.tx_csum_done)" -gt 0 ] &&
		[ "$(trusted)" -gt "$_good" ]
}

offloads_off()
{
	offload rx off tx off tso off && _good=$(trusted) && mark &&
		carries && vm_stats &&
		same "trusted" "$_good" "$(trusted)" &&
		same "segmented" "$(since nic0.tso_frames)" 0 &&
		same "checksums" "$(since nic0.tx_csum_done)" 0
}

# One after the other, the next on top of it.
offloads()
{
	check "RX checksum off" rx_csum_off
	check "TSO off" tso_off
	check "TX checksum off" tx_csum_off
	check "all offloads on again" offloads_on
	figures "offloads on again"
}

# The driver's idea of table and key: into "table", one a line, and "key".
rss_read()
{
	g 'ethtool -x $(nth_netdev 0)' >"$t_work/rss" || return 1
	awk '/^ *[0-9]+:/ { for (i = 2; i <= NF; i++) print $i }' \
		"$t_work/rss" >"$t_work/table"
	sed -n '/^RSS hash key:/{n;p;}' "$t_work/rss" | tr -d ' \r' \
		>"$t_work/key"
}

rss_set()
{
	g "ethtool -X \$(nth_netdev 0) $*" && rss_read
}

# Every entry has the queue of that awk expression of its number.
table_is()
{
	awk -v n="$queues" "\$1 != ($1) { print \"entry\", NR - 1, \$1; bad = 1 }
		END { exit bad || NR != 128 }" "$t_work/table"
}

# Queues of the model that got something since then: "1 3"
got()
{
	vm_stats || return 1
	_got=
	for q in $(seq 0 $((queues - 1))); do
		[ "$(since "nic0.rx_q_pkts.$q")" -eq 0 ] ||
			_got="$_got${_got:+ }$q"
	done
	echo "$_got"
}

# Nothing but TCP, which is hashed: 17 connections.
lands_in()
{
	mark && both_ways -P 8 && same "queues" "$1" "$(got)"
}

rss_default()
{
	rss_read && table_is '(NR - 1) % n' &&
		grep -E '^([0-9a-f]{2}:){39}[0-9a-f]{2}$' "$t_work/key" &&
		cp "$t_work/key" "$t_work/key-at-first"
}

rss_one()
{
	rss_set start 2 equal 1 && table_is 2 && lands_in 2
}

rss_two()
{
	rss_set weight 0 1 0 1 && table_is 'NR <= 64 ? 1 : 3' &&
		lands_in '1 3'
}

# With a key of zeros a hash is what it starts from, and Linux starts from
# all ones: everything goes by the last entry.
rss_key()
{
	_zero=$(printf ':00%.0s' $(seq 40))
	_zero=${_zero#:}
	rss_set equal "$queues" hkey "$_zero" && table_is '(NR - 1) % n' &&
		same "key" "$(cat "$t_work/key")" "$_zero" &&
		lands_in $((127 % queues))
}

# By addresses alone all connections are one.
rss_fields()
{
	rss_set hkey "$(cat "$t_work/key-at-first")" &&
		g 'ethtool -N $(nth_netdev 0) rx-flow-hash tcp4 sd' &&
		mark && both_ways -P 8 && _got=$(got) &&
		same "queues" "$(echo "$_got" | wc -w)" 1
}

rss_again()
{
	g 'ethtool -N $(nth_netdev 0) rx-flow-hash tcp4 sdfn' && rss_read &&
		table_is '(NR - 1) % n' &&
		cmp "$t_work/key" "$t_work/key-at-first" &&
		mark && carries -P 8 && _got=$(got) &&
		echo "$_got" && [ "$(echo "$_got" | wc -w)" -ge 2 ]
}

rss()
{
	check "RSS table and key are read" rss_default
	check "RSS table of one queue" rss_one
	check "RSS table of two queues" rss_two
	check "RSS key" rss_key
	check "RSS by addresses only" rss_fields
	check "RSS as at first" rss_again
	figures "RSS as at first"
}

# ---- where TX queues are

host_rings()
{
	vm_stats && same "packets by LLQ" "$(vm_stat nic0.llq_pkts)" 0 &&
		[ "$(vm_stat nic0.tx_pkts)" -gt 0 ] &&
		! grep ' llq entry=' "$t_work/transcript"
}

# Entries have that many bytes, and all packets went by them.
llq_rings()
{
	vm_stats && same "entry" "$1" "$(sed -n \
		's/^nic0 .* llq entry=\([0-9]*\) .*/\1/p' \
		"$t_work/transcript" | tail -n 1)" &&
		same "packets by LLQ" "$(vm_stat nic0.llq_pkts)" \
		$(($(vm_stat nic0.tx_pkts) + $(vm_stat nic0.tso_frames) - \
		$(vm_stat nic0.tso_segments)))
}

# Bytes of a packet that are pushed into the device: what is in force.
push_length()
{
	g 'ethtool -g $(nth_netdev 0)' |
		sed -n 's/^TX push buff len:[[:space:]]*//p' | tail -n 1
}

# The driver's way to choose the size of entries, header included.
push()
{
	g "ethtool -G \$(nth_netdev 0) tx-push-buf-len $1" && comes_back &&
		same "push length" "$(push_length)" "$1" && carries &&
		llq_rings "$2"
}

cable_llq()
{
	vm_stats && [ "$(vm_stat nic1.llq_pkts)" -gt 0 ] &&
		[ "$(vm_stat nic2.llq_pkts)" -gt 0 ]
}

# The model saw nothing that a driver must not do.
rules_kept()
{
	vm_stats || return 1
	! grep -E 'rule\.(fatal|status)|\.(fatal|bus_errors|odd_accesses|dma_without_master) [1-9]' \
		"$t_work/stats"
}

# ---- when the device fails

# Opened for both, so that nobody waits for a server that is gone.
control()
{
	echo "$*" 1<>"$t_work/control"
}

# Within a minute, looking four times a second.
was_reset()
{
	_try=0
	until vm_stats && [ "$(since nic0.resets)" -gt 0 ]; do
		_try=$((_try + 1))
		[ "$_try" -lt 240 ] || return 1
		sleep 0.25
	done
}

# Why since then, other than because a driver starts: "1", "3 10"
reasons()
{
	for _r in $(seq 31); do
		[ "$(since "nic0.resets_by_reason.$_r")" -eq 0 ] || echo "$_r"
	done | paste -s -d ' ' -
}

# Rules broken since then: "fatal.tx-phase advice.intr-idle"
broken()
{
	awk 'NR == FNR { was[$1] = $2; next }
		/^nic0\.rule\./ && $2 != was[$1] { print substr($1, 11) }' \
		"$t_work/mark" "$t_work/stats" | paste -s -d ' ' -
}

# Seconds from the fault to the reset, by the model's own clock
reset_took()
{
	sed 's/^t=//' "$t_work/transcript" |
		awk '$2 == "fault" { t = $1; done = 0 }
		$2 == "reset" && !done { took = $1 - t; done = 1 }
		END { printf "%.1f\n", took / 1000000 }'
}

# recovers FAULT COMMAND REASON PATTERN: with that fault, and that done in the
# guest, the driver says that and resets the device once, for that reason; it
# breaks no rule, and works as before, its addresses and all kept.
recovers()
{
	_took=-
	mark && g 'dmesg -c >/dev/null' && control "fault $1" && g "$2" &&
		was_reset || return 1
	# what is left of it would hit the new life
	control clear
	_took=$(reset_took)
	g "await 30 ping -q -c 1 -W 1 $host" && carries || return 1
	g 'dmesg | grep -E "ena |eth[0-9]" | grep -v -E "_q_|queue_"' |
		tee "$t_work/dmesg"
	grep -E "$4" "$t_work/dmesg" && no_complaints 'ena |eth[0-9]' &&
		vm_stats && same "reason" "$(reasons)" "$3" &&
		same "resets, down and up" "$(since nic0.resets)" 2 &&
		same "rules" "$(broken)" "" &&
		same "fatal" "$(vm_stat nic0.fatal)" 0
}

# So many packets lose their completions that the driver's own watch sees it
# (profile max tells it to put up with 256): the kernel's watch over queues
# that stand still is not to, so byte queue limits are put out of the way.
# A limit counts from the next completion on.  A ping is 44 packets.
unlimited='ls -d /sys/class/net/$(nth_netdev 0)/queues/tx-0/byte_queue_limits'
limitless()
{
	g "echo 9999999 >\$($unlimited)/limit_min" && ping_host 2 &&
		recovers tx-lost:times=300 "for i in 1 2 3 4 5 6 7 8; do
			ping -q -c 1 -W 1 -s 65000 $host >/dev/null; done;
			true" 3 "completions (is|are) above the threshold" &&
		g "echo 0 >\$($unlimited)/limit_min"
}

faults()
{
	check "keep-alives stop" recovers keep-alive-stop true 1 \
		"Keep alive watchdog timeout"
	figures "keep-alives stopped, reset after $_took s"
	check "TX completions are lost" limitless
	figures "TX completions lost, reset after $_took s"
	check "fatal bit" recovers fatal true 1 "Keep alive watchdog timeout"
	figures "fatal bit, reset after $_took s"
	check "a command is lost" recovers admin-lost \
		"counters 0 >/dev/null" 2 "admin queue is not in running state"
	figures "a command lost, reset after $_took s"
}

# ---- the adapter's clock

# Does this kernel's driver have a clock to offer?
has_clock()
{
	grep -q ptp_clock_register "$vm_prefix/kernel-$kernel/ena.ko"
}

no_clock()
{
	g '! ls /dev/ptp*' && vm_stats &&
		same "clock reads" "$(vm_stat nic0.phc_reads)" 0 &&
		! grep PHC_CONFIG "$t_work/transcript"
}

# It is off until somebody asks for it.
clock_on()
{
	g 'mount -t debugfs debug /sys/kernel/debug; a=$(adapters);
		devlink dev param set pci/$a name enable_phc value true
			cmode driverinit && devlink dev reload pci/$a' &&
		comes_back && g 'cat /sys/class/ptp/ptp0/clock_name' |
		grep ena
}

# What the driver has counted of it: phc_NAME
clock_stat()
{
	g 'cat /sys/kernel/debug/$(adapters)/phc_stats' |
		sed -n "s/^phc_$1: //p"
}

# The time is that of the model's last answer, to the nanosecond.
clock_reads()
{
	for _n in 1 2 3 4 5; do
		_got=$(g 'phc_ctl -q /dev/ptp0 get' |
			sed -n 's/.*clock time is \([0-9.]*\) .*/\1/p')
		vm_stats || return 1
		_ns=$(sed -n 's/.* phc id=.* error=0x0 ns=//p' \
			"$t_work/transcript" | tail -n 1)
		same "time" "$_got" "$(printf '%d.%09d' \
			$((_ns / 1000000000)) $((_ns % 1000000000)))" ||
			return 1
	done
	same "reads" $(($(clock_stat cnt) + $(clock_stat err_ts))) \
		"$(vm_stat nic0.phc_reads)"
}

# clock_fails FAULT COUNTER: no time, counted so; then it is right again
clock_fails()
{
	_before=$(clock_stat "$2")
	control "fault $1"
	_try=0
	while g 'phc_ctl -q /dev/ptp0 get'; do
		_try=$((_try + 1))
		[ "$_try" -lt 20 ] || return 1
	done
	sleep 0.3
	_got=$(g 'phc_ctl -q /dev/ptp0 get') && echo "$_got" &&
		same "counted" "$(clock_stat "$2")" $((_before + 1))
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
	if ! vm_serve --transcript "$t_work/transcript" \
		--control "$t_work/control" "$@" || ! tap_up; then
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

# What any machine does first, and with offloads as they are.
first()
{
	check "probe and link" probe
	check "no complaints of the driver" no_complaints "$excused"
	check "$queues queues" has_queues
	check "ping without loss" ping_host 20
	check "counters agree, queue by queue" counters_agree
	speed_is "guest to host" 1 -P "$queues"
	speed_is "host to guest" 1 -P "$queues" -R
	check "counters agree after TCP" totals_agree
	check "allowances and SRD are the device's" metrics_agree
	check "allowances follow the device" metrics_follow
	check "device's drops reach the driver" drops_agree
	check "MTU 9000" jumbo
	speed_is "guest to host, MTU 9000" 1
	speed_is "host to guest, MTU 9000" 1 -R
	check "MTU 1500 again" normal_mtu
}

# And without device and driver being strangers: plugs, drivers, slots.
away_and_back()
{
	check "plug out and in" unplugged
	check "unbind and bind" rebind
	check "remove and rescan" rescan
	check "no complaints so far" no_complaints "$excused"
}

# One queue, rings in host memory.
single()
{
	label="$1 1q"
	queues=1
	excused="LLQ is not supported"
	machine "$label" "$1" 1 shared "" --profile max --queues 1 --no-llq \
		--socket "$t_work/0.sock" --tap ena0 --mac $mac || return 0
	first
	check "rings in host memory" host_rings
	offloads
	away_and_back
	if has_clock; then
		t_skip "$label clock" "see backports:clock"
	else
		check "no clock" no_clock
		note "clock (PHC): the ena.ko of this kernel has none"
	fi
	check "driver broke no rule" rules_kept
	[ "$1" = 6.1 ] || faults
	machine_ends
}

# Several queues, on the device; Linux likes entries of 128 bytes.
multi()
{
	label="$1 ${2}q"
	queues=$2
	excused="0000:0[23]:00.0"
	machine "$label" "$1" "$2" shared "" \
		--profile max --queues "$2" \
		--socket "$t_work/0.sock" --tap ena0 --mac $mac \
		--socket "$t_work/1.sock" --profile c7g \
		--socket "$t_work/2.sock" --profile c7g || return 0
	first
	check "LLQ, entries of 128 bytes" llq_rings 128
	check "all offloads off" offloads_off
	check "all offloads on again" offloads_on
	figures "offloads on again"
	rss
	# new drivers let one choose
	case $(push_length) in
	[0-9]*)	check "LLQ, entries of 256 bytes" push 224 256
		figures "LLQ, entries of 256 bytes"
		check "LLQ, 128 bytes again" push 96 128 ;;
	esac
	check "two adapters on a cable" cable
	check "TCP between them" cable_speed
	check "both have LLQ" cable_llq
	away_and_back
	# the two that take longest: one here, one there
	case $1 in
	6.1)	check "reboot" reboot_guest
		check "driver broke no rule" rules_kept ;;
	*)	check "driver broke no rule" rules_kept
		# a surprise for the driver: no rules from here on
		check "function level reset" flr ;;
	esac
	machine_ends
}

# In a machine that is emulated the clock's answer takes its time: the driver
# is told to wait for it.
clock()
{
	label="$1 clock"
	queues=1
	machine "$label" "$1" 1 shared "" --profile max --queues 1 --no-llq \
		--clock-us 50000 \
		--socket "$t_work/0.sock" --tap ena0 --mac $mac || return 0
	check "probe and link" probe
	check "no complaints of the driver" no_complaints \
		"LLQ is not supported"
	check "ping without loss" ping_host 20
	check "allowances and SRD are the device's" metrics_agree
	if has_clock; then
		check "no clock unless asked for" no_clock
		check "clock is there" clock_on
		check "clock tells the model's time" clock_reads
		check "clock's answer is lost" clock_fails phc-lost err_dv
		check "clock's answer is an error" clock_fails \
			phc-error:arg=1 err_ts
		check "clock tells the model's time again" clock_reads
		check "unbind and bind" rebind
	else
		t_fail "$label clock" "the ena.ko of this kernel has none"
	fi
	check "driver broke no rule" rules_kept
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

_why=0
trap '_why=$?; vm_stop || :; t_exit $_why' EXIT
label=vm
bad=no
bb ip link set lo up
"$vm_prefix/run" iperf3 -s >/dev/null 2>&1 &

[ $# -gt 0 ] || set -- 6.1:1 6.1:4 6.12:1 6.12:4 6.12:messages 6.12:iommu \
	backports:clock
for one; do
	rm -f "$t_work"/*.sock
	case $one in
	*:1)		single "${one%:*}" ;;
	*:[4-9])	multi "${one%:*}" "${one#*:}" ;;
	*:clock)	clock "${one%:*}" ;;
	*)		short "${one%:*}" "${one#*:}" ;;
	esac
done
note "done"
t_end
