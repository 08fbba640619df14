/* SPDX-License-Identifier: BSD-2-Clause */
/* sysctl(9): the tree, static and dynamic, and counter(9) on it. */
#include "fk_priv.h"
#include "fk_common.h"
#include "fk_freebsd.h"

#include <sys/linker_set.h>
#include <sys/sysctl.h>

#define MAX_PATH	160
#define MAX_STATIC	64
#define MAX_VALUE	8192

SET_DECLARE(sysctl_set, struct sysctl_oid);
struct sysctl_oid sysctl___hw = {
	.oid_kind = CTLTYPE_NODE | CTLFLAG_RD, .oid_name = "hw"
};
struct sysctl_oid sysctl___dev = {
	.oid_kind = CTLTYPE_NODE | CTLFLAG_RD, .oid_name = "dev"
};

static struct sysctl_oid *roots[] = { &sysctl___hw, &sysctl___dev };
static struct sysctl_ctx_list dev_ctx;
static unsigned int oids;
/* What the variables of static oids are when a module is loaded. */
static struct {
	void *var;
	size_t size;
	uint64_t value;
} fresh[MAX_STATIC];
static unsigned int nfresh;
static bool is_fresh;

/* ---- handlers */

static int
handle(struct sysctl_req *req, void *var, const void *constant, size_t size)
{
	int error;

	error = SYSCTL_OUT(req, var != NULL ? var : constant, size);
	if (error != 0 || req->newptr == NULL)
		return (error);
	if (var == NULL)
		return (EPERM);
	return (SYSCTL_IN(req, var, size));
}

int
sysctl_handle_int(SYSCTL_HANDLER_ARGS)
{
	int v = (int)arg2;

	(void)oidp;
	return (handle(req, arg1, &v, sizeof(v)));
}

int
sysctl_handle_bool(SYSCTL_HANDLER_ARGS)
{
	uint8_t v = arg1 != NULL ? *(bool *)arg1 : (uint8_t)arg2;
	int error;

	(void)oidp;
	error = SYSCTL_OUT(req, &v, sizeof(v));
	if (error != 0 || req->newptr == NULL)
		return (error);
	if (arg1 == NULL)
		return (EPERM);
	error = SYSCTL_IN(req, &v, sizeof(v));
	if (error == 0)
		*(bool *)arg1 = v != 0;
	return (error);
}

int
sysctl_handle_8(SYSCTL_HANDLER_ARGS)
{
	uint8_t v = (uint8_t)arg2;

	(void)oidp;
	return (handle(req, arg1, &v, sizeof(v)));
}

int
sysctl_handle_16(SYSCTL_HANDLER_ARGS)
{
	uint16_t v = (uint16_t)arg2;

	(void)oidp;
	return (handle(req, arg1, &v, sizeof(v)));
}

int
sysctl_handle_32(SYSCTL_HANDLER_ARGS)
{
	uint32_t v = (uint32_t)arg2;

	(void)oidp;
	return (handle(req, arg1, &v, sizeof(v)));
}

int
sysctl_handle_64(SYSCTL_HANDLER_ARGS)
{
	(void)oidp;
	(void)arg2;
	if (arg1 == NULL)
		return (EINVAL);
	return (handle(req, arg1, NULL, sizeof(uint64_t)));
}

int
sysctl_handle_string(SYSCTL_HANDLER_ARGS)
{
	size_t n = req->newlen - req->newidx;
	int error;

	(void)oidp;
	error = SYSCTL_OUT(req, arg1, strlen(arg1) + 1);
	if (error != 0 || req->newptr == NULL)
		return (error);
	if (arg2 == 0 || n >= (size_t)arg2)
		return (EINVAL);
	error = SYSCTL_IN(req, arg1, n);
	((char *)arg1)[n] = '\0';
	return (error);
}

int
sysctl_handle_opaque(SYSCTL_HANDLER_ARGS)
{
	(void)oidp;
	return (handle(req, arg1, NULL, (size_t)arg2));
}

int
sysctl_handle_counter_u64(SYSCTL_HANDLER_ARGS)
{
	uint64_t v = counter_u64_fetch(*(counter_u64_t *)arg1);
	int error;

	(void)oidp;
	(void)arg2;
	error = SYSCTL_OUT(req, &v, sizeof(v));
	if (error == 0 && req->newptr != NULL)
		counter_u64_zero(*(counter_u64_t *)arg1);
	return (error);
}

