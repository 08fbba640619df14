/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: what the driver asks of its netmap(4)
 * half, which is empty in kernels without it.
 */
#ifndef IF_ENA_NETMAP_H
#define IF_ENA_NETMAP_H

#ifdef DEV_NETMAP
int	ena_netmap_attach(struct ena_softc *sc);
void	ena_netmap_detach(struct ena_softc *sc);
bool	ena_netmap_on(struct ena_queue *q);
bool	ena_netmap_intr(struct ena_queue *q, bool *work);
int	ena_netmap_init(struct ena_queue *q);
bool	ena_netmap_drain(struct ena_queue *q);
#else
#define ena_netmap_attach(sc)		0
#define ena_netmap_detach(sc)		((void)(sc))
#define ena_netmap_on(q)		false
#define ena_netmap_intr(q, work)	false
#define ena_netmap_init(q)		0
#define ena_netmap_drain(q)		false
#endif

#endif /* IF_ENA_NETMAP_H */
