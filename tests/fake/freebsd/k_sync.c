/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks, sleeping, epochs: who may do what in which context. */
#include "fk_priv.h"
#include "fk_common.h"
#include "sys_ctx.h"

#include <sys/sched.h>
#include <sys/smp.h>

#define HZ		1000
#define TICK_US		(1000000 / HZ)
#define MAX_SLEEPERS	64
#define LOCK_MAGIC	0x6c6f636bU
#define LOCK_DEAD	0x64656164U
#define KIND_MTX	1
#define KIND_SPIN	2
#define KIND_SX		3

int cold, hz = HZ, tick = TICK_US, rebooting, bootverbose;
volatile int ticks;
sbintime_t tick_sbt = SBT_1S / HZ;
int mp_ncpus = FC_CPUS, smp_started = 1, vm_ndomains = 1;
u_int mp_maxid = FC_CPUS - 1;
cpuset_t all_cpus;
struct mtx Giant;
epoch_t net_epoch_preempt;

static struct fk_cx *sleepers[MAX_SLEEPERS];
static struct lock_object *locks;
static struct epoch_tracker *readers;	/* sections of the net epoch */
static uint64_t epoch_now;
static struct pcpu pcpus[FC_CPUS];
static int next_tid;

/* ---- contexts */

void
fk_set_pri(struct fk_cx *cx, int pri)
{
	cx->cx_td.td_base_pri = cx->cx_td.td_priority = (u_char)pri;
}

struct thread *
fk_curthread(void)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_td.td_tid == 0) {
		cx->cx_td.td_tid = ++next_tid;
		if (cx->cx_td.td_base_pri == 0)
			fk_set_pri(cx, cx->cx_kind == FK_PROC ? PUSER :
			    cx->cx_kind == FK_CALLOUT ? PI_SOFT : PI_NET);
	}
	return (&cx->cx_td);
}

u_int
fk_curcpu(void)
{
	return (fc_cpu() % (u_int)mp_ncpus);
}

struct pcpu *
pcpu_find(u_int cpu)
{
	if (cpu > mp_maxid)
		return (NULL);
	return (&pcpus[cpu]);
}

u_int
cpu_first(void)
{
	return (0);
}

u_int
cpu_next(u_int i)
{
	return (i >= mp_maxid ? 0 : i + 1);
}

int
fk_cpu_count(const cpuset_t *s)
{
	u_int i;
	int n = 0;

	for (i = 0; i < CPU_SETSIZE; i++)
		n += CPU_ISSET(i, s) != 0;
	return (n);
}

int
fk_cpu_ffs(const cpuset_t *s)
{
	u_int i;

	for (i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, s))
			return ((int)i + 1);
	return (0);
}

static int
bind_to(const cpuset_t *set)
{
	int cpu = fk_cpu_ffs(set) - 1;

	if (cpu < 0 || cpu >= mp_ncpus)
		return (EDEADLK);
	if (fc_self() != NULL)
		fc_ctx_bind(fc_self(), fk_cpu_count(set) == 1 ? cpu : -1);
	return (0);
}

/* Ours only: no driver moves other threads about. */
int
cpuset_setthread(lwpid_t tid, cpuset_t *set)
{
	fk_waitok("cpuset_setthread");
	if (fc_fails("cpuset_setthread"))
		return (EDEADLK);
	if (tid != curthread->td_tid)
		return (ESRCH);
	return (bind_to(set));
}

void
sched_bind(struct thread *td, int cpu)
{
	cpuset_t set;

	(void)td;
	CPU_SETOF((u_int)cpu, &set);
	if (bind_to(&set) != 0)
		fk_die("cpu", "sched_bind: no such CPU");
}

void
sched_unbind(struct thread *td)
{
	(void)td;
	if (fc_self() != NULL)
		fc_ctx_bind(fc_self(), -1);
}

void
fk_die(const char *id, const char *what)
{
	FK_RULE(id, "%s", what);
	fc_die(what);
}

