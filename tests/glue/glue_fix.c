/* SPDX-License-Identifier: BSD-2-Clause */
#include "glue_fix.h"

#define MAGIC		0x454e4121U

uint64_t gf_seed;
struct gf_seen gf_out[GF_KEPT], gf_in[GF_KEPT];
unsigned int gf_nout, gf_nin;
uint8_t gf_last_out[GF_MAX], gf_last_in[GF_MAX];

/* ---- frames */

static void
be16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
be32(uint8_t *p, uint32_t v)
{
	be16(p, v >> 16);
	be16(p + 2, v & 0xffff);
}

static uint32_t
get32(const uint8_t *p)
{
	return ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3]);
}

static uint32_t
sum16(const uint8_t *p, size_t n, uint32_t sum)
{
	for (; n > 1; p += 2, n -= 2)
		sum += (uint32_t)p[0] << 8 | p[1];
	if (n != 0)
		sum += (uint32_t)p[0] << 8;
	return (sum);
}

static unsigned int
fold(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (sum);
}

/* Sum of the pseudo header. */
static uint32_t
pseudo(const uint8_t *ip, size_t l4len, bool v6, unsigned int proto)
{
	uint32_t sum;

	sum = v6 ? sum16(ip + 8, 32, 0) : sum16(ip + 12, 8, 0);
	return (sum + (uint32_t)l4len + proto);
}

/* netinet/ip_output.c:1855: the sum that a TSO frame carries. */
void
gf_seed_tso(uint8_t *f, enum gf_kind k)
{
	bool v6 = k == GF_TCP6;
	uint8_t *ip = f + 14, *l4 = ip + (v6 ? 40 : 20);

	be16(l4 + 16, fold(pseudo(ip, 0, v6, 6)));
}

size_t
gf_headers(enum gf_kind k)
{
	static const size_t len[] = { 14, 42, 54, 62, 74 };

	return (len[k]);
}

static uint8_t
payload(uint32_t id, size_t i)
{
	return ((uint8_t)(id * 31 + i * 7 + (i >> 8) + 3));
}

static void
fill_l4(uint8_t *f, size_t len, bool v6, bool tcp, bool part)
{
	uint8_t *ip = f + 14, *l4 = ip + (v6 ? 40 : 20);
	size_t n = len - (size_t)(l4 - f);
	uint8_t *sum;

	be16(l4, 0x1234);
	be16(l4 + 2, 443);
	if (tcp) {
		be32(l4 + 4, 0x10000);
		l4[12] = 5 << 4;
		l4[13] = 0x10;
		be16(l4 + 14, 0x4000);
		sum = l4 + 16;
	} else {
		be16(l4 + 4, (unsigned int)n);
		sum = l4 + 6;
	}
	be16(sum, 0);
	if (part)
		be16(sum, fold(pseudo(ip, n, v6, tcp ? 6 : 17)));
	else
		be16(sum, ~fold(sum16(l4, n, pseudo(ip, n, v6,
		    tcp ? 6 : 17))) & 0xffff);
}

static void
fill_ip(uint8_t *f, size_t len, bool v6, bool tcp, bool part)
{
	uint8_t *ip = f + 14;
	unsigned int i;

	be16(f + 12, v6 ? 0x86dd : 0x0800);
	if (v6) {
		ip[0] = 0x60;
		be16(ip + 4, (unsigned int)len - 14 - 40);
		ip[6] = tcp ? 6 : 17;
		ip[7] = 64;
		for (i = 0; i < 32; i++)
			ip[8 + i] = (uint8_t)(i * 11 + 0x20);
		return;
	}
	ip[0] = 0x45;
	be16(ip + 2, (unsigned int)len - 14);
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = tcp ? 6 : 17;
	memcpy(ip + 12, "\x0a\x01\x02\x03\xc0\xa8\xfe\xdc", 8);
	if (!part)
		be16(ip + 10, ~fold(sum16(ip, 20, 0)) & 0xffff);
}

size_t
gf_frame(uint8_t *f, enum gf_kind k, size_t len, uint32_t id, bool part)
{
	size_t h = gf_headers(k), i;
	bool v6 = k == GF_UDP6 || k == GF_TCP6;
	bool tcp = k == GF_TCP4 || k == GF_TCP6;

	memset(f, 0, h);
	memcpy(f, "\x12\x3a\x5b\x07\xc1\x9e\x02\x00\x00\x00\x00\x01", 12);
	be16(f + 12, 0x88b5);
	for (i = h; i < len; i++)
		f[i] = payload(id, i - h);
	if (len >= h + 8) {
		be32(f + h, MAGIC);
		be32(f + h + 4, id);
	}
	if (k != GF_RAW) {
		fill_ip(f, len, v6, tcp, part);
		fill_l4(f, len, v6, tcp, part);
	}
	return (len);
}

/* Where the payload starts; 0: not one of ours. */
static size_t
body(const uint8_t *f, size_t len, bool *v6, bool *tcp)
{
	unsigned int type = (unsigned int)f[12] << 8 | f[13];
	size_t h = 14;

	*v6 = type == 0x86dd;
	*tcp = false;
	if (type == 0x0800 || type == 0x86dd) {
		*tcp = f[*v6 ? 20 : 23] == 6;
		h += (*v6 ? 40 : 20) + (*tcp ? 20 : 8);
	}
	return (len < h ? 0 : h);
}

