#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: the core under each BSD kernel's C dialect, warnings and code flags
# limit: 300
#
# Compiles ena_core/*.c and a file that takes the address of every inline
# function of the public headers, with gcc and clang, without libc headers
# (-nostdinc; tests/cross/bare has what ena_os.h asks of a binding and no
# more).  A warning is an error.
#
# Where the flags are from (repository@commit file:line):
#  FreeBSD stable  opnsense/src@aacb90443d40 sys/conf/kern.mk:5-10, and its
#	branches for clang, gcc, amd64, i386 and aarch64; CSTD=c99 near the
#	end, which becomes -std=iso9899:1999
#  FreeBSD main    aokblast/freebsd-src@66fddcbc7eaa sys/conf/kern.mk:5-10 and
#	the same branches, that of powerpc as well; CSTD=gnu17
#  NetBSD	   isaki68k/netbsd-src@67d531938 sys/conf/Makefile.kern.inc:69
#	(std) 77-96 (warnings) 107-108,116,118,122-123 (code), for x86 also 88;
#	sys/arch/amd64/conf/Makefile.amd64:37-43,48-49;
#	sys/arch/aarch64/conf/Makefile.aarch64:36-39
#  OpenBSD	   thodg/OpenBSD-src@0a86c266 sys/arch/amd64/conf/
#	Makefile.amd64:79-81,83-85,95-101,105-106; sys/arch/arm64/conf/
#	Makefile.arm64:78-88,98; no -std, so the compiler's default
# Left out: -Wno-error=... (we want the error), each system's printf format
# extensions, and options that only its own compiler has (-fret-clean,
# -msave-args, -fformat-extensions).  Added: -fno-pie, because
# Linux compilers default to the other.  NetBSD's limit of a stack frame is an
# option of gcc; clang gets the same number as -Wframe-larger-than.
set -eu

# ---- flags

fb_warn='-Wall -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
	-Wcast-qual -Wundef -Wno-pointer-sign -Wmissing-include-dirs
	-fdiagnostics-show-option -Wno-unknown-pragmas
	-Wno-format-zero-length'
fb_code='-ffreestanding -fwrapv -fstack-protector -fno-common -fno-pie
	-D_KERNEL'
fb_stable="-std=iso9899:1999 $fb_warn -Wredundant-decls -Wnested-externs
	$fb_code -O2"
fb_main="-std=gnu17 $fb_warn -Wswitch $fb_code -O2"
fb_clang='-Wno-address-of-packed-member'
fb_gcc='-Wno-return-type -Wno-address-of-packed-member'
fb_amd64='-mcmodel=kernel -mno-red-zone -mno-mmx -mno-sse -msoft-float
	-fno-asynchronous-unwind-tables'
fb_i386='-mno-mmx -mno-sse -msoft-float'
fb_arm64='-mgeneral-regs-only -ffixed-x18 -mno-outline-atomics'
fb_ppc='-mno-altivec -msoft-float -mabi=elfv2'
fb_bti='-mbranch-protection=standard'

nb_warn='-Wall -Wno-main -Wno-format-zero-length -Wpointer-arith
	-Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition
	-Wswitch -Wshadow -Wcast-qual -Wwrite-strings -Wno-unreachable-code
	-Wno-pointer-sign -Wno-attributes -Wno-type-limits
	-Wno-sign-compare -Walloca'
nb_x86='-Wextra -Wno-unused-parameter'
nb_code='-ffreestanding -fno-zero-initialized-in-bss -fno-strict-aliasing
	-fno-common -fno-pie -D_KERNEL -D_KERNEL_OPT'
nb_all="-std=gnu99 $nb_warn $nb_code -O2"
nb_gcc='-fno-delete-null-pointer-checks -fstack-usage -Wstack-usage=3584'
nb_clang='-Wframe-larger-than=3584'
nb_amd64='-fno-omit-frame-pointer -mcmodel=kernel -mno-red-zone -mno-mmx
	-mno-sse -mno-avx -msoft-float'
nb_thunk='-mindirect-branch=thunk -mindirect-branch-register'
nb_arm64='-march=armv8-a+nofp+nosimd -fno-omit-frame-pointer
	-mno-omit-leaf-frame-pointer'

ob_warn='-Wall -Wimplicit-function-declaration -Wno-pointer-sign
	-Wframe-larger-than=2047'
ob_code='-ffreestanding -fno-pie -fno-omit-frame-pointer -D_KERNEL'
ob_all="$ob_warn $ob_code"
ob_clang='-Wno-address-of-packed-member -Wno-constant-conversion
	-Wno-unused-but-set-variable -Wno-gnu-folding-constant'
