/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _device_if_h_
#define _device_if_h_

#include <sys/kobj.h>

typedef int device_probe_t(device_t);
extern struct kobjop_desc device_probe_desc;
typedef int device_attach_t(device_t);
extern struct kobjop_desc device_attach_desc;
typedef int device_detach_t(device_t);
extern struct kobjop_desc device_detach_desc;
typedef int device_shutdown_t(device_t);
extern struct kobjop_desc device_shutdown_desc;
typedef int device_suspend_t(device_t);
extern struct kobjop_desc device_suspend_desc;
typedef int device_resume_t(device_t);
extern struct kobjop_desc device_resume_desc;
typedef int device_quiesce_t(device_t);
extern struct kobjop_desc device_quiesce_desc;

#endif
