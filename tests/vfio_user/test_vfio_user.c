/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-vfio-user from a client's point of view, without any virtual machine.
 *
 * Starts the server named by the first argument with two adapters ("max" and
 * "c7g") and talks to the first; numbers are typed from the protocol
 * documents.  Each test connects and leaves, so each also tests coming back.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "vu_client.h"

#define PAGE		4096U
#define CONFIG		VU_REGION_CONFIG
#define RW		(VU_MAP_R | VU_MAP_W)

#define REG_VERSION	0x00U
#define REG_CAPS	0x08U
#define REG_RR		0x5cU
#define REG_RESP_LO	0x60U
#define REG_RESP_HI	0x64U
#define MAX_VERSION	0x0200U		/* of profile "max" */

static const char *server;
static char dir[] = "/tmp/ena-vfio-user.XXXXXX";
static char sock[2][64], stats[64], pipe_path[64];
static pid_t pid;
static struct vc c;

static const char qemu_hello[] = "{\"capabilities\": {\"pgsizes\": 4096, "
    "\"max_msg_fds\": 16, \"max_dma_maps\": 65535, "
    "\"max_data_xfer_size\": 1048576, \"migration\": "
    "{\"max_bitmap_size\": 268435456, \"pgsize\": 4096}, "
    "\"write_multiple\": true}}";

/* -- the server */

static int
start(void **state)
{
	struct stat st;
	int i;

	(void)state;
	if (mkdtemp(dir) == NULL)
		return (-1);
	for (i = 0; i < 2; i++)
		(void)snprintf(sock[i], sizeof(sock[i]), "%s/%d", dir, i);
	(void)snprintf(stats, sizeof(stats), "%s/stats", dir);
	(void)snprintf(pipe_path, sizeof(pipe_path), "%s/pipe", dir);
	pid = fork();
	if (pid == 0) {
		(void)execl(server, server, "--profile", "max", "--stats",
		    stats, "--control", pipe_path, "--socket", sock[0],
		    "--trap-bar2", "--socket", sock[1], "--profile", "c7g",
		    (char *)NULL);
		_exit(127);
	}
	for (i = 0; i < 500 && stat(sock[1], &st) != 0; i++)
		(void)usleep(20000);
	return (i == 500 ? -1 : 0);
}

static int
stop(void **state)
{
	(void)state;
	(void)unlink(stats);
	return (rmdir(dir));
}

static int
hello(void **state)
{
	(void)state;
	vc_init(&c);
	if (!vc_connect(&c, sock[0]) || vc_hello(&c, qemu_hello) != 0)
		return (-1);
	return (0);
}

static int
bye(void **state)
{
	(void)state;
	vc_close(&c);
	return (0);
}

static uint32_t
config4(uint32_t off)
{
	uint32_t v;

	assert_int_equal(vc_read(&c, CONFIG, off, &v, sizeof(v)), 0);
	return (v);
}

static void
set_config(uint32_t off, uint32_t v, uint32_t len)
{
	assert_int_equal(vc_write(&c, CONFIG, off, &v, len), 0);
}

/* Bus mastering, and where register answers go. */
static void
answers_to(uint64_t addr)
{
	set_config(0x04, 0x0006, 2);
	assert_true(vc_set_reg(&c, REG_RESP_LO, (uint32_t)addr));
	assert_true(vc_set_reg(&c, REG_RESP_HI, (uint32_t)(addr >> 32)));
}

static bool
is_answer(const volatile uint8_t *where, uint16_t seq)
{
	uint8_t want[8] = { 0 };
	int i;

	want[0] = (uint8_t)seq;
	want[1] = (uint8_t)(seq >> 8);
	want[4] = MAX_VERSION & 0xff;
	want[5] = MAX_VERSION >> 8;
	for (i = 0; i < 8; i++)
		if (where[i] != want[i])
			return (false);
	return (true);
}

/* Ask for VERSION with that sequence number; wait until the answer is there. */
static bool
answered(const volatile uint8_t *where, uint16_t seq)
{
	int i;

	if (!vc_set_reg(&c, REG_RR, (REG_VERSION << 16) | seq))
		return (false);
	for (i = 0; i < 1000; i++) {
		/* any command lets us answer the server's */
		if (vc_reg(&c, REG_VERSION) != MAX_VERSION)
			return (false);
		if (is_answer(where, seq))
			return (true);
		(void)usleep(1000);
	}
	return (false);
}

