/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_BUS_H_
#define _SYS_BUS_H_

#include <sys/types.h>
#include <sys/_cpuset.h>
#include <sys/kobj.h>
#include <sys/module.h>
#include <sys/systm.h>
#include <machine/bus.h>

typedef struct kobj_class driver_t;
typedef struct devclass *devclass_t;
#define device_method_t		kobj_method_t
typedef int driver_filter_t(void *);
typedef void driver_intr_t(void *);

#define FILTER_STRAY		0x01
#define FILTER_HANDLED		0x02
#define FILTER_SCHEDULE_THREAD	0x04

enum intr_type {
	INTR_TYPE_TTY = 1, INTR_TYPE_BIO = 2, INTR_TYPE_NET = 4,
	INTR_TYPE_CAM = 8, INTR_TYPE_MISC = 16, INTR_TYPE_CLK = 32,
	INTR_TYPE_AV = 64, INTR_EXCL = 256, INTR_MPSAFE = 512,
	INTR_ENTROPY = 1024
};
enum cpu_sets { LOCAL_CPUS = 0, INTR_CPUS };

#define BUS_PROBE_SPECIFIC	0
#define BUS_PROBE_VENDOR	(-10)
#define BUS_PROBE_DEFAULT	(-20)
#define BUS_PROBE_LOW_PRIORITY	(-40)
#define BUS_PROBE_GENERIC	(-100)
#define DS_NOTPRESENT		10
#define DS_ALIVE		20
#define DS_ATTACHING		25
#define DS_ATTACHED		30
typedef int device_state_t;

/* The driver and its module, where the fake bus finds it. */
struct fk_module {
	const char *name, *busname;
	driver_t *driver;
	modeventhand_t evh;
	void *arg;
};
#define DEVMETHOD	KOBJMETHOD
#define DEVMETHOD_END	KOBJMETHOD_END
#define DRIVER_MODULE(name, bus, drv, evh, arg)				\
	extern const struct fk_module fk_module_##name##_##bus;		\
	const struct fk_module fk_module_##name##_##bus = {		\
		#name, #bus, &(drv), (evh), (arg)			\
	}

struct resource;
struct sysctl_ctx_list;
struct sysctl_oid;
void *device_get_softc(device_t);
int device_get_unit(device_t);
const char *device_get_name(device_t);
const char *device_get_nameunit(device_t);
const char *device_get_desc(device_t);
device_t device_get_parent(device_t);
device_state_t device_get_state(device_t);
int device_is_attached(device_t);
int device_is_alive(device_t);
void device_set_desc(device_t, const char *);
void device_set_desc_copy(device_t, const char *);
int device_printf(device_t, const char *, ...) __printflike(2, 3);
void device_quiet(device_t);
struct sysctl_ctx_list *device_get_sysctl_ctx(device_t);
struct sysctl_oid *device_get_sysctl_tree(device_t);

struct resource *bus_alloc_resource_any(device_t, int type, int *rid,
    u_int flags);
struct resource *bus_alloc_resource(device_t, int type, int *rid,
    rman_res_t start, rman_res_t end, rman_res_t count, u_int flags);
int bus_release_resource(device_t, int type, int rid, struct resource *);
int bus_setup_intr(device_t, struct resource *, int flags,
    driver_filter_t *, driver_intr_t *, void *arg, void **cookiep);
int bus_teardown_intr(device_t, struct resource *, void *cookie);
int bus_describe_intr(device_t, struct resource *, void *cookie,
    const char *fmt, ...) __printflike(4, 5);
int bus_bind_intr(device_t, struct resource *, int cpu);
int bus_get_cpus(device_t, enum cpu_sets, size_t setsize, struct _cpuset *);
int bus_get_domain(device_t, int *domain);
bus_dma_tag_t bus_get_dma_tag(device_t);
uint32_t bus_read_4(struct resource *, bus_size_t);
void bus_write_4(struct resource *, bus_size_t, uint32_t);
void bus_barrier(struct resource *, bus_size_t off, bus_size_t len, int flags);

#include <device_if.h>

#endif
