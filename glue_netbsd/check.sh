#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Compile core and glue with a NetBSD kernel's flags against a real tree:
#
#	./check.sh SYS [amd64|aarch64 ...]	SYS such as /usr/src/sys
#
# Each architecture with clang and gcc, as GENERIC, with NET_MPSAFE, without
# DIAGNOSTIC and as a module.  Nothing is linked and the tree is not written
# to; what config(8) would generate is made up here.  CLANG chooses clang,
# GCC_amd64 and GCC_aarch64 the two gcc; WITH="clang" leaves gcc out.  KEEP=1
# keeps the directory.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

die() {
	echo "check.sh: $*" >&2
	exit 1
}

[ $# -ge 1 ] || die "usage: check.sh SYS [amd64|aarch64 ...]"
sys=$(cd "$1" 2>/dev/null && pwd) || die "no directory $1"
shift
[ $# -gt 0 ] || set -- amd64 aarch64
with=${WITH:-clang gcc}

for f in sys/param.h net/if.h net/if_stats.h dev/pci/files.pci \
    dev/pci/pcidevs.h; do
	[ -f "$sys/$f" ] || die "missing: $sys/$f (a sys directory?)"
done

# The compiler for an architecture: one that makes its code, or nothing.
compiler() {			# clang|gcc, architecture
	case $1.$2 in
	clang.amd64)
		try="${CLANG:-clang} -target x86_64-unknown-netbsd" ;;
	clang.aarch64)
		try="${CLANG:-clang} -target aarch64-unknown-netbsd" ;;
	gcc.amd64)
		set -- "$@" "${GCC_amd64:-}" x86_64--netbsd-gcc \
		    x86_64-linux-gnu-gcc gcc
		want=__x86_64__
		;;
	gcc.aarch64)
		set -- "$@" "${GCC_aarch64:-}" aarch64--netbsd-gcc \
		    aarch64-linux-gnu-gcc gcc
		want=__aarch64__
		;;
	*)
		die "no such architecture: $2"
		;;
	esac
	if [ "$1" = clang ]; then
		: | $try -x c -c -o /dev/null - 2>/dev/null && echo "$try"
		return 0
	fi
	shift 2
	for try; do
		if [ -n "$try" ] && command -v "$try" >/dev/null &&
		    : | "$try" -dM -E - | grep -q "$want"; then
			# one for another system says that it is for this one
			echo "$try -U__linux__ -U__linux -Ulinux -U__unix__" \
			    "-U__unix -Uunix -U__gnu_linux__ -D__NetBSD__=1"
			return 0
		fi
	done
}

for arch; do
	for c in $with; do
		[ -n "$(compiler "$c" "$arch")" ] ||
		    die "missing: a $c that makes code for $arch"
	done
done

tmp=$(mktemp -d)
if [ -n "${KEEP:-}" ]; then
	echo "in $tmp"
else
	trap 'rm -rf "$tmp"' EXIT
fi
TMPDIR=$tmp			# what a crashing compiler leaves behind
export TMPDIR

# A tree of what install.sh needs; the rest comes from $sys behind it.
mkdir -p "$tmp/sys/dev/pci"
cp "$sys/dev/pci/files.pci" "$tmp/sys/dev/pci/"
"$here/install.sh" "$tmp/sys" || die "install.sh failed"
awk '$1 == "file" && $NF == "ena" { print $2 }' \
    "$tmp/sys/dev/pci/files.pci" > "$tmp/files"
while read -r f; do
	[ -f "$tmp/sys/$f" ] || die "files.ena names $f, which is not there"
