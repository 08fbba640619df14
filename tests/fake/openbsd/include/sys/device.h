/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_DEVICE_H_
#define _SYS_DEVICE_H_
#include <sys/queue.h>
enum devclass { DV_DULL, DV_CPU, DV_DISK, DV_IFNET, DV_TAPE, DV_TTY };
#define DVACT_DEACTIVATE	1
#define DVACT_QUIESCE		2
#define DVACT_SUSPEND		3
#define DVACT_RESUME		4
#define DVACT_WAKEUP		5
#define DVACT_POWERDOWN		6
struct cfattach;
struct cfdriver;
struct cfdata {
	const struct cfattach *cf_attach;
	struct cfdriver *cf_driver;
	short cf_unit, cf_fstate;
	int cf_flags;
};
struct device {
	enum devclass dv_class;
	TAILQ_ENTRY(device) dv_list;
	struct cfdata *dv_cfdata;
	int dv_unit;
	char dv_xname[16];
	struct device *dv_parent;
	int dv_flags;
	int dv_ref;
};
#define DVF_ACTIVE		0x0001
typedef int (*cfmatch_t)(struct device *, void *, void *);
struct cfattach {
	size_t ca_devsize;
	cfmatch_t ca_match;
	void (*ca_attach)(struct device *, struct device *, void *);
	int (*ca_detach)(struct device *, int);
	int (*ca_activate)(struct device *, int);
};
#define DETACH_FORCE		0x01
#define DETACH_QUIET		0x02
struct cfdriver {
	void **cd_devs;
	char *cd_name;
	enum devclass cd_class;
	int cd_mode;
	int cd_ndevs;
};
#define CD_SKIPHIBERNATE	2
void config_mountroot(struct device *, void (*)(struct device *));
int config_activate_children(struct device *, int);
void device_ref(struct device *);
void device_unref(struct device *);
#endif
