# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Virtual machines and device models as shell functions; to be sourced.
# Expects: vm_prefix (what fetch.sh filled), vm_here (this directory),
# vm_server (ena-vfio-user) and vm_dir, an empty directory for sockets, logs
# and images.
#
# The guest runs guest.sh: g COMMAND runs a shell command there and returns
# its status, its output on standard output.

: "${vm_prefix:?}" "${vm_here:?}" "${vm_server:?}" "${vm_dir:?}"
VM_LIMIT=${VM_LIMIT:-300}	# seconds that one machine may live
# all is emulated: nothing to protect, and an eighth less to do
vm_cheap="mitigations=off nokaslr"
vm_qemu_pid=
vm_server_pid=
vm_watch_pid=

# vm_serve OPTIONS...: start a device model
vm_serve()
{
	rm -f "$vm_dir/stats"
	: >"$vm_dir/server.log"
	"$vm_server" --stats "$vm_dir/stats" "$@" 2>>"$vm_dir/server.log" &
	vm_server_pid=$!
	vm_try=0
	until grep -q listening "$vm_dir/server.log"; do
		vm_try=$((vm_try + 1))
		if [ $vm_try -gt 300 ] || ! kill -0 $vm_server_pid; then
			sed 's/^/# /' "$vm_dir/server.log"
			return 1
		fi
		sleep 0.1
	done
}

# vm_stats: have the model write its counters
vm_stats()
{
	rm -f "$vm_dir/stats"
	kill -USR1 "$vm_server_pid" || return 1
	vm_try=0
	until [ -f "$vm_dir/stats" ]; do
		vm_try=$((vm_try + 1))
		[ $vm_try -lt 600 ] || return 1
		sleep 0.05
	done
}

# vm_stat KEY: one of them, 0 if it is not there
vm_stat()
{
	sed -n "s/^$1 //p" "$vm_dir/stats" | grep . || echo 0
}

# vm_image KERNEL: its initramfs, made when first asked for
vm_image()
{
	[ -f "$vm_dir/initramfs-$1" ] || "$vm_here/image.sh" "$vm_prefix" \
	    "$1" "$vm_dir/initramfs-$1"
}

# vm_memory shared|private
vm_memory()
{
	case $1 in
	shared)	echo "-object memory-backend-memfd,id=mem,size=384M,share=on" \
		    "-machine q35,memory-backend=mem" ;;
	*)	echo "-machine q35" ;;
	esac
}

# vm_start KERNEL CPUS MEMORY APPEND SOCKET...: boot a machine with an
# adapter on each socket.  EXTRA in vm_extra goes to QEMU.
vm_start()
{
	vm_kernel=$1
	vm_cpus=$2
	vm_mem=$(vm_memory "$3")
	vm_append=$4
	shift 4
	vm_n=0
	for vm_socket; do
		shift
		set -- "$@" -device "pcie-root-port,id=rp$vm_n,chassis=$vm_n" \
		    -device "{\"driver\":\"vfio-user-pci\",\"bus\":\"rp$vm_n\",\"socket\":{\"type\":\"unix\",\"path\":\"$vm_socket\"}}"
		vm_n=$((vm_n + 1))
	done
	vm_image "$vm_kernel" || return 1
	rm -f "$vm_dir/agent.in" "$vm_dir/agent.out"
	mkfifo "$vm_dir/agent.in" "$vm_dir/agent.out"
	exec 4<>"$vm_dir/agent.in" 5<>"$vm_dir/agent.out"
	# shellcheck disable=SC2086 # lists
	"$vm_prefix/run" qemu-system-x86_64 \
	    -L "$vm_prefix/root/usr/share/qemu" \
	    -L "$vm_prefix/root/usr/share/seabios" \
	    -accel tcg,thread=multi -cpu qemu64 -smp "$vm_cpus" -m 384 $vm_mem \
	    -nodefaults -display none ${vm_extra:-} \
	    -kernel "$vm_prefix/kernel-$vm_kernel/vmlinuz" \
	    -initrd "$vm_dir/initramfs-$vm_kernel" \
	    -append "console=ttyS0 quiet panic=-1 $vm_cheap $vm_append" \
	    -serial "file:$vm_dir/console.log" \
	    -chardev "pipe,id=agent,path=$vm_dir/agent" \
	    -serial chardev:agent "$@" </dev/null 2>"$vm_dir/qemu.log" &
	vm_qemu_pid=$!
	# whoever waits for the guest hears of the machine's end
	(
		vm_left=$((VM_LIMIT * 5))
		while [ $vm_left -gt 0 ] && kill -0 $vm_qemu_pid; do
			sleep 0.2
			vm_left=$((vm_left - 1))
		done
		kill -9 $vm_qemu_pid
		echo "@@ gone" >&5
	) 2>/dev/null &
	vm_watch_pid=$!
	vm_ready
}

# vm_ready: wait until the guest has booted
vm_ready()
{
	while read -r vm_line <&5; do
		case $vm_line in
		*'@@ ready')	return 0 ;;
		*'@@ gone')	return 1 ;;
		esac
	done
	return 1
}

# g COMMAND: run it in the guest; newlines in it are blanks
g()
{
	kill -0 "$vm_qemu_pid" 2>/dev/null || return 125
	printf '%s\n' "$(printf '%s' "$*" | tr '\n' ' ')" >&4
	while read -r vm_line <&5; do
		case $vm_line in
		'@@ gone')	return 125 ;;
		'@@ ready')	return 124 ;;	# it crashed and rebooted
		'@@ '*)		return "${vm_line#@@ }" ;;
		*)		printf '%s\n' "$vm_line" ;;
		esac
	done
	return 125
}

# vm_stop: end the machine and the model
vm_stop()
{
	if [ -n "$vm_qemu_pid" ]; then
		kill "$vm_qemu_pid" 2>/dev/null
		wait "$vm_qemu_pid" 2>/dev/null
		wait "$vm_watch_pid" 2>/dev/null
		vm_qemu_pid=
	fi
	if [ -n "$vm_server_pid" ]; then
		kill "$vm_server_pid" 2>/dev/null
		wait "$vm_server_pid"
		vm_server_status=$?
		vm_server_pid=
	fi
	return "${vm_server_status:-0}"
}