void
fk_delay(int us)
{
	fc_point("DELAY");
	if (us < 0)
		FK_RULE("delay", "DELAY(%d)", us);
	if (fk_cx()->cx_kind != FK_PROC && us > 1000)
		FK_RULE("delay", "%d us of DELAY in an interrupt", us);
	fc_wait(NULL, NULL, fc_now() + (uint64_t)us, false, "DELAY");
}

void
fk_cpu_spinwait(void)
{
	fc_point("cpu_spinwait");
	fc_yield();
}

/* ---- critical sections */

void
critical_enter(void)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_crit++ == 0) {
		cx->cx_level = fc_level();
		fc_set_level(FK_LEVEL_CRITICAL);
	}
}

void
critical_exit(void)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_crit == 0)
		fk_die("critical", "critical_exit without enter");
	if (--cx->cx_crit == 0)
		fc_set_level(cx->cx_level);
}

void
sched_pin(void)
{
}

void
sched_unpin(void)
{
}

/* ---- who may wait */

bool
fk_blockok(const char *who)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_kind == FK_FILTER) {
		FK_RULE("filter-block", "%s in an interrupt filter", who);
		return (false);
	}
	if (cx->cx_crit != 0) {
		FK_RULE("critical-block", "%s in a critical section", who);
		return (false);
	}
	return (true);
}

bool
fk_waitok(const char *who)
{
	struct fk_cx *cx = fk_cx();

	if (!fk_blockok(who))
		return (false);
	if (cx->cx_kind == FK_ITHREAD) {
		FK_RULE("sleep-ithread", "%s in an interrupt thread", who);
		return (false);
	}
	if (cx->cx_kind == FK_CALLOUT) {
		FK_RULE("sleep-callout", "%s in a callout", who);
		return (false);
	}
	if (cx->cx_epochs != 0) {
		FK_RULE("sleep-epoch", "%s in a net epoch", who);
		return (false);
	}
	if (cx->cx_mtx != NULL) {
		FK_RULE("sleep-mutex", "%s with \"%s\" held", who,
		    cx->cx_mtx->lock_object.lo_name);
		return (false);
	}
	return (true);
}

bool
fk_snooze(fc_pred *pred, void *arg, uint64_t until, const char *why)
{
	return (fc_wait(pred, arg, until, true, why));
}

void
fk_order(const void *lock, const char *name)
{
	struct fk_cx *cx = fk_cx();
	const struct mtx *m;
	unsigned int i;

	for (i = 0; i < cx->cx_nsx; i++)
		fc_order(cx->cx_sx[i], lock, name);
	for (m = cx->cx_mtx; m != NULL; m = m->mtx_held)
		fc_order(m, lock, name);
	for (i = 0; i < FK_NODES; i++)
		fc_order(cx->cx_nodes[i], lock, name);
}

/* ---- lock_object */

static void
lock_init(struct lock_object *lo, const char *name, int kind, u_int flags,
    bool new)
{
	const struct lock_object *l;

	for (l = locks; l != NULL; l = l->lo_next)
		if (l == lo && !new)
			fk_die("lock-twice", name);
	lo->lo_name = name;
	lo->lo_flags = LO_INITIALIZED | flags;
	lo->lo_kind = kind;
	lo->lo_magic = LOCK_MAGIC;
	lo->lo_next = locks;
	lo->lo_link = &locks;
	if (locks != NULL)
		locks->lo_link = &lo->lo_next;
	locks = lo;
}

static void
lock_destroy(struct lock_object *lo)
{
	if (lo->lo_magic != LOCK_MAGIC)
		fk_die("lock-init", "destroyed, but was not initialised");
	*lo->lo_link = lo->lo_next;
	if (lo->lo_next != NULL)
		lo->lo_next->lo_link = lo->lo_link;
	lo->lo_magic = LOCK_DEAD;
	lo->lo_flags = 0;
}