int
sysctl_wire_old_buffer(struct sysctl_req *req, size_t len)
{
	(void)len;
	fc_point("sysctl_wire_old_buffer");
	fk_waitok("sysctl_wire_old_buffer");
	req->lock = REQ_WIRED;
	return (0);
}

/* ---- the tree */

static void
insert(struct sysctl_oid *o)
{
	struct sysctl_oid **link = &o->oid_parent->slh_first;

	while (*link != NULL)
		link = &(*link)->oid_link.sle_next;
	o->oid_link.sle_next = NULL;
	*link = o;
}

static struct sysctl_oid *
child(struct sysctl_oid_list *l, const char *name, size_t len)
{
	struct sysctl_oid *o;

	SLIST_FOREACH(o, l, oid_link)
		if (strlen(o->oid_name) == len &&
		    memcmp(o->oid_name, name, len) == 0)
			return (o);
	return (NULL);
}

static void
kind_check(int kind, int (*handler)(SYSCTL_HANDLER_ARGS), const char *name)
{
	u_int k = (u_int)kind;

	if ((k & CTLTYPE) == CTLTYPE_NODE || handler == NULL)
		return;
	if ((k & (CTLFLAG_MPSAFE | CTLFLAG_NEEDGIANT)) == 0)
		FK_RULE("sysctl-giant", "%s: neither MPSAFE nor NEEDGIANT",
		    name);
	if ((k & CTLFLAG_RW) == 0)
		FK_RULE("sysctl-access", "%s can be neither read nor written",
		    name);
}

static char *
copy(const char *text)
{
	char *p;

	p = fc_alloc("sysctl name", strlen(text) + 1, 16);
	memcpy(p, text, strlen(text) + 1);
	return (p);
}

struct sysctl_oid *
sysctl_add_oid(struct sysctl_ctx_list *ctx, struct sysctl_oid_list *parent,
    int nbr, const char *name, int kind, void *arg1, intmax_t arg2,
    int (*handler)(SYSCTL_HANDLER_ARGS), const char *fmt, const char *descr,
    const char *label)
{
	struct sysctl_ctx_entry *e;
	struct sysctl_oid *o;

	fc_point("sysctl_add_oid");
	fk_waitok("sysctl_add_oid");
	if (parent == NULL)
		return (NULL);
	kind_check(kind, handler, name);
	o = child(parent, name, strlen(name));
	if (o != NULL && (o->oid_kind & CTLTYPE) != CTLTYPE_NODE) {
		FK_RULE("sysctl-twice", "%s", name);
		return (NULL);
	}
	if (o != NULL)
		o->oid_refcnt++;
	else {
		o = fc_alloc("sysctl oid", sizeof(*o), 16);
		memset(o, 0, sizeof(*o));
		o->oid_parent = parent;
		o->oid_number = nbr;
		o->oid_refcnt = 1;
		o->oid_name = copy(name);
		o->oid_kind = CTLFLAG_DYN | (u_int)kind;
		o->oid_handler = handler;
		o->oid_arg1 = arg1;
		o->oid_arg2 = arg2;
		o->oid_fmt = fmt;
		o->oid_descr = descr;
		o->oid_label = label;
		insert(o);
		oids++;
	}
	if (ctx != NULL) {
		e = fc_alloc("sysctl ctx", sizeof(*e), 16);
		e->entry = o;
		TAILQ_INSERT_HEAD(ctx, e, link);
	}
	return (o);
}

static bool
is_quiet(void *arg)
{
	return (((struct sysctl_oid *)arg)->oid_running == 0);
}

/* Waits for handlers, which may want the driver's locks. */
static void
oid_remove(struct sysctl_oid *o)
{
	struct sysctl_oid **link;

	if (--o->oid_refcnt != 0)
		return;
	if (!SLIST_EMPTY(&o->oid_children))
		fk_die("sysctl-children", o->oid_name);
	for (link = &o->oid_parent->slh_first; *link != o;
	    link = &(*link)->oid_link.sle_next)
		continue;
	*link = o->oid_link.sle_next;
	o->oid_kind |= CTLFLAG_DYING;
	if (!is_quiet(o))
		fk_snooze(is_quiet, o, FC_NEVER, "oidrm");
	fc_free(__DECONST(char *, o->oid_name));
	fc_free(o);
	oids--;
}

