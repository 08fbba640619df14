/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client may ask for.
 *
 * Each handler checks its payload and either answers or returns what is
 * wrong: an errno, which goes back to the client, or MALFORMED, after which
 * this connection is over.  A write is answered before it is done: the work
 * may itself need the client, and may take longer than it is patient.
 */
#include <errno.h>
#include <string.h>

#include <json-c/json.h>

#include "vu.h"

#define MALFORMED	(-1)
#define JSON_DEPTH	16
#define XFER_MIN	64U

static const char version_text[] =
    "{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":65536,"
    "\"max_dma_maps\":65535,\"pgsizes\":4096}}";

static int
malformed(struct vu_nic *n, const struct vu_msg *m, const char *why)
{
	vu_kill(&n->n_conn, "command %u with %u bytes: %s", m->m_hdr.h_cmd,
	    m->m_len, why);
	return (MALFORMED);
}

/* -- VERSION */

/* A number among the client's capabilities, or what it is without. */
static int64_t
capability(struct json_object *root, const char *name, int64_t otherwise)
{
	struct json_object *caps, *v;

	if (json_object_object_get_ex(root, "capabilities", &caps) &&
	    json_object_object_get_ex(caps, name, &v) &&
	    json_object_is_type(v, json_type_int))
		return (json_object_get_int64(v));
	return (otherwise);
}

/* JSON may be left out; if it is there it must be some. */
static bool
take_capabilities(struct vu_nic *n, const char *text)
{
	struct json_tokener *tok;
	struct json_object *root;
	int64_t xfer;
	size_t len;
	bool ok;

	len = strlen(text);
	if (len == 0)
		return (true);
	tok = json_tokener_new_ex(JSON_DEPTH);
	if (tok == NULL)
		return (false);
	root = json_tokener_parse_ex(tok, text, (int)len + 1);
	ok = json_tokener_get_error(tok) == json_tokener_success &&
	    json_object_is_type(root, json_type_object);
	json_tokener_free(tok);
	if (ok) {
		xfer = capability(root, "max_data_xfer_size", VU_XFER);
		ok = xfer >= (int64_t)XFER_MIN;
		n->n_conn.c_xfer = xfer < (int64_t)VU_XFER ? (uint32_t)xfer :
		    VU_XFER;
	}
	(void)json_object_put(root);
	return (ok);
}

static int
cmd_version(struct vu_nic *n, struct vu_msg *m)
{
	uint8_t answer[sizeof(struct vu_version) + sizeof(version_text)];
	struct vu_version v;

	if (n->n_version)
		return (malformed(n, m, "version already negotiated"));
	if (m->m_len < sizeof(v))
		return (malformed(n, m, "too short"));
	memcpy(&v, m->m_data, sizeof(v));
	if (v.v_major != 0)
		return (malformed(n, m, "unknown major version"));
	if (m->m_len > sizeof(v)) {
		if (m->m_data[m->m_len - 1] != '\0')
			return (malformed(n, m, "text without an end"));
		if (!take_capabilities(n,
		    (const char *)m->m_data + sizeof(v)))
			return (malformed(n, m, "bad capabilities"));
	}
	v.v_minor = 0;
	memcpy(answer, &v, sizeof(v));
	memcpy(answer + sizeof(v), version_text, sizeof(version_text));
	n->n_version = true;
	vu_reply(&n->n_conn, &m->m_hdr, answer, sizeof(answer), -1);
	return (0);
}

/* -- memory */

static int
cmd_dma_map(struct vu_nic *n, struct vu_msg *m)
{
	struct vu_dma_map dm;
	int error;

	if (m->m_len != sizeof(dm))
		return (malformed(n, m, "not a DMA map"));
	if (m->m_nfds > 1)
		return (malformed(n, m, "more than one descriptor"));
	memcpy(&dm, m->m_data, sizeof(dm));
	error = vu_map_add(&n->n_maps, &dm, m->m_nfds != 0 ? m->m_fds[0] :
	    -1);
	if (error != 0)
		vu_log(n, "DMA map 0x%llx + 0x%llx refused: %s",
		    (unsigned long long)dm.dm_addr,
		    (unsigned long long)dm.dm_size, strerror(error));
	else
		vu_reply(&n->n_conn, &m->m_hdr, NULL, 0, -1);
	return (error);
}

static int
cmd_dma_unmap(struct vu_nic *n, struct vu_msg *m)
{
	struct vu_dma_unmap du;
	uint64_t gone;
	int error;

	if (m->m_len < sizeof(du))
		return (malformed(n, m, "not a DMA unmap"));
	memcpy(&du, m->m_data, sizeof(du));
	if ((du.du_flags & ~VU_UNMAP_ALL) != 0)
		return (EINVAL);
	if ((du.du_flags & VU_UNMAP_ALL) != 0)
		vu_map_clear(&n->n_maps);
	else {
		error = vu_map_del(&n->n_maps, du.du_addr, du.du_size,
		    &gone);
		if (error != 0)
			return (error);
	}
	du.du_argsz = sizeof(du);
	vu_reply(&n->n_conn, &m->m_hdr, &du, sizeof(du), -1);
	return (0);
}