static void
lock_check(const struct lock_object *lo, int kind, const char *who)
{
	if (lo->lo_magic == LOCK_DEAD)
		fk_die("lock-dead", who);
	if (lo->lo_magic != LOCK_MAGIC)
		fk_die("lock-init", who);
	if (lo->lo_kind != kind)
		fk_die("lock-class", who);
}

/* ---- mutexes: mtx_lock is the context that has it */

void
mtx_init(struct mtx *m, const char *name, const char *type, int opts)
{
	(void)type;
	fc_point("mtx_init");
	lock_init(&m->lock_object, name, (opts & MTX_SPIN) != 0 ? KIND_SPIN :
	    KIND_MTX, ((opts & MTX_RECURSE) != 0 ? LO_RECURSABLE : 0) |
	    ((u_int)opts & LO_DUPOK), (opts & MTX_NEW) != 0);
	m->mtx_lock = 0;
	m->mtx_held = NULL;
	m->mtx_depth = 0;
}

void
mtx_destroy(struct mtx *m)
{
	fc_point("mtx_destroy");
	if (m->lock_object.lo_magic == LOCK_MAGIC && m->mtx_lock != 0) {
		if (m->mtx_lock != (uintptr_t)fk_cx())
			fk_die("mtx-owner", "mtx_destroy: somebody has it");
		mtx_unlock(m);
	}
	lock_destroy(&m->lock_object);
	fc_order_forget(m, sizeof(*m));
}

static bool
mtx_is_free(void *arg)
{
	return (((struct mtx *)arg)->mtx_lock == 0);
}

static void
mtx_take(struct mtx *m)
{
	struct fk_cx *cx = fk_cx();

	m->mtx_lock = (uintptr_t)cx;
	m->mtx_held = cx->cx_mtx;
	m->mtx_depth = 1;
	cx->cx_mtx = m;
}

/* WITNESS: two of one type only where somebody said so. */
static void
mtx_dup_check(const struct mtx *m)
{
	const struct mtx *h;

	if ((m->lock_object.lo_flags & LO_DUPOK) != 0)
		return;
	for (h = fk_cx()->cx_mtx; h != NULL; h = h->mtx_held)
		if (h != m && strcmp(h->lock_object.lo_name,
		    m->lock_object.lo_name) == 0)
			FK_RULE("lock-dup", "a second \"%s\"",
			    m->lock_object.lo_name);
}

static bool
mtx_mine(struct mtx *m, const char *who)
{
	if (m->mtx_lock != (uintptr_t)fk_cx())
		return (false);
	if ((m->lock_object.lo_flags & LO_RECURSABLE) == 0)
		fk_die("mtx-self", who);
	m->mtx_depth++;
	return (true);
}

void
mtx_lock(struct mtx *m)
{
	fc_point("mtx_lock");
	lock_check(&m->lock_object, KIND_MTX, "mtx_lock");
	if (mtx_mine(m, "mtx_lock: recursed on a mutex"))
		return;
	fk_blockok("mtx_lock");
	mtx_dup_check(m);
	fk_order(m, m->lock_object.lo_name);
	while (m->mtx_lock != 0)
		fc_wait(mtx_is_free, m, FC_NEVER, fk_cx()->cx_crit == 0,
		    m->lock_object.lo_name);
	mtx_take(m);
}

int
mtx_trylock(struct mtx *m)
{
	fc_point("mtx_trylock");
	lock_check(&m->lock_object, KIND_MTX, "mtx_trylock");
	if (m->mtx_lock == (uintptr_t)fk_cx())
		return (mtx_mine(m, "mtx_trylock: recursed"));
	fk_blockok("mtx_trylock");
	if (m->mtx_lock != 0)
		return (0);
	mtx_take(m);
	return (1);
}

static void
mtx_drop(struct mtx *m, const char *who)
{
	struct fk_cx *cx = fk_cx();
	struct mtx **link;

	if (m->mtx_lock != (uintptr_t)cx)
		fk_die("mtx-owner", who);
	if (--m->mtx_depth != 0)
		return;
	for (link = &cx->cx_mtx; *link != m; link = &(*link)->mtx_held)
		continue;
	*link = m->mtx_held;
	m->mtx_lock = 0;
	m->mtx_held = NULL;
}

