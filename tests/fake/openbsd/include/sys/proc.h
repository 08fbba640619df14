/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_
struct proc;
struct proc *fk_curproc(void);
#define curproc		fk_curproc()
#endif