/* -- what the device is */

static int
cmd_get_info(struct vu_nic *n, struct vu_msg *m)
{
	static const struct vu_dev_info di = {
		.di_argsz = sizeof(di),
		.di_flags = VU_DEV_RESET | VU_DEV_PCI,
		.di_regions = VU_REGIONS,
		.di_irqs = VU_IRQS
	};

	if (m->m_len < sizeof(di))
		return (malformed(n, m, "not a device query"));
	vu_reply(&n->n_conn, &m->m_hdr, &di, sizeof(di), -1);
	return (0);
}

static int
cmd_get_region(struct vu_nic *n, struct vu_msg *m)
{
	uint8_t answer[sizeof(struct vu_region_info) +
	    sizeof(struct vu_sparse)];
	struct vu_region_info ri;
	struct vu_sparse sp;
	uint32_t room;
	int fd;

	if (m->m_len < sizeof(ri))
		return (malformed(n, m, "not a region query"));
	memcpy(&ri, m->m_data, sizeof(ri));
	if (ri.ri_index >= VU_REGIONS)
		return (EINVAL);
	room = ri.ri_argsz;
	fd = -1;
	memset(answer, 0, sizeof(answer));
	ri.ri_argsz = sizeof(ri);
	ri.ri_cap_offset = 0;
	ri.ri_offset = 0;
	ri.ri_size = vu_region_size(n, ri.ri_index);
	ri.ri_flags = ri.ri_size != 0 ? VU_REGION_R | VU_REGION_W : 0;
	if (ri.ri_index == 2 && n->n_bar2 != NULL) {
		/* Too little room: say how much, and no more. */
		ri.ri_argsz = sizeof(answer);
		if (room >= sizeof(answer)) {
			ri.ri_flags |= VU_REGION_MMAP | VU_REGION_CAPS;
			ri.ri_cap_offset = sizeof(ri);
			fd = n->n_bar2_fd;
		}
	}
	memcpy(answer, &ri, sizeof(ri));
	memset(&sp, 0, sizeof(sp));
	sp.sp_id = VU_CAP_SPARSE;
	sp.sp_version = 1;
	sp.sp_areas = 1;
	sp.sp_size = ri.ri_size;
	memcpy(answer + sizeof(ri), &sp, sizeof(sp));
	vu_reply(&n->n_conn, &m->m_hdr, answer, fd != -1 ? sizeof(answer) :
	    sizeof(ri), fd);
	return (0);
}

static int
cmd_get_irq(struct vu_nic *n, struct vu_msg *m)
{
	struct vu_irq_info ii;

	if (m->m_len < sizeof(ii))
		return (malformed(n, m, "not an interrupt query"));
	memcpy(&ii, m->m_data, sizeof(ii));
	if (ii.ii_index >= VU_IRQS)
		return (EINVAL);
	ii.ii_argsz = sizeof(ii);
	ii.ii_flags = VU_IRQ_EVENTFD;
	ii.ii_count = 0;
	if (ii.ii_index == VU_IRQ_MSIX)
		ii.ii_count = n->n_vectors;
	else if (ii.ii_index == VU_IRQ_ERR || ii.ii_index == VU_IRQ_REQ)
		ii.ii_count = 1;
	vu_reply(&n->n_conn, &m->m_hdr, &ii, sizeof(ii), -1);
	return (0);
}

/* -- what the device does */

static int
cmd_set_irqs(struct vu_nic *n, struct vu_msg *m)
{
	int error;

	if (m->m_len < sizeof(struct vu_irq_set))
		return (malformed(n, m, "not an interrupt setting"));
	error = vu_irq_set(n, m);
	if (error == 0)
		vu_reply(&n->n_conn, &m->m_hdr, NULL, 0, -1);
	return (error);
}

/* 0, or the errno for an access outside its region. */
static int
check_region(const struct vu_nic *n, const struct vu_region_rw *rw)
{
	uint64_t size;

	if (rw->rw_region >= VU_REGIONS || rw->rw_count == 0 ||
	    rw->rw_count > VU_XFER)
		return (EINVAL);
	size = vu_region_size(n, rw->rw_region);
	if (rw->rw_offset >= size || rw->rw_count > size - rw->rw_offset)
		return (EINVAL);
	return (0);
}

static int
cmd_region_read(struct vu_nic *n, struct vu_msg *m)
{
	static uint8_t answer[sizeof(struct vu_region_rw) + VU_XFER];
	struct vu_region_rw rw;
	int error;

	if (m->m_len != sizeof(rw))
		return (malformed(n, m, "not a read"));
	memcpy(&rw, m->m_data, sizeof(rw));
	error = check_region(n, &rw);
	if (error != 0)
		return (error);
	memcpy(answer, &rw, sizeof(rw));
	vu_region_read(n, &rw, answer + sizeof(rw));
	vu_reply(&n->n_conn, &m->m_hdr, answer, sizeof(rw) + rw.rw_count, -1);
	return (0);
}

