/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: what the driver asks of its netmap(4)
 * half, which is empty in kernels without it.
 */
#ifndef IF_ENA_NETMAP_H
#define IF_ENA_NETMAP_H

#define ENA_NETMAP_TX		0x1	/* the queue's ring is netmap's */
#define ENA_NETMAP_RX		0x2

#ifdef DEV_NETMAP
int	ena_netmap_attach(struct ena_softc *sc);
void	ena_netmap_detach(struct ena_softc *sc);
/* Lane ADMIN: with the queue's other memory. */
bool	ena_netmap_alloc(struct ena_queue *q, const struct ena_plan *pl);
void	ena_netmap_free(struct ena_queue *q);
/* Both locks of the queue, which is about to live. */
int	ena_netmap_start(struct ena_queue *q);
/* Its locks. */
int	ena_netmap_mode(struct ena_queue *q);
unsigned int ena_netmap_tx_done(struct ena_queue *q);
/* No lock. */
void	ena_netmap_irq(struct ena_queue *q, int mode);
#else
#define ena_netmap_attach(sc)		0
#define ena_netmap_detach(sc)		((void)0)
#define ena_netmap_alloc(q, pl)		true
#define ena_netmap_free(q)		((void)0)
#define ena_netmap_start(q)		0
#define ena_netmap_mode(q)		0
#define ena_netmap_tx_done(q)		0
#define ena_netmap_irq(q, mode)		((void)0)
#endif

#endif /* IF_ENA_NETMAP_H */