done < "$tmp/files"
for f in "$tmp"/sys/dev/ena/*.c "$tmp"/sys/dev/pci/if_ena*.c; do
	grep -qx "${f#"$tmp/sys/"}" "$tmp/files" ||
	    die "files.ena does not name $(basename "$f")"
	grep -qw "$(basename "$f")" "$here/module/Makefile" ||
	    die "module/Makefile does not name $(basename "$f")"
done

# src/common stands beside src/sys; without it, what is used of proplib.
common=$sys/../common/include
if [ ! -f "$common/prop/proplib.h" ]; then
	common=$tmp/common
	mkdir -p "$common/prop"
	cat > "$common/prop/proplib.h" <<'END'
#ifndef _PROPLIB_PROPLIB_H_
#define _PROPLIB_PROPLIB_H_
typedef struct _prop_object *prop_object_t, *prop_array_t, *prop_bool_t,
	*prop_data_t, *prop_dictionary_t, *prop_number_t, *prop_string_t,
	*prop_dictionary_keysym_t, *prop_object_iterator_t;
#endif
END
	echo 'struct plistref { void *pref_plist; size_t pref_len; };' \
	    > "$common/prop/plistref.h"
	echo "check.sh: no src/common beside it: proplib's types made up"
fi

warn="-Wall -Wno-main -Wno-format-zero-length -Wpointer-arith
    -Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition -Wswitch
    -Wshadow -Wcast-qual -Wwrite-strings -Wno-unreachable-code
    -Wno-pointer-sign -Wno-attributes -Wno-type-limits -Wno-sign-compare
    -Walloca -Wno-address-of-packed-member -Werror"
code="-std=gnu99 -O2 -ffreestanding -fno-strict-aliasing -fno-common
    -fno-pie -nostdinc -D_KERNEL -D_KERNEL_OPT"
options="-DDDB -DKTRACE -DACCOUNTING -DINET -DINET6 -DALTQ -DMODULAR
    -DPCIVERBOSE -DMAXUSERS=64"

flags() {			# clang|gcc, architecture
	case $2 in
	amd64)
		echo "-Wextra -Wno-unused-parameter -Wno-sign-compare
		    -Damd64 -Dx86_64
		    -mcmodel=kernel -mno-red-zone -mno-mmx -mno-sse -mno-avx
		    -msoft-float -fno-omit-frame-pointer"
		[ "$1" = clang ] || echo "-mindirect-branch=thunk
		    -mindirect-branch-register"
		;;
	aarch64)
		echo "-Daarch64 -DAARCH64 -D_ARM32_NEED_BUS_DMA_BOUNCE
		    -DARM_INTR_IMPL=<arch/arm/fdt/fdt_intr.h>
		    -D__HAVE_PCI_MSI_MSIX -D__HAVE_PCI_CONF_HOOK
		    -D__BUS_SPACE_HAS_STREAM_METHODS
		    -D__BUS_SPACE_HAS_PROBING_METHODS
		    -march=armv8-a+nofp+nosimd -fno-omit-frame-pointer
		    -mno-omit-leaf-frame-pointer"
		[ "$1" = clang ] || echo "-mno-outline-atomics"
		;;
	esac
	if [ "$1" = clang ]; then
		echo "-Wno-unknown-pragmas -Wno-conversion -Wno-self-assign
		    -Wframe-larger-than=3584"
	else
		echo "-fno-delete-null-pointer-checks -Wstack-usage=3584"
	fi
}

# The directories that config(8) makes links to.
links() {			# architecture, directory
	case $1 in
	amd64)
		set -- "$2" machine amd64 amd64 amd64 x86 x86 i386 i386 ;;
	aarch64)
		set -- "$2" machine evbarm evbarm evbarm arm arm \
		    aarch64 aarch64 ;;
	esac
	dir=$1
	shift
	while [ $# -gt 0 ]; do
		ln -s "$sys/arch/$2/include" "$dir/$1"
		shift 2
	done
}

# One kernel: architecture, compiler, its name, its options.
kernel() {
	obj=$tmp/$1.$2.$3
	mkdir "$obj"
	links "$1" "$obj"
	# a module's component tables
	cat > "$obj/ioconf.c" <<'END'
static struct cfdriver * const cfdriver_ioconf_if_ena[] = { NULL };
static const struct cfattachinit cfattach_ioconf_if_ena[] = {
	{ NULL, NULL }
};
static struct cfdata cfdata_ioconf_if_ena[1];
END
	what="$1 $2 $3"
	# shellcheck disable=SC2046,SC2086
	set -- $(compiler "$2" "$1") $warn $(flags "$2" "$1") $code $4 \
	    -I"$tmp/sys" -I"$obj" -I"$common" -I"$sys/arch" -I"$sys"
	# headers of options: empty, because those are on the command line
	while read -r f; do
		"$@" -M -MG "$tmp/sys/$f" 2>/dev/null | tr ' ' '\n' |
		    grep '^opt_[a-z0-9_]*\.h$' || :
	done < "$tmp/files" | sort -u > "$obj/opts"
	while read -r f; do
		: > "$obj/$f"
	done < "$obj/opts"
	n=0
	while read -r f; do
		"$@" -c "$tmp/sys/$f" -o "$obj/$(basename "$f" .c).o" || {
			echo "check.sh: $what: $f does not compile" >&2
			return 1
		}
		n=$((n + 1))
	done < "$tmp/files"
	echo "check.sh: $what: $n files compile without a warning"
}

status=0
mp="$options -DMULTIPROCESSOR -DDIAGNOSTIC"
for arch; do
	for c in $with; do
		kernel "$arch" "$c" GENERIC "$mp" || status=1
		kernel "$arch" "$c" NET_MPSAFE "$mp -DNET_MPSAFE" || status=1
		kernel "$arch" "$c" NDIAGNOSTIC "$options" || status=1
		kernel "$arch" "$c" MODULE "$mp -D_MODULE" || status=1
	done
done
exit $status