bool
gf_intact(const uint8_t *f, size_t len, uint32_t *id)
{
	bool v6, tcp;
	size_t h, i;

	*id = 0;
	h = body(f, len, &v6, &tcp);
	if (h == 0 || len < h + 8 || get32(f + h) != MAGIC)
		return (false);
	*id = get32(f + h + 4);
	for (i = 8; h + i < len; i++)
		if (f[h + i] != payload(*id, i))
			return (false);
	return (true);
}

bool
gf_sums(const uint8_t *f, size_t len)
{
	const uint8_t *ip = f + 14, *l4;
	bool v6, tcp;
	size_t n;

	if (body(f, len, &v6, &tcp) == 0 || (f[12] == 0x88))
		return (true);
	l4 = ip + (v6 ? 40 : 20);
	n = v6 ? (size_t)(ip[4] << 8 | ip[5]) :
	    (size_t)(ip[2] << 8 | ip[3]) - 20;
	if (!v6 && fold(sum16(ip, 20, 0)) != 0xffff)
		return (false);
	return (fold(sum16(l4, n, pseudo(ip, n, v6, tcp ? 6 : 17))) ==
	    0xffff);
}

/* ---- the peer */

static void
note(struct gf_seen *s, const uint8_t *f, size_t len)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->len = len;
	for (i = 0; i < len; i++)
		s->sum = s->sum * 31 + f[i];
	s->intact = gf_intact(f, len, &s->id) && gf_sums(f, len);
}

static void
on_wire(void *arg, const uint8_t *f, size_t len, unsigned int queue)
{
	(void)arg;
	note(&gf_out[gf_nout % GF_KEPT], f, len);
	gf_out[gf_nout++ % GF_KEPT].queue = queue;
	memcpy(gf_last_out, f, len);
}

static void
on_rx(void *arg, const struct fk_rx *rx)
{
	struct gf_seen *s = &gf_in[gf_nin++ % GF_KEPT];

	(void)arg;
	note(s, rx->frame, rx->len);
	s->queue = rx->queue;
	s->csum = rx->csum;
	s->flowid = rx->flowid;
	s->segs = rx->segs;
	memcpy(gf_last_in, rx->frame, rx->len);
}

void
gf_forget(void)
{
	gf_nout = gf_nin = 0;
}

/* ---- the machine */

void
gf_open(const char *profile, uint64_t seed)
{
	gf_seed = seed;
	fk_open(profile, seed);
	fc_on_wire(on_wire, NULL);
	fk_on_rx(on_rx, NULL);
	gf_forget();
}

void
gf_attach(const char *profile, uint64_t seed)
{
	gf_open(profile, seed);
	GF_CHECK(fk_attach(seed % 2 == 0));
	GF_CHECK(fk_attached());
}

static bool
link_is(void *arg)
{
	struct fk_if i;

	return (fk_if(&i) && (i.link_state >= FK_LINK_UP) == *(bool *)arg);
}

bool
gf_link(bool up, uint64_t us)
{
	return (fc_run_until(link_is, &up, us));
}

void
gf_start(const char *profile, uint64_t seed)
{
	gf_attach(profile, seed);
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
}

void
gf_close(void)
{
	fk_close();
}

void
gf_end(void)
{
	GF_CHECK(fk_down() == 0);
	GF_CHECK(fk_lawful());
	GF_CHECK(fk_detach(false) == 0);
	GF_CHECK(!fk_attached());
	fc_run(GF_SECOND / 10);
	GF_CHECK(fk_clean());
	fk_close();
}

static bool
out_is(void *arg)
{
	return (gf_nout >= *(unsigned int *)arg);
}

static bool
in_is(void *arg)
{
	return (gf_nin >= *(unsigned int *)arg);
}

bool
gf_wait_out(unsigned int n, uint64_t us)
{
	return (fc_run_until(out_is, &n, us));
}

bool
gf_wait_in(unsigned int n, uint64_t us)
{
	return (fc_run_until(in_is, &n, us));
}

static bool
all_intact(const struct gf_seen *s, unsigned int n, size_t len)
{
	unsigned int i;

	for (i = 0; i < n && i < GF_KEPT; i++)
		if (!s[i].intact || s[i].len != len)
			return (false);
	return (true);
}

bool
gf_both_ways(enum gf_kind k, size_t len, unsigned int n)
{
	static uint8_t f[GF_MAX];
	struct fk_tx tx;
	unsigned int i;

	gf_forget();
	memset(&tx, 0, sizeof(tx));
	tx.frame = f;
	for (i = 0; i < n; i++) {
		gf_frame(f, k, len, i + 1, false);
		tx.len = len;
		tx.flow = i;
		if (fk_send(&tx) != 0 || !fc_wire_in(f, len)) {
			fprintf(stderr, "# frame %u refused\n", i);
			return (false);
		}
	}
	gf_wait_out(n, 2 * GF_SECOND);
	gf_wait_in(n, 2 * GF_SECOND);
	if (gf_nout == n && gf_nin == n && all_intact(gf_out, n, len) &&
	    all_intact(gf_in, n, len))
		return (true);
	fprintf(stderr, "# %u of %u out%s, %u in%s\n", gf_nout, n,
	    all_intact(gf_out, n, len) ? "" : " (damaged)", gf_nin,
	    all_intact(gf_in, n, len) ? "" : " (damaged)");
	return (false);
}

uint64_t
gf_stat(enum fk_stat st, unsigned int queue)
{
	uint64_t v;

	fk_stats_read();
	return (fk_stat(st, queue, &v) ? v : UINT64_MAX);
}