/* 0, an errno or MALFORMED. */
static int
check_write(struct vu_nic *n, const struct vu_msg *m,
    struct vu_region_rw *rw)
{
	if (m->m_len < sizeof(*rw))
		return (malformed(n, m, "not a write"));
	memcpy(rw, m->m_data, sizeof(*rw));
	if (m->m_len - sizeof(*rw) != rw->rw_count)
		return (malformed(n, m, "count and data differ"));
	return (check_region(n, rw));
}

static int
cmd_region_write(struct vu_nic *n, struct vu_msg *m)
{
	struct vu_region_rw rw;
	int error;

	error = check_write(n, m, &rw);
	if (error != 0)
		return (error);
	vu_reply(&n->n_conn, &m->m_hdr, &rw, sizeof(rw), -1);
	vu_region_write(n, &rw, m->m_data + sizeof(rw));
	return (0);
}

static int
cmd_reset(struct vu_nic *n, struct vu_msg *m)
{
	vu_reply(&n->n_conn, &m->m_hdr, NULL, 0, -1);
	vu_nic_reset(n);
	return (0);
}

static int
dispatch(struct vu_nic *n, struct vu_msg *m)
{
	if (!n->n_version && m->m_hdr.h_cmd != VU_VERSION)
		return (malformed(n, m, "before the version"));
	switch (m->m_hdr.h_cmd) {
	case VU_VERSION:
		return (cmd_version(n, m));
	case VU_DMA_MAP:
		return (cmd_dma_map(n, m));
	case VU_DMA_UNMAP:
		return (cmd_dma_unmap(n, m));
	case VU_GET_INFO:
		return (cmd_get_info(n, m));
	case VU_GET_REGION_INFO:
		return (cmd_get_region(n, m));
	case VU_GET_IRQ_INFO:
		return (cmd_get_irq(n, m));
	case VU_SET_IRQS:
		return (cmd_set_irqs(n, m));
	case VU_REGION_READ:
		return (cmd_region_read(n, m));
	case VU_REGION_WRITE:
		return (cmd_region_write(n, m));
	case VU_RESET:
		return (cmd_reset(n, m));
	default:
		return (ENOTSUP);
	}
}

/* One command, answered whatever it is.  m stays the caller's. */
void
vu_command(struct vu_nic *n, struct vu_msg *m)
{
	int error;

	if (n->n_all->o_verbose)
		vu_log(n, "command %u id %u payload %u fds %u",
		    m->m_hdr.h_cmd, m->m_hdr.h_id, m->m_len, m->m_nfds);
	error = dispatch(n, m);
	if (error > 0)
		vu_reply_error(&n->n_conn, &m->m_hdr, error);
}

/* -- while we wait for the client's memory */

/* Answered now, done in its turn. */
static bool
promise(struct vu_nic *n, struct vu_msg *m, const void *answer, size_t len)
{
	vu_reply(&n->n_conn, &m->m_hdr, answer, len, -1);
	m->m_hdr.h_flags |= VU_F_NO_REPLY;
	return (false);
}

static bool
early_write(struct vu_nic *n, struct vu_msg *m)
{
	const uint8_t *data = m->m_data + sizeof(struct vu_region_rw);
	struct vu_region_rw rw;

	if (check_write(n, m, &rw) == 0 && (vu_region_is_model(n, &rw) ||
	    (rw.rw_region == VU_REGION_CONFIG &&
	    vu_pci_is_flr((uint32_t)rw.rw_offset, data, rw.rw_count))))
		return (promise(n, m, &rw, sizeof(rw)));
	vu_command(n, m);
	return (true);
}

/*
 * The model is at work and waits for the client's memory: what of this
 * command can be done now?  True: all of it.  Writes to the model and resets
 * are answered and keep their place; its registers are read out of turn only
 * if it has to be (late), which the transcript shows.
 */
bool
vu_command_early(void *nic, struct vu_msg *m, bool late)
{
	struct vu_nic *n = nic;
	struct vu_region_rw rw;

	switch (m->m_hdr.h_cmd) {
	case VU_VERSION:
		return (false);
	case VU_RESET:
		return (late ? false : promise(n, m, NULL, 0));
	case VU_REGION_WRITE:
		return (late ? false : early_write(n, m));
	case VU_REGION_READ:
		if (m->m_len == sizeof(rw) && !late) {
			memcpy(&rw, m->m_data, sizeof(rw));
			if (vu_region_is_model(n, &rw))
				return (false);
		}
		/* FALLTHROUGH */
	default:
		vu_command(n, m);
		return (true);
	}
}