ob_amd64='-mcmodel=kernel -mno-red-zone -mno-sse2 -mno-sse -mno-3dnow
	-mno-mmx -msoft-float'
ob_retp='-mretpoline -mretpoline-external-thunk -fcf-protection=branch'
ob_thunk='-mindirect-branch=thunk-extern -mindirect-branch-register
	-fcf-protection=branch'
ob_small='-Oz -mno-retpoline -fcf-protection=none -DSMALL_KERNEL'
ob_arm64='-march=armv8-a+nofp+nosimd+rng -mno-omit-leaf-frame-pointer
	-ffixed-x18 -moutline-atomics -mbranch-protection=bti'

# Everything at once, nothing waived; also the strictest of what is not in
# any kernel but in our own build.
union='-std=c99 -Wall -Wextra -Wshadow -Wcast-qual -Wwrite-strings -Wundef
	-Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition
	-Wpointer-arith -Wredundant-decls -Wnested-externs -Wswitch
	-Wswitch-enum -Wconversion -Wsign-compare -Wcast-align -Walloca -Wvla
	-Wformat=2 -Wframe-larger-than=2047 -Winit-self -Wdouble-promotion
	-Wfloat-equal -ffreestanding -fno-common -Os'
union_gcc='-Wjump-misses-init -Wlogical-op -Wduplicated-cond
	-Wduplicated-branches -Wcast-align=strict -Wstrict-aliasing=2
	-Wstack-usage=2047'
union_clang='-Wcomma -Wassign-enum -Wconditional-uninitialized
	-Wshift-sign-overflow -Wimplicit-fallthrough -Wunreachable-code
	-Wtautological-constant-in-range-compare'

amd64=--target=x86_64-unknown-elf
i386=--target=i686-unknown-elf
arm64=--target=aarch64-unknown-elf
ppc64=--target=powerpc64-unknown-elf
ppc64le=--target=powerpc64le-unknown-elf

# One line: name | binding | compiler and flags.
add()
{
	name=$1 os=$2
	shift 2
	echo "$name|$os|$*"
}

# gcc makes only this machine's own code, clang everybody's.
# shellcheck disable=SC2086
matrix()
{
	case $(uname -m) in
	x86_64|amd64)
		add 'FreeBSD stable gcc amd64' plain gcc $fb_stable $fb_gcc \
			$fb_amd64
		add 'FreeBSD main gcc amd64' plain gcc $fb_main $fb_gcc \
			$fb_amd64
		add 'NetBSD gcc amd64' plain gcc $nb_all $nb_x86 $nb_gcc \
			$nb_amd64
		add 'NetBSD gcc amd64 thunks' plain gcc $nb_all $nb_x86 \
			$nb_gcc $nb_amd64 $nb_thunk
		add 'OpenBSD gcc amd64' plain gcc $ob_all $ob_amd64 $ob_thunk \
			-O2
		;;
	esac
	add 'FreeBSD stable clang amd64' plain clang $amd64 $fb_stable \
		$fb_clang $fb_amd64 -mno-aes -mno-avx
	add 'FreeBSD stable clang i386' plain clang $i386 $fb_stable \
		$fb_clang $fb_i386 -mno-aes -mno-avx
	add 'FreeBSD stable clang arm64' plain clang $arm64 $fb_stable \
		$fb_clang $fb_arm64
	add 'FreeBSD main clang amd64' plain clang $amd64 $fb_main \
		$fb_clang $fb_amd64 -mno-aes -mno-avx
	add 'FreeBSD main clang arm64' plain clang $arm64 $fb_main \
		$fb_clang $fb_arm64 $fb_bti
	add 'FreeBSD main clang powerpc64' plain clang $ppc64 $fb_main \
		$fb_clang $fb_ppc
	add 'FreeBSD main clang powerpc64le' plain clang $ppc64le $fb_main \
		$fb_clang $fb_ppc
	add 'NetBSD clang amd64' plain clang $amd64 $nb_all $nb_x86 \
		$nb_clang $nb_amd64
	add 'NetBSD clang i386' plain clang $i386 $nb_all $nb_x86 $nb_clang
	add 'NetBSD clang arm64' plain clang $arm64 $nb_all $nb_clang \
		$nb_arm64
	add 'OpenBSD clang amd64' plain clang $amd64 $ob_all $ob_clang \
		$ob_amd64 $ob_retp -O2
	add 'OpenBSD clang amd64 small' plain clang $amd64 $ob_all $ob_clang \
		$ob_amd64 $ob_small
	add 'OpenBSD clang arm64' plain clang $arm64 $ob_all $ob_clang \
		$ob_arm64 -O2
	for os in plain table; do
		add "all warnings gcc $os" $os gcc $union $union_gcc
		add "all warnings clang $os" $os clang $union $union_clang
		# 32 bits, where size_t and pointers are short; big-endian
		add "all warnings clang $os i386" $os clang $i386 $union \
			$union_clang
		add "all warnings clang $os powerpc64" $os clang $ppc64 \
			$union $union_clang
	done
}

