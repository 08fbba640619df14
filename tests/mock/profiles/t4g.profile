# SPDX-License-Identifier: BSD-2-Clause
#
# Device profile "t4g": Graviton2 VF, no LLQ.
# [R] reported by a real device, [P] public report, [I] our guess.

# -- PCI
name                 = t4g          # [I]
stands_for           = Graviton2 VF, no LLQ # [I]
device_id            = 0xec20       # [R]
revision             = 0x00         # [R]
bar0_bytes           = 0x4000       # [I]
bar2_bytes           = 0            # [R] BAR2 unassigned
msix_bar             = 1            # [I] MSI-X on a BAR of its own
msix_vectors         = 3            # [I]

# -- registers
version              = 0x000a       # [R] 0.10, protocol 15.1
controller_version   = 0x01000001   # [P] 0.0.1, implementation 1, protocol 15.5
reset_timeout_100ms  = 30           # [I]
dma_bits             = 48           # [I]
admin_timeout_100ms  = 0            # [I] driver default

# -- attributes
features             = 0x14005986   # [R] protocol 15.1
features_rss         = 0x14045d86   # [I] plus 10 and 18
capabilities         = 0x1d         # [R] no SRD
max_mtu              = 9216         # [R] protocol 15.1

# -- queues
max_pairs            = 2            # [I]
tx_sq_depth          = 1024         # [I]
rx_sq_depth          = 8192         # [I]
cq_depth             = 8192         # [I]
tx_descs             = 17           # [I]
rx_descs             = 9            # [I]
max_header           = 96           # [I]

# -- handles and dynamic registers: ours, to differ between profiles
tx_sq_idx_base       = 0            # [I]
rx_sq_idx_base       = 0            # [I] same numbers as TX: separate name spaces
cq_idx_base          = 5            # [I]
db_base              = 0x1000       # [I]
db_stride            = 0x20         # [I]
unmask_base          = 0x2004       # [I]
unmask_stride        = 0x40         # [I]
head_db_base         = 0            # [I] register absent
numa_base            = 0            # [I] register absent

# -- LLQ
llq_count            = 0            # [I]
llq_depth            = 0            # [I]
llq_wide_depth       = 0            # [I]
llq_entry_sizes      = 0            # [I]
llq_recommended      = 0            # [I]
llq_header_loc       = 0            # [I]
llq_before           = 0            # [I]
llq_stride           = 0            # [I]
llq_accel_flags      = 0            # [I]
llq_accel_burst      = 0            # [I]
llq_needs_accel      = false        # [I]

# -- offloads and RSS
tx_offloads          = 0x07         # [I] IPv4, L4 over IPv4 partial and full
rx_offloads          = 0x0b         # [I] IPv4, L4 over IPv4, hash
rss_log2_min         = 7            # [I]
rss_log2_max         = 7            # [I]
rss_functions        = 0x2          # [I] Toeplitz
rss_key_settable     = false        # [I]
rss_input_settable   = false        # [P] no known hardware, protocol 7.11

# -- events and timing
moderation_us        = -1           # [I] feature 20 absent
aenq_groups          = 0xff         # [R] protocol 15.1
aenq_enabled         = 0xff         # [R] all on before any SET, protocol 15.1
keep_alive_us        = 1000000      # [R] protocol 15.1
hints_present        = false        # [I]
hint_mmio_ms         = 0            # [I]
hint_keep_alive_ms   = 0            # [I]
hint_tx_ms           = 0            # [I]
hint_tx_count        = 0            # [I]
hint_admin_ms        = 0            # [I]
link_mbit            = 0            # [I] feature 27 absent

# -- clock and flow steering
phc_db_off           = 0            # [I] feature 29 absent
phc_expire_us        = 0            # [I]
phc_block_us         = 0            # [I]
ts_tx                = false        # [I] feature 31 absent
ts_rx                = false        # [I]
flow_rules           = 0            # [I] feature 30 absent

# -- identity
gate_a               = false        # [I]
gate_b               = false        # [I]
aenq_rule            = true         # [R] protocol 9.1, 15.4
