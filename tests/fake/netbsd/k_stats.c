/* SPDX-License-Identifier: BSD-2-Clause */
/* evcnt(9) and sysctl(9), and how a user reads them. */
#include "fk_priv.h"

#include <sys/evcnt.h>
#include <sys/sysctl.h>

#include "fk_nb.h"

struct evcntlist allevents;
static struct sysctlnode *nodes;	/* all of them, newest first */
static int next_num;
static int tree;			/* sysctl_treelock, to order by */

/* ---- event counters */

static bool
ev_known(const struct evcnt *ev)
{
	const struct evcnt *o;

	TAILQ_FOREACH(o, &allevents, ev_list)
		if (o == ev)
			return (true);
	return (false);
}

void
evcnt_attach_dynamic_nozero(struct evcnt *ev, int type,
    const struct evcnt *parent, const char *group, const char *name)
{
	uint64_t count = ev->ev_count;

	fc_point("evcnt_attach");
	fk_waitok("evcnt_attach_dynamic");
	if (ev_known(ev))
		fk_die("evcnt-twice", name);
	if (strlen(group) + 1 > EVCNT_STRING_MAX ||
	    strlen(name) + 1 > EVCNT_STRING_MAX)
		fk_die("evcnt-name", "group or name is too long");
	memset(ev, 0, sizeof(*ev));
	ev->ev_count = count;
	ev->ev_type = (unsigned char)type;
	ev->ev_parent = parent;
	ev->ev_group = group;
	ev->ev_name = name;
	ev->ev_grouplen = (unsigned char)strlen(group);
	ev->ev_namelen = (unsigned char)strlen(name);
	TAILQ_INSERT_TAIL(&allevents, ev, ev_list);
}

void
evcnt_attach_dynamic(struct evcnt *ev, int type, const struct evcnt *parent,
    const char *group, const char *name)
{
	ev->ev_count = 0;
	evcnt_attach_dynamic_nozero(ev, type, parent, group, name);
}

void
evcnt_detach(struct evcnt *ev)
{
	fc_point("evcnt_detach");
	fk_waitok("evcnt_detach");
	if (!ev_known(ev))
		fk_die("evcnt-gone", "evcnt_detach of none attached");
	TAILQ_REMOVE(&allevents, ev, ev_list);
}

unsigned int
fk_evcnts_live(void)
{
	const struct evcnt *ev;
	unsigned int n = 0;

	TAILQ_FOREACH(ev, &allevents, ev_list)
		n++;
	return (n);
}

bool
fk_nb_evcnt(const char *group, const char *name, uint64_t *out)
{
	const struct evcnt *ev;

	TAILQ_FOREACH(ev, &allevents, ev_list)
		if (strcmp(ev->ev_group, group) == 0 &&
		    strcmp(ev->ev_name, name) == 0) {
			*out = ev->ev_count;
			return (true);
		}
	return (false);
}

/* ---- sysctl: a list of nodes that know their parents */

struct sysctllog {
	unsigned int sl_n;
	struct sysctlnode *sl_nodes[128];
};

static bool
name_ok(const char *s)
{
	if (*s < 'A' || strlen(s) >= SYSCTL_NAMELEN)
		return (false);
	for (; *s != '\0'; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || *s == '_' || *s == '-'))
			return (false);
	return (true);
}

static struct sysctlnode *
child_of(const struct sysctlnode *parent, const char *name, size_t len)
{
	struct sysctlnode *n;

	for (n = nodes; n != NULL; n = n->fk_next)
		if (n->sysctl_parent == parent &&
		    strlen(n->sysctl_name) == len &&
		    memcmp(n->sysctl_name, name, len) == 0)
			return (n);
	return (NULL);
}

/* The two directories that are always there. */
static struct sysctlnode dir_net = { .sysctl_name = "net" },
    dir_hw = { .sysctl_name = "hw" };

static struct sysctlnode *
locate(const struct sysctlnode **rnode, va_list ap)
{
	struct sysctlnode *n = rnode == NULL ? NULL :
	    (struct sysctlnode *)(uintptr_t)*rnode;
	int num;

	while ((num = va_arg(ap, int)) != CTL_CREATE) {
		if (num == CTL_EOL)
			fk_die("sysctl-path", "a path ends in CTL_CREATE");
		if (n != NULL)
			return (NULL);
		n = num == CTL_HW ? &dir_hw : num == CTL_NET ? &dir_net :
		    NULL;
	}
	if (va_arg(ap, int) != CTL_EOL)
		fk_die("sysctl-path", "a path ends in CTL_EOL");
	return (n);
}