# ---- one row of the matrix; prints "ok NAME" or "not ok NAME" and why

# Inline functions of the public headers by name, those whose "static inline"
# is inside a macro (ENA_FAST) as well; "?" and the place for one whose name
# is not where we look.
inline_names()
{
	awk '
	function lost() {
		if (want)
			print "?" place
	}
	/^(static inline|ENA_[A-Z]+ )/ {
		lost()
		want = 1
		place = FILENAME ":" FNR
		next
	}
	want && /^[a-z_0-9]+\(/ {
		sub(/\(.*/, "")
		print
		want = 0
	}
	{
		lost()
		want = 0
	}
	END { lost() }' "$t_top"/include/ena.h "$t_top"/include/ena_io.h \
		"$t_top"/include/ena_hw.h
}

# A C file that makes each of them real.
inlines()
{
	echo '/* made by kernelflags.sh */'
	echo '#include "ena.h"'
	echo 'typedef void ena_any_fn(void);'
	echo 'extern ena_any_fn *const ena_inlines[];'
	echo 'ena_any_fn *const ena_inlines[] = {'
	sed 's/.*/	(ena_any_fn *)&,/' "$1"
	echo '};'
}

row()
{
	name=$1 os=$2 dir=$3 top=$4
	shift 4
	bad=0
	for f in "$top"/ena_core/*.c "$dir/../inlines.c"; do
		"$@" -Werror -nostdinc -I"$top/tests/cross/bare" \
			-I"$top/include" \
			-DENA_OS_BINDING="\"ena_os_$os.h\"" \
			-c "$f" -o "$dir/$(basename "$f" .c).o" \
			>>"$dir/log" 2>&1 || bad=$((bad + 1))
	done
	if [ "$bad" -eq 0 ]; then
		echo "ok $name"
	else
		echo "not ok $name: $bad files"
		grep -E '(error|warning):' "$dir/log" | sort -u |
			head -n 20 | sed "s|^$top/||; s/^/# /"
	fi
}

# kernelflags.sh --row DIR LINE TOP: one line of DIR/matrix
if [ "${1:-}" = --row ]; then
	work=$2 n=$3 top=$4
	line=$(sed -n "${n}p" "$work/matrix")
	name=${line%%|*}
	line=${line#*|}
	mkdir "$work/$n"
	# shellcheck disable=SC2086 # compiler and flags
	row "$name" "${line%%|*}" "$work/$n" "$top" ${line#*|}
	exit 0
fi

# ---- all rows, several at a time

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"
pkg_ensure optional gcc clang
inline_names >"$t_work/names"
sed -n 's/^?/# no name: /p' "$t_work/names"
if grep '^?' "$t_work/names" >/dev/null ||
	! grep -x ena_tx_put "$t_work/names" >/dev/null ||
	[ "$(wc -l <"$t_work/names")" -lt 20 ]; then
	t_fail inlines 'the inline functions were not found'
	t_end
fi
inlines "$t_work/names" >"$t_work/inlines.c"
matrix >"$t_work/rows"
: >"$t_work/matrix"
while IFS= read -r line; do
	cc=${line##*|}
	cc=${cc%% *}
	if pkg_have "$cc"; then
		echo "$line" >>"$t_work/matrix"
	else
		t_skip "${line%%|*}" "$cc is not here"
	fi
done <"$t_work/rows"
i=0
while [ "$i" -lt "$(wc -l <"$t_work/matrix")" ]; do
	i=$((i + 1))
	echo "$i"
done | xargs -P "$JOBS" -I '{}' sh "$0" --row "$t_work" '{}' "$t_top" \
	>"$t_work/cases"
[ "$(grep -cE '^(not )?ok ' "$t_work/cases")" -eq \
	"$(wc -l <"$t_work/matrix")" ] ||
	t_fail matrix 'not all rows gave a result'
t_count "$t_work/cases"
t_end