/* -- tests */

static void
test_what_it_is(void **state)
{
	struct vu_dev_info di;
	struct vu_irq_info ii;
	struct stat st;

	(void)state;
	assert_int_equal(stat(sock[0], &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	memset(&di, 0, sizeof(di));
	di.di_argsz = sizeof(di);
	assert_int_equal(vc_ask(&c, VU_GET_INFO, &di, sizeof(di), NULL, 0),
	    0);
	memcpy(&di, c.vc_data, sizeof(di));
	assert_int_equal(di.di_flags, 3);
	assert_int_equal(di.di_regions, 9);
	assert_int_equal(di.di_irqs, 5);
	memset(&ii, 0, sizeof(ii));
	ii.ii_argsz = sizeof(ii);
	ii.ii_index = VU_IRQ_MSIX;
	assert_int_equal(vc_ask(&c, VU_GET_IRQ_INFO, &ii, sizeof(ii), NULL,
	    0), 0);
	memcpy(&ii, c.vc_data, sizeof(ii));
	assert_int_equal(ii.ii_flags, 1);
	assert_int_equal(ii.ii_count, 129);
}

static uint64_t
region(struct vc *vc, uint32_t index, uint32_t room, uint32_t *flags)
{
	struct vu_region_info ri;

	memset(&ri, 0, sizeof(ri));
	ri.ri_argsz = room;
	ri.ri_index = index;
	assert_int_equal(vc_ask(vc, VU_GET_REGION_INFO, &ri, sizeof(ri),
	    NULL, 0), 0);
	memcpy(&ri, vc->vc_data, sizeof(ri));
	*flags = ri.ri_flags;
	return (ri.ri_size);
}

static void
test_regions(void **state)
{
	static const uint64_t want[9] = {
		0x10000, 0x2000, 0x1000000, 0, 0, 0, 0, 4096, 0
	};
	uint32_t flags, i;

	(void)state;
	for (i = 0; i < 9; i++) {
		assert_int_equal(region(&c, i, 32, &flags), want[i]);
		assert_int_equal(flags, want[i] != 0 ? 3 : 0);
	}
}

/* The second adapter offers BAR2 as memory, if there is room to say so. */
static void
test_mapped_bar2(void **state)
{
	static struct vc d;
	struct vu_region_info ri;
	struct vu_sparse sp;
	uint32_t flags, v;
	void *p;

	(void)state;
	vc_init(&d);
	assert_true(vc_connect(&d, sock[1]));
	assert_int_equal(vc_hello(&d, qemu_hello), 0);
	assert_int_equal(region(&d, 2, 32, &flags), 0x100000);
	assert_int_equal(flags, 3);
	memcpy(&ri, d.vc_data, sizeof(ri));
	assert_int_equal(ri.ri_argsz, 64);
	assert_int_equal(d.vc_got_fd, -1);
	(void)region(&d, 2, 64, &flags);
	assert_int_equal(flags, 0xf);
	memcpy(&ri, d.vc_data, sizeof(ri));
	assert_int_equal(ri.ri_cap_offset, 32);
	memcpy(&sp, d.vc_data + 32, sizeof(sp));
	assert_int_equal(sp.sp_id, 1);
	assert_int_equal(sp.sp_areas, 1);
	assert_int_equal(sp.sp_size, 0x100000);
	assert_int_not_equal(d.vc_got_fd, -1);
	p = mmap(NULL, 0x100000, PROT_READ | PROT_WRITE, MAP_SHARED,
	    d.vc_got_fd, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	v = 0x12345678;
	memcpy((uint8_t *)p + 0x1000, &v, sizeof(v));
	assert_int_equal(vc_read(&d, 2, 0x1000, &v, sizeof(v)), 0);
	assert_int_equal(v, 0x12345678);
	/* it is sealed: we cannot pull it from under the server */
	assert_int_equal(ftruncate(d.vc_got_fd, 4096), -1);
	(void)munmap(p, 0x100000);
	vc_close(&d);
}

static void
test_config_space(void **state)
{
	(void)state;
	assert_int_equal(config4(0x00), 0xec211d0f);
	assert_int_equal(config4(0x08) >> 16, 0x0200);
	assert_int_equal(config4(0x34) & 0xff, 0x40);
	assert_int_equal(config4(0x40) & 0xffff, 0x5001);
	assert_int_equal(config4(0x50), 0x00807011);	/* 129 vectors */
	assert_int_equal(config4(0x54), 0x00000001);	/* table: BAR1 */
	assert_int_equal(config4(0x58), 0x00001001);
	assert_int_equal(config4(0x70) & 0xffff, 0x0010);
	/* sizing */
	set_config(0x10, 0xffffffff, 4);
	set_config(0x18, 0xffffffff, 4);
	assert_int_equal(config4(0x10), 0xffff0000);
	assert_int_equal(config4(0x18), 0xff000008);
	/* ids are not for writing */
	set_config(0x00, 0, 4);
	assert_int_equal(config4(0x00), 0xec211d0f);
}

static void
test_flr(void **state)
{
	(void)state;
	set_config(0x04, 0x0406, 2);
	set_config(0x10, 0xfe000000, 4);
	assert_int_equal(config4(0x04) & 0xffff, 0x0406);
	assert_true((config4(0x74) & 0x10000000) != 0);
	set_config(0x78, 0x8000 | (config4(0x78) & 0xffff), 2);
	assert_int_equal(config4(0x78) & 0x8000, 0);
	assert_int_equal(config4(0x04) & 0xffff, 0);
	assert_int_equal(config4(0x10), 0);
	/* and the bus's reset */
	set_config(0x04, 0x0406, 2);
	assert_int_equal(vc_ask(&c, VU_RESET, NULL, 0, NULL, 0), 0);
	assert_int_equal(config4(0x04) & 0xffff, 0);
}

static void
test_registers(void **state)
{
	uint8_t b[8];

	(void)state;
	assert_int_equal(vc_reg(&c, REG_VERSION), MAX_VERSION);
	/* two at once are two; a narrow one is none */
	assert_int_equal(vc_read(&c, 0, 0, b, 8), 0);
	assert_int_equal(b[1], 2);
	assert_int_equal(b[7], 0x02);	/* controller version */
	assert_int_equal(vc_read(&c, 0, 0, b, 1), 0);
	assert_int_equal(b[0], 0xff);
	/* outside */
	assert_int_equal(vc_read(&c, 0, 0x10000, b, 4), EINVAL);
	assert_int_equal(vc_read(&c, 0, UINT64_MAX, b, 4), EINVAL);
	assert_int_equal(vc_read(&c, 3, 0, b, 4), EINVAL);
	assert_int_equal(vc_read(&c, 9, 0, b, 4), EINVAL);
}

static void
test_shared_memory(void **state)
{
	uint8_t *p;
	int fd;

	(void)state;
	fd = vc_memfd(4 * PAGE, &p);
	assert_int_not_equal(fd, -1);
	/* the second page of the file, at an address beyond 32 bits */
	assert_int_equal(vc_map(&c, 0x4000000000, 2 * PAGE, PAGE, RW, fd), 0);
	answers_to(0x4000000000 + 0x100);
	assert_true(answered(p + PAGE + 0x100, 7));
	assert_int_equal(p[0x100], 0);
	assert_int_equal(vc_unmap(&c, 0x4000000000, 2 * PAGE), 0);
	(void)munmap(p, 4 * PAGE);
	(void)close(fd);
}

static void
test_messages(void **state)
{
	static uint8_t mem[2 * PAGE];

	(void)state;
	c.vc_mem = mem;
	c.vc_mem_addr = 0x10000;
	c.vc_mem_len = sizeof(mem);
	assert_int_equal(vc_map(&c, 0x10000, sizeof(mem), 0, RW, -1), 0);
	answers_to(0x10040);
	assert_true(answered(mem + 0x40, 9));
	assert_true(c.vc_served != 0);
}

/*
 * The server waits for our memory while we wait for the server: whatever we
 * ask is answered before we let go.
 */
static void
test_crossing(void **state)
{
	static uint8_t mem[PAGE];
	uint32_t v;
	int fd, i;

	(void)state;
	c.vc_mem = mem;
	c.vc_mem_addr = 0x10000;
	c.vc_mem_len = sizeof(mem);
	assert_int_equal(vc_map(&c, 0x10000, sizeof(mem), 0, RW, -1), 0);
	answers_to(0x10040);
	c.vc_silent = true;
	assert_true(vc_set_reg(&c, REG_RR, (REG_VERSION << 16) | 5));
	for (i = 0; i < 1000 && c.vc_put_off == 0; i++) {
		assert_int_equal(config4(0), 0xec211d0f);
		(void)usleep(1000);
	}
	assert_int_not_equal(c.vc_put_off, 0);
	fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_EVENTFD | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 0, 1, &fd, 1), 0);
	assert_int_equal(vc_map(&c, 0x20000, PAGE, 0, RW, -1), 0);
	assert_int_equal(vc_unmap(&c, 0x20000, PAGE), 0);
	assert_int_equal(vc_ask(&c, 99, NULL, 0, NULL, 0), ENOTSUP);
	set_config(0x3c, 0x0b, 1);
	assert_int_equal(config4(0x3c) & 0xff, 0x0b);
	assert_int_equal(vc_read(&c, 1, 0, &v, sizeof(v)), 0);
	/* the model: writes are promised, reads come out of turn */
	assert_true(vc_set_reg(&c, REG_RESP_LO, 0x10080));
	assert_int_equal(vc_reg(&c, REG_VERSION), MAX_VERSION);
	assert_int_equal(c.vc_served, 0);
	c.vc_silent = false;
	assert_true(vc_answer(&c));
	assert_int_equal(vc_reg(&c, REG_VERSION), MAX_VERSION);
	assert_true(is_answer(mem + 0x40, 5));
	/* what was promised has been done */
	assert_true(answered(mem + 0x80, 6));
	(void)close(fd);
}

/* The same with two adapters, whose client is one: it has one lock. */
static void
test_crossing_two(void **state)
{
	static uint8_t mem[PAGE];
	static struct vc d;
	int i;

	(void)state;
	vc_init(&d);
	assert_true(vc_connect(&d, sock[1]));
	assert_int_equal(vc_hello(&d, qemu_hello), 0);
	c.vc_mem = mem;
	c.vc_mem_addr = 0x10000;
	c.vc_mem_len = sizeof(mem);
	assert_int_equal(vc_map(&c, 0x10000, sizeof(mem), 0, RW, -1), 0);
	answers_to(0x10040);
	c.vc_silent = true;
	assert_true(vc_set_reg(&c, REG_RR, (REG_VERSION << 16) | 5));
	for (i = 0; i < 1000 && c.vc_put_off == 0; i++) {
		assert_int_equal(config4(0), 0xec211d0f);
		(void)usleep(1000);
	}
	assert_int_not_equal(c.vc_put_off, 0);
	assert_int_equal(vc_map(&d, 0x10000, PAGE, 0, RW, -1), 0);
	assert_true(vc_set_reg(&d, REG_RESP_LO, 0));
	assert_int_equal(vc_reg(&d, REG_VERSION), 0x000a);
	vc_close(&d);
	c.vc_silent = false;
	assert_true(vc_answer(&c));
	assert_int_equal(vc_reg(&c, REG_VERSION), MAX_VERSION);
	assert_true(is_answer(mem + 0x40, 5));
}

/* An answer whose halves lie in different maps of different kinds. */
static void
test_across_maps(void **state)
{
	static uint8_t mem[PAGE], out[8];
	uint8_t *p;
	int fd, i;

	(void)state;
	fd = vc_memfd(PAGE, &p);
	assert_int_not_equal(fd, -1);
	c.vc_mem = mem;
	c.vc_mem_addr = 0x11000;
	c.vc_mem_len = sizeof(mem);
	assert_int_equal(vc_map(&c, 0x11000, PAGE, 0, RW, -1), 0);
	assert_int_equal(vc_map(&c, 0x10000, PAGE, 0, RW, fd), 0);
	answers_to(0x11000 - 4);
	assert_true(vc_set_reg(&c, REG_RR, (REG_VERSION << 16) | 3));
	for (i = 0; i < 1000 && mem[1] == 0; i++)
		(void)vc_reg(&c, REG_VERSION);
	memcpy(out, p + PAGE - 4, 4);
	memcpy(out + 4, mem, 4);
	assert_int_equal(out[0], 3);
	assert_int_equal(out[5], 2);
	(void)munmap(p, PAGE);
	(void)close(fd);
}

static void
test_maps(void **state)
{
	uint64_t i;
	int fd;

	(void)state;
	for (i = 0; i < 5000; i++)
		assert_int_equal(vc_map(&c, (i * 7919 % 5000) * 2 * PAGE,
		    PAGE, 0, RW, -1), 0);
	assert_int_equal(vc_map(&c, 0, PAGE, 0, RW, -1), EEXIST);
	assert_int_equal(vc_map(&c, PAGE, 2 * PAGE, 0, RW, -1), EEXIST);
	assert_int_equal(vc_map(&c, 2, UINT64_MAX, 0, RW, -1), EINVAL);
	assert_int_equal(vc_map(&c, PAGE, 0, 0, RW, -1), EINVAL);
	/* through the middle of one; nothing there; all of them; again */
	assert_int_equal(vc_unmap(&c, 100, PAGE), EINVAL);
	assert_int_equal(vc_unmap(&c, PAGE, PAGE), 0);
	assert_int_equal(vc_unmap(&c, 0, 1ULL << 40), 0);
	assert_int_equal(vc_unmap(&c, 0, 1ULL << 40), 0);
	assert_int_equal(vc_map(&c, 1, UINT64_MAX, 0, RW, -1), 0);
	assert_int_equal(vc_unmap(&c, 1, UINT64_MAX), 0);
	/* files that are no memory, or too short */
	fd = vc_memfd(PAGE, NULL);
	assert_int_equal(vc_map(&c, 1 << 20, 2 * PAGE, 0, RW, fd), EINVAL);
	assert_int_equal(vc_map(&c, 1 << 20, PAGE, PAGE, RW, fd), EINVAL);
	assert_int_equal(vc_map(&c, 1 << 20, PAGE, UINT64_MAX - 4095, RW,
	    fd), EINVAL);
	(void)close(fd);
	fd = eventfd(0, EFD_CLOEXEC);
	assert_int_not_equal(vc_map(&c, 1 << 20, PAGE, 0, RW, fd), 0);
	(void)close(fd);
}

/* Memory whose file is cut short under the server. */
static void
test_shrinking_file(void **state)
{
	uint8_t *p;
	int fd;

	(void)state;
	fd = vc_memfd(2 * PAGE, &p);
	assert_int_equal(vc_map(&c, 0x10000, 2 * PAGE, 0, RW, fd), 0);
	answers_to(0x11000);
	assert_true(answered(p + PAGE, 1));
	assert_int_equal(ftruncate(fd, PAGE), 0);
	assert_true(vc_set_reg(&c, REG_RR, (REG_VERSION << 16) | 2));
	assert_int_equal(vc_reg(&c, REG_VERSION), MAX_VERSION);
	(void)munmap(p, 2 * PAGE);
	(void)close(fd);
}

static void
test_interrupts(void **state)
{
	uint64_t n;
	uint32_t pba;
	int fds[2];

	(void)state;
	/* nowhere to send it: pending */
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_NONE | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 1, 1, NULL, 0), 0);
	assert_int_equal(vc_read(&c, 1, 0x1000, &pba, sizeof(pba)), 0);
	assert_int_equal(pba, 2);
	fds[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fds[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_EVENTFD | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 0, 2, fds, 2), 0);
	assert_int_equal(read(fds[1], &n, sizeof(n)), 8);
	assert_int_equal(read(fds[0], &n, sizeof(n)), -1);
	assert_int_equal(vc_read(&c, 1, 0x1000, &pba, sizeof(pba)), 0);
	assert_int_equal(pba, 0);
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_NONE | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 0, 2, NULL, 0), 0);
	assert_int_equal(read(fds[0], &n, sizeof(n)), 8);
	assert_int_equal(read(fds[1], &n, sizeof(n)), 8);
	/* released, one and all */
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_EVENTFD | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 0, 1, NULL, 0), 0);
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_NONE | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 0, 0, NULL, 0), 0);
	/* out of range, and no eventfds */
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_EVENTFD | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 128, 2, fds, 2), EINVAL);
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_EVENTFD | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 0, 3, fds, 2), EINVAL);
	assert_int_equal(vc_irqs(&c, VU_IRQ_DATA_EVENTFD | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 0, 1, (const int[]){ 2 }, 1), EINVAL);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