int
sysctl_ctx_init(struct sysctl_ctx_list *ctx)
{
	if (ctx == NULL)
		return (EINVAL);
	TAILQ_INIT(ctx);
	return (0);
}

int
sysctl_ctx_free(struct sysctl_ctx_list *ctx)
{
	struct sysctl_ctx_entry *e;

	fc_point("sysctl_ctx_free");
	fk_waitok("sysctl_ctx_free");
	if (fk_cx()->cx_nodes[FK_NODE_SYSCTL] != NULL)
		fk_die("sysctl-self", "sysctl_ctx_free from a handler");
	fk_order(&oids, "sysctl");
	while ((e = TAILQ_FIRST(ctx)) != NULL) {
		TAILQ_REMOVE(ctx, e, link);
		oid_remove(e->entry);
		fc_free(e);
	}
	return (0);
}

int
sysctl_remove_oid(struct sysctl_oid *o, int del, int recurse)
{
	struct sysctl_oid *c;

	(void)del;
	fk_waitok("sysctl_remove_oid");
	fk_order(&oids, "sysctl");
	if ((o->oid_kind & CTLFLAG_DYN) == 0)
		return (EINVAL);
	while (recurse && (c = SLIST_FIRST(&o->oid_children)) != NULL)
		sysctl_remove_oid(c, del, 1);
	oid_remove(o);
	return (0);
}

int
sysctl_remove_name(struct sysctl_oid *parent, const char *name, int del,
    int recurse)
{
	struct sysctl_oid *o;

	o = child(&parent->oid_children, name, strlen(name));
	return (o == NULL ? ENOENT : sysctl_remove_oid(o, del, recurse));
}

unsigned int
fk_oids_live(void)
{
	return (oids);
}

static struct sysctl_oid *dev_driver;

void
fk_sysctl_dev(device_t d)
{
	char unit[8];

	TAILQ_INIT(&dev_ctx);
	d->dv_ctx = &dev_ctx;
	dev_driver = sysctl_add_oid(NULL, &sysctl___dev.oid_children, OID_AUTO,
	    d->dv_name, (int)(CTLTYPE_NODE | CTLFLAG_RD), NULL, 0, NULL, "N",
	    "", NULL);
	snprintf(unit, sizeof(unit), "%d", 0);
	d->dv_tree = sysctl_add_oid(&dev_ctx, &dev_driver->oid_children,
	    OID_AUTO, unit, (int)(CTLTYPE_NODE | CTLFLAG_RD), NULL, 0, NULL,
	    "N", "", NULL);
	SYSCTL_ADD_STRING(&dev_ctx, SYSCTL_CHILDREN(d->dv_tree), OID_AUTO,
	    "%desc", CTLFLAG_RD, d->dv_desc, 0, "device description");
}

void
fk_sysctl_undev(device_t d)
{
	if (d->dv_ctx == NULL)
		return;
	sysctl_ctx_free(&dev_ctx);
	oid_remove(dev_driver);
	d->dv_ctx = NULL;
	d->dv_tree = NULL;
}

static void
gone_below(const struct sysctl_oid *o, const char *p, size_t len,
    const char *what)
{
	const char *a = o->oid_arg1;
	const struct sysctl_oid *c;

	if (a >= p && a < p + len)
		fk_die("sysctl-freed", what);
	SLIST_FOREACH(c, &o->oid_children, oid_link)
		gone_below(c, p, len, what);
}

void
fk_sysctl_gone(const void *mem, size_t len, const char *what)
{
	unsigned int i;

	for (i = 0; i < nitems(roots); i++)
		gone_below(roots[i], mem, len, what);
}

/* ---- a request, as sysctl(8) makes one */

struct ask {
	const char *name;
	struct sysctl_oid *oid;
	uint8_t old[MAX_VALUE];
	const void *new;
	size_t newlen, oldlen;
	int error;
};

static int
old_user(struct sysctl_req *req, const void *p, size_t n)
{
	size_t part = n;

	/* the user's page may have to be fetched */
	if (req->lock != REQ_WIRED)
		fk_waitok("SYSCTL_OUT");
	else
		fc_point("SYSCTL_OUT");
	if (req->oldptr != NULL) {
		if (part > req->oldlen - req->oldidx)
			part = req->oldlen - req->oldidx;
		memcpy((char *)req->oldptr + req->oldidx, p, part);
	}
	req->oldidx += n;
	return (req->oldptr != NULL && part < n ? ENOMEM : 0);
}

