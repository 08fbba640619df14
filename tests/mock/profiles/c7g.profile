# SPDX-License-Identifier: BSD-2-Clause
#
# Device profile "c7g": Graviton3.
# [R] reported by a real device, [P] public report, [I] our guess.

# -- PCI
name                 = c7g          # [I]
stands_for           = Graviton3    # [I]
device_id            = 0xec20       # [R]
revision             = 0x00         # [R]
bar0_bytes           = 0x4000       # [I]
bar2_bytes           = 0x100000     # [I]
msix_bar             = 1            # [I] MSI-X on a BAR of its own
msix_vectors         = 9            # [I]

# -- registers
version              = 0x000a       # [R]
controller_version   = 0x01000001   # [P] 0.0.1, implementation 1, protocol 15.5
reset_timeout_100ms  = 30           # [I]
dma_bits             = 48           # [I]
admin_timeout_100ms  = 0            # [I]

# -- attributes
features             = 0x140059f6   # [I]
features_rss         = 0x14045df6   # [P] issue 381
capabilities         = 0x1d         # [I]
max_mtu              = 9216         # [R] protocol 15.1

# -- queues
max_pairs            = 8            # [I]
tx_sq_depth          = 1024         # [I]
rx_sq_depth          = 8192         # [I]
cq_depth             = 8192         # [I]
tx_descs             = 17           # [I]
rx_descs             = 9            # [I]
max_header           = 96           # [I]

# -- handles and dynamic registers: ours, to differ between profiles
tx_sq_idx_base       = 1            # [I]
rx_sq_idx_base       = 2            # [I]
cq_idx_base          = 20           # [I]
db_base              = 0x400        # [I]
db_stride            = 0x40         # [I]
unmask_base          = 0x1c00       # [I]
unmask_stride        = 0x20         # [I]
head_db_base         = 0            # [I] register absent
numa_base            = 0            # [I] register absent

# -- LLQ
llq_count            = 8            # [P]
llq_depth            = 1024         # [P]
llq_wide_depth       = 512          # [P] 0: not given
llq_entry_sizes      = 0x5          # [P] 1 = 128, 2 = 192, 4 = 256 bytes
llq_recommended      = 0x1          # [P]
llq_header_loc       = 0x1          # [P] 1 inline, 2 ring
llq_before           = 0x7          # [P]
llq_stride           = 0x2          # [P] 1 single, 2 multiple
llq_accel_flags      = 0x3          # [P]
llq_accel_burst      = 512          # [P] bytes
llq_needs_accel      = false        # [P]

# -- offloads and RSS
tx_offloads          = 0x7f         # [I]
rx_offloads          = 0x0f         # [I]
rss_log2_min         = 7            # [I]
rss_log2_max         = 7            # [I]
rss_functions        = 0x2          # [P] Toeplitz
rss_key_settable     = true         # [P] with feature 10
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
gate_a               = true         # [P] protocol 15.4
gate_b               = false        # [I]
aenq_rule            = true         # [P] protocol 15.4
