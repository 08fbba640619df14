#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: the installed library, found with pkg-config, runs a program
# limit: 300
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg cc meson ninja pkgconf
prefix=$t_work/prefix
build=$t_work/build

# Somebody else's program: their table, their adapter that is not there.
cat >"$t_work/program.c" <<'EOC'
#include <stdio.h>
#include <ena.h>

static uint32_t
no_rd4(void *arg, uint32_t off)
{
	(void)arg; (void)off;
	return (0xffffffffU);
}

static void
no_wr4(void *arg, uint32_t off, uint32_t val)
{
	(void)arg; (void)off; (void)val;
}

static void
no_barrier(void *arg, enum ena_os_barrier kind)
{
	(void)arg; (void)kind;
}

static bool
no_alloc(void *arg, size_t size, size_t align, unsigned int width,
    struct ena_os_dma *dma)
{
	(void)arg; (void)size; (void)align; (void)width; (void)dma;
	return (false);
}

static void
no_sync(void *arg, struct ena_os_dma *dma, size_t off, size_t len, int dir)
{
	(void)arg; (void)dma; (void)off; (void)len; (void)dir;
}

static uint64_t
no_time(void *arg)
{
	return (++*(uint64_t *)arg);
}

int
main(void)
{
	static struct ena_dev dev;
	static uint64_t now;
	static const struct ena_os_ops ops = {
		.op_rd4 = no_rd4, .op_wr4 = no_wr4,
		.op_barrier = no_barrier, .op_dma_alloc = no_alloc,
		.op_dma_sync = no_sync, .op_now_us = no_time
	};
	struct ena_os os = { &ops, &now };
	struct ena_config cf = { .cf_cpus = 1, .cf_bar0_bytes = 16384 };
	enum ena_result r;
	uint32_t wait_us;

	if (ena_dev_init(&dev, &os, &cf, NULL, NULL) != ENA_OK ||
	    ena_dev_goto(&dev, ENA_STATE_ADMIN_UP) != ENA_OK)
		return (1);
	while ((r = ena_dev_step(&dev, &wait_us)) == ENA_AGAIN)
		now += wait_us;
	printf("%s\n", ena_result_name(r));
	return (r == ENA_OK);
}
EOC

# Without tests: what a packager needs has to be enough.
t_run 'configure without tests' meson setup "$build" "$t_top" \
	--prefix "$prefix" --libdir lib -Dtests=false || t_end
t_run 'build' meson compile -C "$build" || t_end
t_run 'install' meson install -C "$build" || t_end
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export PKG_CONFIG_PATH
pc=pkg-config
command -v $pc >/dev/null || pc=pkgconf
t_run 'pkg-config finds it' $pc --print-errors --exists ena || t_end
echo "# ena $($pc --modversion ena)"

# the shell takes the quoting of the flags away again
compile()
{
	eval "${CC:-cc} -std=c99 -Wall -Wextra -Werror \
	    $($pc --cflags ena) -o '$t_work/program' '$t_work/program.c' \
	    $($pc --libs ena)"
}
t_run 'a program compiles and links' compile || t_end
t_run 'it runs' "$t_work/program" || :
echo "# it says: $("$t_work/program")"
t_run 'the sources are installed too' \
	test -f "$prefix/share/ena/ena_core/ena_dev.c" || :
t_end