void
mtx_unlock(struct mtx *m)
{
	lock_check(&m->lock_object, KIND_MTX, "mtx_unlock");
	mtx_drop(m, "mtx_unlock: not the owner");
	fc_point("mtx_unlock");
}

void
mtx_lock_spin(struct mtx *m)
{
	lock_check(&m->lock_object, KIND_SPIN, "mtx_lock_spin");
	if (m->mtx_lock == (uintptr_t)fk_cx())
		fk_die("mtx-self", "mtx_lock_spin: recursed");
	fk_order(m, m->lock_object.lo_name);
	critical_enter();
	while (m->mtx_lock != 0)
		fc_wait(mtx_is_free, m, FC_NEVER, false, "spin mutex");
	mtx_take(m);
}

void
mtx_unlock_spin(struct mtx *m)
{
	lock_check(&m->lock_object, KIND_SPIN, "mtx_unlock_spin");
	mtx_drop(m, "mtx_unlock_spin: not the owner");
	critical_exit();
}

int
mtx_owned(const struct mtx *m)
{
	return (m->mtx_lock == (uintptr_t)fk_cx());
}

int
mtx_initialized(const struct mtx *m)
{
	return (m->lock_object.lo_magic == LOCK_MAGIC);
}

void
fk_mtx_assert(const struct mtx *m, int what, const char *file, int line)
{
	static char text[FC_TEXT];

	if (((what & MA_OWNED) != 0) == (m->mtx_lock == (uintptr_t)fk_cx()))
		return;
	snprintf(text, sizeof(text), "%s:%d: %s", file, line,
	    m->lock_object.lo_name);
	fk_die("mtx-assert", text);
}

/* ---- sx */

void
sx_init_flags(struct sx *sx, const char *name, int opts)
{
	fc_point("sx_init");
	lock_init(&sx->lock_object, name, KIND_SX, (opts & SX_RECURSE) != 0 ?
	    LO_RECURSABLE : 0, (opts & SX_NEW) != 0);
	sx->sx_lock = 0;
	sx->sx_readers = sx->sx_depth = 0;
}

void
sx_destroy(struct sx *sx)
{
	fc_point("sx_destroy");
	if (sx->lock_object.lo_magic == LOCK_MAGIC &&
	    (sx->sx_lock != 0 || sx->sx_readers != 0))
		fk_die("sx-held", "sx_destroy: still held");
	lock_destroy(&sx->lock_object);
	fc_order_forget(sx, sizeof(*sx));
}

static bool
sx_is_free(void *arg)
{
	const struct sx *sx = arg;

	return (sx->sx_lock == 0 && sx->sx_readers == 0);
}

static bool
sx_no_writer(void *arg)
{
	return (((struct sx *)arg)->sx_lock == 0);
}

static u_int
sx_reader(const struct sx *sx)
{
	u_int i;

	for (i = 0; i < sx->sx_readers; i++)
		if (sx->sx_reader[i] == fk_cx())
			break;
	return (i);
}

static void
sx_note(struct sx *sx)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_nsx == nitems(cx->cx_sx))
		panic("too many sx locks held");
	cx->cx_sx[cx->cx_nsx++] = sx;
}

static void
sx_forget(const struct sx *sx)
{
	struct fk_cx *cx = fk_cx();
	unsigned int i;

	for (i = 0; cx->cx_sx[i] != sx; i++)
		continue;
	for (cx->cx_nsx--; i < cx->cx_nsx; i++)
		cx->cx_sx[i] = cx->cx_sx[i + 1];
}

