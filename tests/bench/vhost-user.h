/* What the front-end and the device of the benches share: rings and messages as they lie in memory. */
#pragma once
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { DESC_F_NEXT = 1, DESC_F_WRITE = 2 };
enum { CONTROLQ, EVENTQ, TXQ, RXQ, QUEUES };

/* Spec: 2.7.5, 2.7.6, 2.7.8 */
typedef struct {
  uint64_t addr;
  uint32_t len;
  uint16_t flags, next;
} Desc;

typedef struct {
  volatile uint16_t flags, idx, ring[];
} Avail;

typedef struct {
  volatile uint16_t flags, idx;
  struct {
    volatile uint32_t id, len;
  } ring[];
} Used;

/* Requests of the vhost-user protocol. */
enum {
  GET_FEATURES = 1,
  SET_FEATURES = 2,
  SET_OWNER = 3,
  SET_MEM_TABLE = 5,
  SET_VRING_NUM = 8,
  SET_VRING_ADDR = 9,
  SET_VRING_BASE = 10,
  GET_VRING_BASE = 11,
  SET_VRING_KICK = 12,
  SET_VRING_CALL = 13,
  GET_PROTOCOL_FEATURES = 15,
  SET_PROTOCOL_FEATURES = 16,
  GET_QUEUE_NUM = 17,
  SET_VRING_ENABLE = 18,
  GET_CONFIG = 24,
};
enum { VERSION_FLAG = 1, REPLY_FLAG = 4, NEED_REPLY_FLAG = 8 };

#define PROTOCOL_FEATURES_BIT (1ull << 30)
#define VERSION_1_BIT (1ull << 32)
#define MQ_BIT (1ull << 0)
#define REPLY_ACK_BIT (1ull << 3)
#define CONFIG_BIT (1ull << 9)

/* Requests and the good status of virtio-sound. Spec: 5.14.6 */
enum {
  PCM_INFO = 0x100,
  PCM_SET_PARAMS = 0x101,
  PCM_PREPARE = 0x102,
  PCM_RELEASE = 0x103,
  PCM_START = 0x104,
  PCM_STOP = 0x105,
  STATUS_OK = 0x8000,
};

/* 48 kHz, stereo, S16. */
#define BYTES_PER_US (48000.0 * 4 / 1e6)

static inline double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec * 1e-3;
}

static inline void die(const char *what) {
  perror(what);
  exit(1);
}