static int
new_user(struct sysctl_req *req, void *p, size_t n)
{
	fk_waitok("SYSCTL_IN");
	if (req->newptr == NULL)
		return (0);
	if (req->newlen - req->newidx < n)
		return (EINVAL);
	memcpy(p, (const char *)req->newptr + req->newidx, n);
	req->newidx += n;
	return (0);
}

static struct sysctl_oid *
find(const char *name)
{
	struct sysctl_oid *o = NULL, *c;
	const char *end;
	unsigned int i;

	for (;; name = end + 1) {
		for (end = name; *end != '\0' && *end != '.'; end++)
			continue;
		c = o != NULL ? child(&o->oid_children, name,
		    (size_t)(end - name)) : NULL;
		for (i = 0; o == NULL && i < nitems(roots); i++)
			if (strncmp(roots[i]->oid_name, name,
			    (size_t)(end - name)) == 0)
				c = roots[i];
		if (c == NULL || *end == '\0')
			return (c);
		o = c;
	}
}

static void
run_handler(struct ask *a, struct sysctl_oid *o)
{
	struct fk_cx *cx = fk_cx();
	struct sysctl_req req;

	memset(&req, 0, sizeof(req));
	req.td = curthread;
	req.lock = REQ_UNWIRED;
	req.oldptr = a->old;
	req.oldlen = sizeof(a->old);
	req.oldfunc = old_user;
	req.newptr = a->new;
	req.newlen = a->newlen;
	req.newfunc = new_user;
	o->oid_running++;
	cx->cx_nodes[FK_NODE_SYSCTL] = &oids;
	a->error = o->oid_handler(o, o->oid_arg1, o->oid_arg2, &req);
	cx->cx_nodes[FK_NODE_SYSCTL] = NULL;
	o->oid_running--;
	a->oldlen = req.oldidx;
	fk_kernel_leave("sysctl handler");
}

static void
do_ask(void *arg)
{
	struct ask *a = arg;

	fc_point("sysctl");
	a->oid = find(a->name);
	if (a->oid == NULL)
		a->error = ENOENT;
	else if ((a->oid->oid_kind & CTLTYPE) == CTLTYPE_NODE)
		a->error = EISDIR;
	else if (a->new != NULL && (a->oid->oid_kind & CTLFLAG_WR) == 0)
		a->error = EPERM;
	else
		run_handler(a, a->oid);
}

/* Bytes of a number of that type; 0: not a number. */
static size_t
width(u_int kind)
{
	switch (kind & CTLTYPE) {
	case CTLTYPE_U8:
	case CTLTYPE_S8:
		return (1);
	case CTLTYPE_U16:
	case CTLTYPE_S16:
		return (2);
	case CTLTYPE_INT:
	case CTLTYPE_UINT:
	case CTLTYPE_S32:
	case CTLTYPE_U32:
		return (4);
	case CTLTYPE_LONG:
	case CTLTYPE_ULONG:
	case CTLTYPE_S64:
	case CTLTYPE_U64:
		return (8);
	}
	return (0);
}

static struct ask the_ask;

static int
ask(const char *name, const void *new, size_t newlen)
{
	memset(&the_ask, 0, sizeof(the_ask));
	the_ask.name = name;
	the_ask.new = new;
	the_ask.newlen = newlen;
	if (!fk_proc(do_ask, &the_ask))
		return (-1);
	return (the_ask.error);
}

int
fk_sysctl_get(const char *name, uint64_t *v)
{
	int error;
	size_t n;

	*v = 0;
	error = ask(name, NULL, 0);
	if (error != 0)
		return (error);
	n = width(the_ask.oid->oid_kind);
	if (n == 0 || n != the_ask.oldlen)
		FK_RULE("sysctl-type", "%s: %zu bytes for a type of %zu",
		    name, the_ask.oldlen, n);
	memcpy(v, the_ask.old, n);
	return (0);
}

int
fk_sysctl_set(const char *name, uint64_t v)
{
	const struct sysctl_oid *o = find(name);

	if (o == NULL)
		return (ENOENT);
	return (ask(name, &v, width(o->oid_kind)));
}