void
sx_xlock(struct sx *sx)
{
	fc_point("sx_xlock");
	lock_check(&sx->lock_object, KIND_SX, "sx_xlock");
	if (sx->sx_lock == (uintptr_t)fk_cx()) {
		if ((sx->lock_object.lo_flags & LO_RECURSABLE) == 0)
			fk_die("sx-self", sx->lock_object.lo_name);
		sx->sx_depth++;
		return;
	}
	if (sx_reader(sx) < sx->sx_readers)
		fk_die("sx-self", sx->lock_object.lo_name);
	fk_waitok(sx->lock_object.lo_name);
	fk_order(sx, sx->lock_object.lo_name);
	while (!sx_is_free(sx))
		fk_snooze(sx_is_free, sx, FC_NEVER, sx->lock_object.lo_name);
	sx->sx_lock = (uintptr_t)fk_cx();
	sx->sx_depth = 1;
	sx_note(sx);
}

int
sx_try_xlock(struct sx *sx)
{
	fc_point("sx_try_xlock");
	lock_check(&sx->lock_object, KIND_SX, "sx_try_xlock");
	if (!sx_is_free(sx))
		return (0);
	sx->sx_lock = (uintptr_t)fk_cx();
	sx->sx_depth = 1;
	sx_note(sx);
	return (1);
}

void
sx_xunlock(struct sx *sx)
{
	lock_check(&sx->lock_object, KIND_SX, "sx_xunlock");
	if (sx->sx_lock != (uintptr_t)fk_cx())
		fk_die("sx-owner", sx->lock_object.lo_name);
	if (--sx->sx_depth == 0) {
		sx->sx_lock = 0;
		sx_forget(sx);
	}
	fc_point("sx_xunlock");
}

void
sx_slock(struct sx *sx)
{
	fc_point("sx_slock");
	lock_check(&sx->lock_object, KIND_SX, "sx_slock");
	if (sx->sx_lock == (uintptr_t)fk_cx())
		fk_die("sx-self", sx->lock_object.lo_name);
	fk_waitok(sx->lock_object.lo_name);
	fk_order(sx, sx->lock_object.lo_name);
	while (sx->sx_lock != 0)
		fk_snooze(sx_no_writer, sx, FC_NEVER, sx->lock_object.lo_name);
	if (sx->sx_readers == nitems(sx->sx_reader))
		panic("too many readers of an sx lock");
	sx->sx_reader[sx->sx_readers++] = fk_cx();
	sx_note(sx);
}

void
sx_sunlock(struct sx *sx)
{
	u_int i = sx_reader(sx);

	lock_check(&sx->lock_object, KIND_SX, "sx_sunlock");
	if (i == sx->sx_readers)
		fk_die("sx-owner", sx->lock_object.lo_name);
	sx->sx_reader[i] = sx->sx_reader[--sx->sx_readers];
	sx_forget(sx);
	fc_point("sx_sunlock");
}

void
sx_unlock(struct sx *sx)
{
	if (sx->sx_lock == (uintptr_t)fk_cx())
		sx_xunlock(sx);
	else
		sx_sunlock(sx);
}

int
sx_xlocked(struct sx *sx)
{
	return (sx->sx_lock == (uintptr_t)fk_cx());
}

void
fk_sx_assert(struct sx *sx, int what, const char *file, int line)
{
	static char text[FC_TEXT];
	bool x = sx->sx_lock == (uintptr_t)fk_cx();
	bool s = sx_reader(sx) < sx->sx_readers, ok;

	ok = what == SA_XLOCKED ? x : what == SA_SLOCKED ? s :
	    what == SA_LOCKED ? x || s : !x && !s;
	if (ok)
		return;
	snprintf(text, sizeof(text), "%s:%d: %s", file, line,
	    sx->lock_object.lo_name);
	fk_die("sx-assert", text);
}

/* ---- a lock of either class, for sleeping and callouts */

void
fk_lock_class_lock(struct lock_object *lo)
{
	if (lo->lo_kind == KIND_SX)
		sx_xlock((struct sx *)lo);
	else
		mtx_lock((struct mtx *)lo);
}

void
fk_lock_class_unlock(struct lock_object *lo)
{
	if (lo->lo_kind == KIND_SX)
		sx_unlock((struct sx *)lo);
	else
		mtx_unlock((struct mtx *)lo);
}