#undef sysctl_createv
int
sysctl_createv(struct sysctllog **log, int cflags,
    const struct sysctlnode **rnode, const struct sysctlnode **cnode,
    int flags, int type, const char *name, const char *desc, sysctlfn fn,
    u_quad_t qv, void *data, size_t size, ...)
{
	struct sysctlnode *n, *parent;
	va_list ap;

	(void)cflags;
	fk_waitok("sysctl_createv");
	fk_order(&tree, "sysctl");
	va_start(ap, size);
	parent = locate(rnode, ap);
	va_end(ap);
	if (!name_ok(name))
		return (EINVAL);
	if (parent == NULL)
		return (ENOENT);
	n = child_of(parent, name, strlen(name));
	if (n != NULL) {
		if (type != CTLTYPE_NODE)
			return (EEXIST);
		if (cnode != NULL)
			*cnode = n;
		return (0);
	}
	if (fc_fails("sysctl_createv"))
		return (ENOMEM);
	if (type != CTLTYPE_NODE && fn == NULL && data == NULL &&
	    (flags & CTLFLAG_IMMEDIATE) == 0)
		FK_RULE("sysctl-data", "%s has neither data nor function",
		    name);
	n = fc_alloc("sysctlnode", sizeof(*n), 16);
	memset(n, 0, sizeof(*n));
	n->sysctl_flags = (uint32_t)(flags | type);
	n->sysctl_num = ++next_num;
	strlcpy(n->sysctl_name, name, sizeof(n->sysctl_name));
	n->sysctl_data = data;
	n->sysctl_qdata = qv;
	n->sysctl_size = size != 0 ? size : type == CTLTYPE_INT ?
	    sizeof(int) : type == CTLTYPE_QUAD ? sizeof(u_quad_t) :
	    type == CTLTYPE_BOOL ? sizeof(bool) : 0;
	n->sysctl_func = fn;
	n->sysctl_parent = parent;
	n->sysctl_desc = desc;
	n->fk_next = nodes;
	nodes = n;
	if (log != NULL) {
		if (*log == NULL) {
			*log = fc_alloc("sysctllog", sizeof(**log), 16);
			(*log)->sl_n = 0;
		}
		if ((*log)->sl_n == 128)
			panic("a long sysctllog");
		(*log)->sl_nodes[(*log)->sl_n++] = n;
	}
	if (cnode != NULL)
		*cnode = n;
	return (0);
}

void
sysctl_teardown(struct sysctllog **log)
{
	struct sysctlnode *n, **link;

	fc_point("sysctl_teardown");
	if (*log == NULL || !fk_waitok("sysctl_teardown"))
		return;
	/* the tree's lock: who reads has it while a function runs */
	fk_order(&tree, "sysctl");
	while ((*log)->sl_n > 0) {
		n = (*log)->sl_nodes[--(*log)->sl_n];
		for (link = &nodes; *link != NULL && *link != n;
		    link = &(*link)->fk_next)
			continue;
		if (*link == NULL)
			continue;
		*link = n->fk_next;
		fc_free(n);
	}
	fc_free(*log);
	*log = NULL;
}

unsigned int
fk_sysctls_live(void)
{
	const struct sysctlnode *n;
	unsigned int k = 0;

	for (n = nodes; n != NULL; n = n->fk_next)
		k++;
	return (k);
}

int
sysctl_lookup(SYSCTLFN_ARGS)
{
	size_t size = rnode->sysctl_size;

	(void)name;
	(void)namelen;
	(void)oname;
	(void)l;
	if (rnode->sysctl_data == NULL)
		return (EINVAL);
	if ((rnode->sysctl_flags & 7) == CTLTYPE_STRING && size == 0)
		size = strlen(rnode->sysctl_data) + 1;
	if (oldp != NULL) {
		if (*oldlenp < size)
			return (ENOMEM);
		memcpy(oldp, rnode->sysctl_data, size);
	}
	if (oldlenp != NULL)
		*oldlenp = size;
	if (newp == NULL)
		return (0);
	if ((rnode->sysctl_flags & CTLFLAG_READWRITE) == 0)
		return (EPERM);
	if (newlen != size)
		return (EINVAL);
	memcpy(rnode->sysctl_data, newp, size);
	return (0);
}

/* ---- the user: hw.ena0.NAME, with dots in between */