int
fk_sysctl_get_text(const char *name, char *buf, size_t n)
{
	int error = ask(name, NULL, 0);

	buf[0] = '\0';
	if (error == 0)
		strlcpy(buf, (const char *)the_ask.old, n);
	return (error);
}

int
fk_sysctl_set_text(const char *name, const char *text)
{
	/* sysctl(8) sends no NUL */
	return (ask(name, text, strlen(text)));
}

bool
fk_sysctl_exists(const char *name)
{
	return (find(name) != NULL);
}

static void
each_below(struct sysctl_oid *o, char *path, size_t at,
    void (*fn)(const char *, void *), void *arg)
{
	struct sysctl_oid *c;
	size_t n;

	if ((o->oid_kind & CTLTYPE) != CTLTYPE_NODE)
		fn(path, arg);
	SLIST_FOREACH(c, &o->oid_children, oid_link) {
		n = (size_t)snprintf(path + at, MAX_PATH - at, ".%s",
		    c->oid_name);
		if (at + n < MAX_PATH)
			each_below(c, path, at + n, fn, arg);
	}
	path[at] = '\0';
}

void
fk_sysctl_each(const char *prefix, void (*fn)(const char *, void *), void *arg)
{
	struct sysctl_oid *o = find(prefix);
	char path[MAX_PATH];

	if (o == NULL)
		return;
	strlcpy(path, prefix, sizeof(path));
	each_below(o, path, strlen(path), fn, arg);
}

static int total;

static void
read_one(const char *name, void *arg)
{
	struct ask *a = &the_ask;

	(void)arg;
	if (total < 0)
		return;
	memset(a, 0, sizeof(*a));
	a->name = name;
	do_ask(a);
	/* not for reading, just gone, or not with this card */
	if (a->error == EPERM || a->error == ENOENT ||
	    a->error == EOPNOTSUPP)
		return;
	if (width(a->oid->oid_kind) != 0 &&
	    width(a->oid->oid_kind) != a->oldlen)
		FK_RULE("sysctl-type", "%s: %zu bytes", name, a->oldlen);
	total = a->error == 0 ? total + 1 : -1;
	if (a->error != 0)
		printf("sysctl %s: error %d\n", name, a->error);
}

static void
read_all(void *arg)
{
	(void)arg;
	total = 0;
	fk_sysctl_each("dev", read_one, NULL);
}

int
fk_stats_read(void)
{
	return (fk_proc(read_all, NULL) ? total : -1);
}

/* ---- modules and their variables */

static void
remember(const struct sysctl_oid *o)
{
	size_t n = (o->oid_kind & CTLTYPE) == CTLTYPE_U8 ? 1 :
	    width(o->oid_kind);

	if (o->oid_arg1 == NULL || n == 0 || nfresh == MAX_STATIC)
		return;
	fresh[nfresh].var = o->oid_arg1;
	fresh[nfresh].size = n;
	memcpy(&fresh[nfresh++].value, o->oid_arg1, n);
}

int
fk_tunable(const char *name, uint64_t v)
{
	struct sysctl_oid *o = find(name);

	if (o == NULL)
		return (ENOENT);
	if ((o->oid_kind & CTLFLAG_TUN) == 0)
		return (EPERM);
	if (o->oid_arg1 == NULL || width(o->oid_kind) == 0)
		return (EINVAL);
	memcpy(o->oid_arg1, &v, width(o->oid_kind));
	return (0);
}

void
fk_sysctl_module(bool in)
{
	struct sysctl_oid **p;
	unsigned int i;

	SLIST_INIT(&sysctl___hw.oid_children);
	SET_FOREACH(p, sysctl_set)
		SLIST_INIT(&(*p)->oid_children);
	for (i = 0; in && i < nfresh; i++)
		memcpy(fresh[i].var, &fresh[i].value, fresh[i].size);
	if (in)
		SET_FOREACH(p, sysctl_set)
			insert(*p);
}

void
fk_sysctl_open(void)
{
	struct sysctl_oid **p;

	oids = 0;
	SLIST_INIT(&sysctl___dev.oid_children);
	if (!is_fresh)
		SET_FOREACH(p, sysctl_set)
			remember(*p);
	is_fresh = true;
	fk_sysctl_module(true);
}