bool
fk_lock_is_mine(struct lock_object *lo)
{
	if (lo->lo_kind == KIND_SX)
		return (sx_xlocked((struct sx *)lo) != 0);
	return (mtx_owned((struct mtx *)lo) != 0);
}

/* ---- sleeping */

static bool
is_woken(void *arg)
{
	return (((struct fk_cx *)arg)->cx_woken);
}

static void
sleep_setup(struct fk_cx *cx, const void *ident)
{
	unsigned int i;

	cx->cx_wchan = ident;
	cx->cx_woken = false;
	for (i = 0; i < MAX_SLEEPERS; i++)
		if (sleepers[i] == NULL) {
			sleepers[i] = cx;
			return;
		}
	panic("too many sleepers");
}

static int
sleep_finish(struct fk_cx *cx, const char *wmesg, sbintime_t sbt)
{
	uint64_t until;
	unsigned int i;
	bool hit;

	until = sbt == 0 ? FC_NEVER : fc_now() + (uint64_t)sbttous(sbt) + 1;
	hit = fk_snooze(is_woken, cx, until, wmesg);
	for (i = 0; i < MAX_SLEEPERS; i++)
		if (sleepers[i] == cx)
			sleepers[i] = NULL;
	cx->cx_wchan = NULL;
	return (hit ? 0 : EWOULDBLOCK);
}

int
_sleep(const void *ident, struct lock_object *lo, int pri, const char *wmesg,
    sbintime_t sbt, sbintime_t pr, int flags)
{
	struct fk_cx *cx = fk_cx();
	int error;

	(void)pr;
	fc_point("sleep");
	if (ident == NULL)
		fk_die("sleep-ident", wmesg);
	if (lo == NULL && sbt == 0)
		fk_die("sleep-lock", wmesg);
	if (lo != NULL && !fk_lock_is_mine(lo))
		fk_die(lo->lo_kind == KIND_SX ? "sx-owner" : "mtx-owner",
		    "sleeps on a lock it does not hold");
	if (cold && sbt != 0)
		FK_RULE("sleep-cold", "%s: no clock ticks yet", wmesg);
	if ((flags & C_ABSOLUTE) != 0)
		sbt -= sbinuptime();
	sleep_setup(cx, ident);
	if (lo != NULL)
		fk_lock_class_unlock(lo);
	if (!fk_waitok(wmesg))
		cx->cx_woken = true;
	error = cx->cx_kind != FK_PROC ? EWOULDBLOCK :
	    sleep_finish(cx, wmesg, sbt);
	if (lo != NULL && (pri & PDROP) == 0)
		fk_lock_class_lock(lo);
	return (error);
}

int
pause_sbt(const char *wmesg, sbintime_t sbt, sbintime_t pr, int flags)
{
	static const char chan;

	if (sbt == 0)
		sbt = tick_sbt;
	if (cold) {
		DELAY((int)sbttous(sbt) + 1);
		return (EWOULDBLOCK);
	}
	return (_sleep(&chan, NULL, 0, wmesg, sbt, pr, flags));
}

static void
wake(const void *ident, int n)
{
	unsigned int i;

	for (i = 0; i < MAX_SLEEPERS && n != 0; i++)
		if (sleepers[i] != NULL && sleepers[i]->cx_wchan == ident &&
		    !sleepers[i]->cx_woken) {
			sleepers[i]->cx_woken = true;
			n--;
		}
	fc_point("wakeup");
}

void
wakeup(const void *ident)
{
	wake(ident, -1);
}

void
wakeup_one(const void *ident)
{
	wake(ident, 1);
}

void
wakeup_any(const void *ident)
{
	wake(ident, 1);
}

/* ---- the net epoch */

