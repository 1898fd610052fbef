/* What it costs to take messages off a split ring and give them back, in C: each message of three descriptors is walked,
 * its payload copied, its times noted, its status written. Guest and device are one thread, and only the device is timed.
 *
 *   ring-limit N BYTES     prints nanoseconds a message */
#include "vhost-user.h"

#define SIZE 64
#define BATCH 16
#define LOG (1u << 20)
#define MEMORY_BYTES (1 << 24)

static uint8_t *memory, pcm[1 << 22];
static uint32_t pcm_at, log_end, log_bytes[LOG], log_stream[LOG];
static uint16_t log_head[LOG], guest_avail, guest_used, next_avail, next_used;
static double log_time[LOG];

static Desc *descs(void) { return (Desc *)memory; }
static Avail *avail(void) { return (Avail *)(memory + 0x4000); }
static Used *used(void) { return (Used *)(memory + 0x8000); }
static uint32_t slot_at(int slot) { return 0x100000 + slot * 0x10000; }

static void guest_posts(void) {
  for (int slot = 0; slot < BATCH; slot++) {
    *(uint32_t *)(memory + slot_at(slot)) = 0;
    *(uint32_t *)(memory + slot_at(slot) + 0xf000) = 0;
    avail()->ring[guest_avail++ % SIZE] = 3 * slot;
  }
  avail()->idx = guest_avail;
}

static int guest_takes(void) {
  int good = 0;
  for (; guest_used != used()->idx; guest_used++) {
    uint32_t slot = used()->ring[guest_used % SIZE].id / 3;
    if (*(uint32_t *)(memory + slot_at(slot) + 0xf000) == STATUS_OK) good++;
  }
  return good;
}

static void __attribute__((noinline)) device(double now) {
  uint16_t end = avail()->idx;
  while (next_avail != end) {
    uint32_t head = avail()->ring[next_avail++ % SIZE], header_left = 4, bytes = 0, steps = 0;
    uint64_t status = 0, first = 0;
    for (uint32_t i = head;; i = descs()[i].next) {
      Desc d = descs()[i];
      if (d.addr + d.len > MEMORY_BYTES || ++steps > SIZE) abort();
      if (d.flags & DESC_F_WRITE) {
        status = d.addr;
      } else {
        if (first == 0) first = d.addr;
        uint32_t skip = header_left < d.len ? header_left : d.len, left = d.len - skip;
        header_left -= skip;
        if (pcm_at + left > sizeof pcm) pcm_at = 0;
        memcpy(pcm + pcm_at, memory + d.addr + skip, left);
        pcm_at += left;
        bytes += left;
      }
      if (!(d.flags & DESC_F_NEXT)) break;
    }
    uint32_t row = log_end++ % LOG;
    log_time[row] = now;
    log_head[row] = head;
    log_bytes[row] = bytes;
    log_stream[row] = *(uint32_t *)(memory + first);
    *(uint64_t *)(memory + status) = STATUS_OK;
    used()->ring[next_used % SIZE].id = head;
    used()->ring[next_used++ % SIZE].len = 8;
  }
  used()->idx = next_used;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  int n = atoi(argv[1]), bytes = atoi(argv[2]);
  double us = 0;
  long good = 0;
  memory = calloc(1, MEMORY_BYTES);
  for (int slot = 0; slot < BATCH; slot++) {
    Desc *first = &descs()[3 * slot];
    first[0] = (Desc){slot_at(slot), 4, DESC_F_NEXT, 3 * slot + 1};
    first[1] = (Desc){slot_at(slot) + 64, bytes, DESC_F_NEXT, 3 * slot + 2};
    first[2] = (Desc){slot_at(slot) + 0xf000, 8, DESC_F_WRITE, 0};
  }
  for (int i = -2000; i < n / BATCH; i++) {
    guest_posts();
    double start = now_us();
    device(start);
    double took = now_us() - start;
    int taken = guest_takes();
    if (i < 0) continue;
    us += took;
    good += taken;
  }
  printf("ring n=%ld ns=%.1f\n", good, us * 1e3 / good);
  return 0;
}