/* What is malformed ends the connection, and only that. */
static void
test_malformed(void **state)
{
	static const struct vu_hdr bad[] = {
		{ 1, VU_GET_INFO, 15, 0, 0 },
		{ 1, VU_GET_INFO, 0x7fffffff, 0, 0 },
		{ 1, VU_GET_INFO, 16, 7, 0 },
		{ 1, VU_GET_INFO, 16, VU_TYPE_REPLY, 0 },
		{ 1, VU_DMA_MAP, 16, 0, 0 },
		{ 1, VU_VERSION, 16, 0, 0 },
		{ 1, VU_REGION_WRITE, 16, 0, 0 }
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(vc_send_raw(&c, &bad[i], sizeof(bad[i]), NULL,
		    0));
		assert_true(vc_hung_up(&c, VC_WAIT_MS));
		vc_close(&c);
		assert_int_equal(hello(state), 0);
	}
	/* before the version */
	vc_close(&c);
	assert_true(vc_connect(&c, sock[0]));
	assert_true(vc_send(&c, VU_RESET, 0, NULL, 0, NULL, 0));
	assert_true(vc_hung_up(&c, VC_WAIT_MS));
	vc_close(&c);
	/* unknown commands are no reason to part */
	assert_int_equal(hello(state), 0);
	assert_int_equal(vc_ask(&c, 99, NULL, 0, NULL, 0), ENOTSUP);
	assert_int_equal(vc_reg(&c, REG_VERSION), MAX_VERSION);
}