void
fk_epoch_enter(struct epoch_tracker *et)
{
	struct fk_cx *cx = fk_cx();

	fc_point("NET_EPOCH_ENTER");
	fk_blockok("NET_EPOCH_ENTER");
	cx->cx_epochs++;
	et->et_td = cx;
	et->et_entered = ++epoch_now;
	et->et_next = readers;
	et->et_link = &readers;
	if (readers != NULL)
		readers->et_link = &et->et_next;
	readers = et;
}

void
fk_epoch_exit(struct epoch_tracker *et)
{
	struct fk_cx *cx = fk_cx();
	const struct epoch_tracker *e;

	for (e = readers; e != NULL && e != et; e = e->et_next)
		continue;
	if (e == NULL || et->et_td != cx)
		fk_die("epoch-exit", "NET_EPOCH_EXIT without its enter");
	*et->et_link = et->et_next;
	if (et->et_next != NULL)
		et->et_next->et_link = et->et_link;
	et->et_td = NULL;
	cx->cx_epochs--;
	fc_point("NET_EPOCH_EXIT");
}

static bool
epoch_passed(void *arg)
{
	const struct epoch_tracker *e;

	for (e = readers; e != NULL; e = e->et_next)
		if (e->et_entered <= *(uint64_t *)arg)
			return (false);
	return (true);
}

void
fk_epoch_wait(void)
{
	uint64_t until = epoch_now;

	fc_point("NET_EPOCH_WAIT");
	if (fk_cx()->cx_epochs != 0)
		fk_die("epoch-wait", "NET_EPOCH_WAIT in the epoch");
	if (!fk_waitok("NET_EPOCH_WAIT"))
		return;
	if (!epoch_passed(&until))
		fk_snooze(epoch_passed, &until, FC_NEVER, "epoch");
}

int
fk_in_epoch(void)
{
	return (fk_cx()->cx_epochs != 0);
}

void
fk_epoch_assert(const char *file, int line)
{
	static char text[FC_TEXT];

	if (fk_cx()->cx_epochs != 0)
		return;
	snprintf(text, sizeof(text), "%s:%d: not in the net epoch", file,
	    line);
	fk_die("epoch-assert", text);
}

/* ---- control goes back to the kernel */

void
fk_kernel_leave(const char *where)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_mtx != NULL)
		fk_die("mtx-leak", cx->cx_mtx->lock_object.lo_name);
	if (cx->cx_nsx != 0)
		fk_die("sx-leak", cx->cx_sx[0]->lock_object.lo_name);
	if (cx->cx_crit != 0)
		fk_die("critical", where);
	if (cx->cx_epochs != 0)
		fk_die("epoch-leak", where);
}

void
fk_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem;
	const struct lock_object *lo;

	for (lo = locks; lo != NULL; lo = lo->lo_next)
		if ((const char *)lo >= p && (const char *)lo < p + len) {
			FK_RULE("lock-left", "\"%s\" in it: %s", lo->lo_name,
			    what);
			fk_die("lock-left", what);
		}
	fk_task_gone(mem, len, what);
	fk_bus_gone(mem, len, what);
	fk_net_gone(mem, len, what);
	fk_sysctl_gone(mem, len, what);
	fc_order_forget(p, len);
}

void
fk_cpus(unsigned int n)
{
	unsigned int i;

	CPU_ZERO(&all_cpus);
	for (i = 0; i < n; i++)
		CPU_SET(i, &all_cpus);
	mp_ncpus = (int)n;
	mp_maxid = n - 1;
}

void
fk_sync_open(void)
{
	unsigned int i;

	cold = 0;
	ticks = 0;
	locks = NULL;
	readers = NULL;
	epoch_now = 0;
	next_tid = 100000;
	fk_ctx_open();
	memset(sleepers, 0, sizeof(sleepers));
	for (i = 0; i < FC_CPUS; i++) {
		pcpus[i].pc_cpuid = i;
		pcpus[i].pc_domain = 0;
	}
	fk_cpus(FC_CPUS);
	mtx_init(&Giant, "Giant", NULL, MTX_DEF | MTX_RECURSE | MTX_NEW);
}
