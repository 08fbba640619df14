/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_DEVICE_H_
#define _SYS_DEVICE_H_
#include <sys/evcnt.h>
#include <sys/queue.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/pmf.h>
typedef enum devclass {
	DV_DULL, DV_CPU, DV_DISK, DV_IFNET, DV_TAPE, DV_TTY, DV_AUDIODEV,
	DV_DISPLAYDEV, DV_BUS, DV_VIRTUAL
} devclass_t;
typedef enum devact { DVACT_DEACTIVATE } devact_t;
typedef struct cfdata *cfdata_t;
typedef struct cfdriver *cfdriver_t;
typedef struct cfattach *cfattach_t;
struct device_compatible_entry {
	union {
		const char *compat;
		uintptr_t id;
	};
	union {
		const void *data;
		uintptr_t value;
	};
};
#define DEVICE_COMPAT_EOL	{ .compat = NULL }
#define DVF_PRIV_ALLOC		0x0002
#define DVF_DETACH_SHUTDOWN	0x0080
struct cflocdesc {
	const char *cld_name, *cld_defaultstr;
	int cld_default;
};
struct cfiattrdata {
	const char *ci_name;
	int ci_loclen;
	const struct cflocdesc ci_locdesc[];
};
struct cfparent {
	const char *cfp_iattr, *cfp_parent;
	int cfp_unit;
};
struct cfdata {
	const char *cf_name;
	const char *cf_atname;
	unsigned int cf_unit:24;
	unsigned char cf_fstate;
	int *cf_loc;
	int cf_flags;
	const struct cfparent *cf_pspec;
};
#define FSTATE_NOTFOUND	0
#define FSTATE_FOUND	1
#define FSTATE_STAR	2
struct cfattach {
	const char *ca_name;
	LIST_ENTRY(cfattach) ca_list;
	size_t ca_devsize;
	int ca_flags;
	int (*ca_match)(device_t, cfdata_t, void *);
	void (*ca_attach)(device_t, device_t, void *);
	int (*ca_detach)(device_t, int);
	int (*ca_activate)(device_t, devact_t);
	int (*ca_rescan)(device_t, const char *, const int *);
	void (*ca_childdetached)(device_t, device_t);
};
LIST_HEAD(cfattachlist, cfattach);
#define CFATTACH_DECL3_NEW(name, ddsize, matfn, attfn, detfn, actfn,	\
	rescanfn, chdetfn, flags)					\
struct cfattach __CONCAT(name, _ca) = {					\
	.ca_name = ___STRING(name), .ca_devsize = ddsize,		\
	.ca_flags = (flags) | DVF_PRIV_ALLOC, .ca_match = matfn,	\
	.ca_attach = attfn, .ca_detach = detfn, .ca_activate = actfn,	\
	.ca_rescan = rescanfn, .ca_childdetached = chdetfn,		\
}
#define CFATTACH_DECL_NEW(name, ddsize, matfn, attfn, detfn, actfn)	\
	CFATTACH_DECL3_NEW(name, ddsize, matfn, attfn, detfn, actfn,	\
	    NULL, NULL, 0)
#define DETACH_FORCE	0x01
#define DETACH_QUIET	0x02
#define DETACH_SHUTDOWN	0x04
#define DETACH_POWEROFF	0x08
struct cfdriver {
	LIST_ENTRY(cfdriver) cd_list;
	struct cfattachlist cd_attach;
	device_t *cd_devs;
	const char *cd_name;
	enum devclass cd_class;
	int cd_ndevs;
	const struct cfiattrdata * const *cd_attrs;
};
#define CFDRIVER_DECL(name, class, attrs)				\
struct cfdriver __CONCAT(name, _cd) = {					\
	.cd_name = ___STRING(name), .cd_class = class, .cd_attrs = attrs, \
}
struct cfattachinit {
	const char *cfai_name;
	struct cfattach * const *cfai_list;
};
int config_init_component(struct cfdriver * const *,
    const struct cfattachinit *, struct cfdata *);
int config_fini_component(struct cfdriver * const *,
    const struct cfattachinit *, struct cfdata *);
void config_interrupts(device_t, void (*)(device_t));
void config_mountroot(device_t, void (*)(device_t));
void config_pending_incr(device_t);
void config_pending_decr(device_t);
int config_finalize_register(device_t, int (*)(device_t));
void *device_private(device_t);
const char *device_xname(device_t);
device_t device_parent(device_t);
int device_unit(device_t);
bool device_is_active(device_t);
cfdata_t device_cfdata(device_t);
#endif