static void
test_versions(void **state)
{
	static const char *const good[] = {
		"", "{}", "{\"capabilities\":{}}",
		"{\"new\":[{\"a\":null}],\"capabilities\":{\"x\":\"y\"}}",
		"{\"capabilities\":{\"max_data_xfer_size\":4096}}"
	};
	static const char *const bad[] = {
		"{", "[]", "hello",
		"{\"capabilities\":{\"max_data_xfer_size\":1}}"
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		vc_close(&c);
		assert_true(vc_connect(&c, sock[0]));
		assert_int_equal(vc_hello(&c, good[i]), 0);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		vc_close(&c);
		assert_true(vc_connect(&c, sock[0]));
		assert_int_equal(vc_hello(&c, bad[i]), -1);
	}
}

/* A client that leaves takes everything with it. */
static void
test_coming_back(void **state)
{
	(void)state;
	set_config(0x04, 0x0406, 2);
	assert_int_equal(vc_map(&c, 0, PAGE, 0, RW, -1), 0);
	vc_close(&c);
	assert_int_equal(hello(state), 0);
	assert_int_equal(config4(0x04) & 0xffff, 0);
	assert_int_equal(vc_map(&c, 0, PAGE, 0, RW, -1), 0);
}

/* Posted writes get no reply, and keep their order. */
static void
test_posted(void **state)
{
	uint8_t msg[sizeof(struct vu_region_rw) + 4];
	struct vu_region_rw rw = { 0x04, CONFIG, 2 };
	uint32_t i;

	(void)state;
	for (i = 1; i <= 0x0400; i *= 2) {
		memcpy(msg, &rw, sizeof(rw));
		msg[sizeof(rw)] = (uint8_t)i;
		msg[sizeof(rw) + 1] = (uint8_t)(i >> 8);
		assert_true(vc_send(&c, VU_REGION_WRITE, VU_F_NO_REPLY, msg,
		    sizeof(rw) + 2, NULL, 0));
	}
	assert_int_equal(config4(0x04) & 0xffff, 0x0400);
}