static struct sysctlnode *
find(const char *path)
{
	struct sysctlnode *n = &dir_hw;
	const char *end;

	for (; n != NULL && *path != '\0'; path = *end == '.' ? end + 1 :
	    end) {
		for (end = path; *end != '\0' && *end != '.'; end++)
			continue;
		n = child_of(n, path, (size_t)(end - path));
	}
	return (n);
}

static int
call(struct sysctlnode *n, void *oldp, size_t *oldlen, const void *newp,
    size_t newlen)
{
	struct fk_cx *cx = fk_cx();
	int name[1] = { n->sysctl_num }, error;

	fk_order(&tree, "sysctl");
	cx->cx_nodes[FK_N_SYSCTL] = &tree;
	error = (n->sysctl_func != NULL ? n->sysctl_func : sysctl_lookup)
	    (name, 0, oldp, oldlen, newp, newlen, name, NULL, n);
	cx->cx_nodes[FK_N_SYSCTL] = NULL;
	return (error);
}

struct ask {
	const char *name;
	bool set;
	uint64_t val;
	char *text;
	size_t textlen;
	int error;
};

static uint64_t
number(const struct sysctlnode *n, const void *p)
{
	switch (n->sysctl_flags & 7) {
	case CTLTYPE_BOOL:
		return (*(const bool *)p);
	case CTLTYPE_INT:
		return ((uint64_t)*(const int *)p);
	case CTLTYPE_QUAD:
		return (*(const uint64_t *)p);
	}
	return (0);
}

static void
do_ask(void *arg)
{
	struct ask *a = arg;
	union { bool b; int i; uint64_t q; char s[128]; } old, new;
	struct sysctlnode *n;
	size_t len = sizeof(old);
	char path[80];

	snprintf(path, sizeof(path), "ena0.%s", a->name);
	n = find(path);
	a->error = ENOENT;
	if (n == NULL)
		return;
	if (!a->set) {
		memset(&old, 0, sizeof(old));
		a->error = call(n, &old, &len, NULL, 0);
		if (a->error == 0 && a->text != NULL)
			strlcpy(a->text, old.s, a->textlen);
		else if (a->error == 0)
			a->val = number(n, &old);
		return;
	}
	memset(&new, 0, sizeof(new));
	switch (n->sysctl_flags & 7) {
	case CTLTYPE_BOOL:
		new.b = a->val != 0;
		break;
	case CTLTYPE_INT:
		new.i = (int)a->val;
		break;
	default:
		new.q = a->val;
	}
	a->error = call(n, NULL, NULL, &new, n->sysctl_size);
}

int
fk_nb_sysctl_get(const char *name, uint64_t *out)
{
	struct ask a = { .name = name };

	if (!fk_proc(do_ask, &a))
		return (-1);
	*out = a.val;
	return (a.error);
}

int
fk_nb_sysctl_set(const char *name, uint64_t val)
{
	struct ask a = { .name = name, .set = true, .val = val };

	return (fk_proc(do_ask, &a) ? a.error : -1);
}

int
fk_nb_sysctl_text(const char *name, char *buf, size_t len)
{
	struct ask a = { .name = name, .text = buf, .textlen = len };

	return (fk_proc(do_ask, &a) ? a.error : -1);
}

static int read_total;

static void
read_all(void *arg)
{
	const struct evcnt *ev;
	struct sysctlnode *n;
	size_t len;
	char buf[128];

	(void)arg;
	read_total = 0;
	TAILQ_FOREACH(ev, &allevents, ev_list)
		read_total++;
	for (n = nodes; n != NULL; n = n->fk_next) {
		if ((n->sysctl_flags & 7) == CTLTYPE_NODE)
			continue;
		len = sizeof(buf);
		if (call(n, buf, &len, NULL, 0) != 0) {
			read_total = -1;
			return;
		}
		read_total++;
	}
}

int
fk_stats_read(void)
{
	return (fk_proc(read_all, NULL) ? read_total : -1);
}

/* ---- memory that goes away */

void
fk_stats_gone(const char *p, size_t len, const char *what)
{
	const struct sysctlnode *n;
	const struct evcnt *ev;

	TAILQ_FOREACH(ev, &allevents, ev_list)
		if (FK_INSIDE(ev, p, len) || FK_INSIDE(ev->ev_group, p, len) ||
		    FK_INSIDE(ev->ev_name, p, len))
			fk_die("evcnt-freed", what);
	for (n = nodes; n != NULL; n = n->fk_next)
		if (FK_INSIDE(n->sysctl_data, p, len))
			fk_die("sysctl-freed", what);
}

void
fk_stats_open(void)
{
	TAILQ_INIT(&allevents);
	nodes = NULL;
	next_num = 1000;
}