/* -- the control pipe */

static void
control(const char *text)
{
	ssize_t len;
	int fd;

	len = (ssize_t)strlen(text);
	fd = open(pipe_path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, (size_t)len), len);
	(void)close(fd);
}

static bool
version_becomes(uint32_t v)
{
	int i;

	for (i = 0; i < 1000; i++) {
		if (vc_reg(&c, REG_VERSION) == v)
			return (true);
		(void)usleep(1000);
	}
	return (false);
}

static void
test_control(void **state)
{
	char junk[600];
	struct stat st;

	(void)state;
	assert_int_equal(stat(pipe_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	control("fault gone\n");
	assert_true(version_becomes(0xffffffff));
	control("clear\n");
	assert_true(version_becomes(MAX_VERSION));
	/* the other adapter's; nobody's; nonsense, in pieces, too long */
	control("nic1 fault gone\nnic2 fault gone\nnic fault gone\n");
	control("fault\nfault none\nfault gone:at=1\nfault gone:x\nfau");
	control("lt go\n\nfaultgone\nclear gone\n");
	memset(junk, 'x', sizeof(junk) - 1);
	junk[sizeof(junk) - 1] = '\0';
	control(junk);
	control(" fault gone\nnic1 clear\n");
	/* all that has been read when this counts */
	control("nic0 fault keep-alive-stop\nnic0 fault gone\n");
	assert_true(version_becomes(0xffffffff));
	control("nic0 clear\n");
	assert_true(version_becomes(MAX_VERSION));
}

/* Does the file of counters have that line, soon? */
static bool
counted(const char *line)
{
	char got[256];
	bool found;
	FILE *f;
	int i;

	for (i = 0, found = false; i < 100 && !found; i++) {
		assert_int_equal(kill(pid, SIGUSR1), 0);
		(void)usleep(10000);
		f = fopen(stats, "re");
		while (f != NULL && !found &&
		    fgets(got, sizeof(got), f) != NULL)
			found = strcmp(got, line) == 0;
		if (f != NULL)
			(void)fclose(f);
	}
	return (found);
}

static void
test_metrics(void **state)
{
	(void)state;
	assert_true(counted("nic0.metric.bw-in 11\n"));
	assert_true(counted("nic0.srd.used-percent 37\n"));
	control("metric bw-in 1\nnic0 metric bw-in 4294967297\n");
	control("nic0 metric conntrack-left 18446744073709551615\n");
	/* nonsense, which leaves everything as it is */
	control("metric\nmetric pps\nmetric pps -1\nmetric pps 1x\n");
	control("metric pps 18446744073709551616\nmetric no 5\nmetric 5\n");
	control("nic0 metric link-local 5\n");
	assert_true(counted("nic0.metric.link-local 5\n"));
	assert_true(counted("nic0.metric.bw-in 4294967297\n"));
	assert_true(counted("nic0.metric.conntrack-left "
	    "18446744073709551615\n"));
	assert_true(counted("nic0.metric.pps 211\n"));
	assert_true(counted("nic1.metric.bw-in 1\n"));
	assert_true(counted("nic1.metric.link-local 411\n"));
}

/* Exit status of the server with those options, which may be none. */
static int
status_of(const char *a, const char *b, const char *e)
{
	int status;
	pid_t child;

	child = fork();
	if (child == 0) {
		(void)freopen("/dev/null", "w", stdout);
		(void)freopen("/dev/null", "w", stderr);
		(void)execl(server, server, a, b, e, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static void
test_options(void **state)
{
	(void)state;
	assert_int_equal(status_of("--help", NULL, NULL), 0);
	assert_int_equal(status_of("--list", NULL, NULL), 0);
	assert_int_equal(status_of(NULL, NULL, NULL), 1);
	assert_int_equal(status_of("--profile", "none", NULL), 1);
	assert_int_equal(status_of("--fault", "none", NULL), 1);
	assert_int_equal(status_of("--fault", "fatal:at=x", NULL), 1);
	assert_int_equal(status_of("--set", "tx_us", NULL), 1);
	assert_int_equal(status_of("--mac", "01:00:00:00:00:00", NULL), 1);
	/* a socket that is served already, a file, a strange place */
	assert_int_equal(status_of("--once", "--socket", sock[0]), 1);
	assert_int_equal(status_of("--once", "--socket", server), 1);
	assert_int_equal(status_of("--once", "--socket", "/no/where"), 1);
	/* a pipe that cannot be made, one that is none */
	assert_int_equal(status_of("--control=/no/where/x", "--socket",
	    stats), 1);
	assert_int_equal(status_of("--control=/dev/null", "--socket",
	    stats), 1);
}

static void
test_the_end(void **state)
{
	struct stat st;
	int status;

	(void)state;
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(stat(sock[0], &st), -1);
	assert_int_equal(stat(sock[1], &st), -1);
	assert_int_equal(stat(pipe_path, &st), -1);
	assert_int_equal(stat(stats, &st), 0);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, hello, bye)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(test_what_it_is), T(test_regions), T(test_mapped_bar2),
		T(test_config_space), T(test_flr), T(test_registers),
		T(test_shared_memory), T(test_messages), T(test_crossing),
		T(test_crossing_two), T(test_across_maps),
		T(test_maps), T(test_shrinking_file), T(test_interrupts),
		T(test_malformed), T(test_versions), T(test_coming_back),
		T(test_posted), T(test_control), T(test_metrics),
		T(test_options),
		cmocka_unit_test(test_the_end)
	};

	if (argc != 2) {
		(void)fprintf(stderr, "usage: test_vfio_user SERVER\n");
		return (2);
	}
	server = argv[1];
	return (cmocka_run_group_tests(tests, start, stop));
}
