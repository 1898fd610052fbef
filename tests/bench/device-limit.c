/* A virtio-sound device that does no more than the guest can see: the limit of what a back-end can reach.
 *
 *   device-limit SOCKET null     returns output messages at once
 *   device-limit SOCKET audio    returns them when 48 kHz stereo S16 would have played them */
#include "vhost-user.h"

#define REGIONS 64
#define WAITING 1024

typedef struct {
  uint32_t size;
  Desc *descs;
  Avail *avail;
  Used *used;
  uint16_t next_avail, next_used;
  int kick, call;
} Queue;

static struct {
  uint64_t guest, bytes, user;
  uint8_t *at;
} regions[REGIONS];
static int region_count, sock, is_paced, is_running;
static Queue queues[QUEUES];
static uint8_t pcm[1 << 22];
static uint32_t pcm_at;

/* Output messages that wait for their moment; before START that is never. */
static struct {
  double due_us;
  uint32_t head, bytes;
  uint8_t *status;
} waiting[WAITING];
static uint32_t first_waiting, end_waiting;
static double clock_us;

static uint8_t *guest(uint64_t address) {
  for (int i = 0; i < region_count; i++)
    if (address - regions[i].guest < regions[i].bytes) return regions[i].at + (address - regions[i].guest);
  abort();
}

static void *user(uint64_t address) {
  for (int i = 0; i < region_count; i++)
    if (address - regions[i].user < regions[i].bytes) return regions[i].at + (address - regions[i].user);
  abort();
}

static void push_used(Queue *q, uint32_t head, uint32_t bytes) {
  uint16_t at = q->next_used++;
  q->used->ring[at % q->size].id = head;
  q->used->ring[at % q->size].len = bytes;
  __atomic_store_n(&q->used->idx, q->next_used, __ATOMIC_RELEASE);
}

static void interrupt(Queue *q) {
  uint64_t one = 1;
  if (q->call >= 0 && write(q->call, &one, 8) < 0) return;
}

static void finish_first(void) {
  *(uint64_t *)waiting[first_waiting % WAITING].status = STATUS_OK;
  push_used(&queues[TXQ], waiting[first_waiting % WAITING].head, 8);
  first_waiting++;
}

static void start(void) {
  is_running = 1;
  clock_us = now_us();
  for (uint32_t i = first_waiting; i != end_waiting; i++)
    waiting[i % WAITING].due_us = clock_us += waiting[i % WAITING].bytes / BYTES_PER_US;
}

static void release(void) {
  is_running = 0;
  if (first_waiting == end_waiting) return;
  while (first_waiting != end_waiting) finish_first();
  interrupt(&queues[TXQ]);
}

static void take_control(Queue *q, uint32_t head, const uint32_t *request, uint8_t **writable) {
  uint32_t written = 4;
  *(uint32_t *)writable[0] = STATUS_OK;
  if (request[0] == PCM_INFO) {
    for (uint32_t i = 0; i < request[2]; i++, written += 32) {
      uint8_t *info = writable[1] + 32 * i;
      memset(info, 0, 32);
      info[8] = 1 << 5;   /* S16 */
      info[16] = 1 << 7;  /* 48 kHz */
      info[25] = 1;
      info[26] = 2;
    }
  }
  push_used(q, head, written);
  if (request[0] == PCM_START) start();
  if (request[0] == PCM_STOP) is_running = 0;
  if (request[0] == PCM_RELEASE) release();
}

static void take_output(uint32_t head, uint32_t bytes, uint8_t *status) {
  double now = now_us();
  if (is_running) {
    if (clock_us < now && first_waiting == end_waiting) clock_us = clock_us > now - 1000 ? clock_us : now - 1000;
    clock_us += bytes / BYTES_PER_US;
  }
  uint32_t at = end_waiting++ % WAITING;
  waiting[at].due_us = is_running ? clock_us : 0;
  waiting[at].bytes = bytes;
  waiting[at].head = head;
  waiting[at].status = status;
}

static uint32_t keep(const uint8_t *from, uint32_t bytes) {
  if (pcm_at + bytes > sizeof pcm) pcm_at = 0;
  memcpy(pcm + pcm_at, from, bytes);
  pcm_at += bytes;
  return bytes;
}

static void serve(int index) {
  Queue *q = &queues[index];
  int has_pushed = 0;
  if (q->size == 0 || index == EVENTQ || index == RXQ) return;
  while (q->next_avail != __atomic_load_n(&q->avail->idx, __ATOMIC_ACQUIRE)) {
    uint32_t head = q->avail->ring[q->next_avail++ % q->size], header_left = 4, bytes = 0;
    uint8_t *writable[8], *request = 0;
    int writable_count = 0;
    for (uint32_t i = head;; i = q->descs[i].next) {
      const Desc *d = &q->descs[i];
      uint8_t *at = guest(d->addr);
      if (d->flags & DESC_F_WRITE) {
        writable[writable_count++] = at;
      } else {
        if (request == 0) request = at;
        uint32_t skip = header_left < d->len ? header_left : d->len;
        header_left -= skip;
        if (index == TXQ && d->len > skip) bytes += keep(at + skip, d->len - skip);
      }
      if (!(d->flags & DESC_F_NEXT)) break;
    }
    if (index == CONTROLQ) {
      take_control(q, head, (uint32_t *)request, writable);
      has_pushed = 1;
    } else if (is_paced) {
      take_output(head, bytes, writable[0]);
    } else {
      *(uint64_t *)writable[0] = STATUS_OK;
      push_used(q, head, 8);
      has_pushed = 1;
    }
  }
  if (has_pushed) interrupt(q);
}

/* Gives the number of descriptors that came along, or -1 when the front-end has gone. */
static int receive(void *target, uint32_t bytes, int *fds) {
  struct iovec part = {target, bytes};
  char control[256];
  struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  int count = 0;
  if (recvmsg(sock, &head, MSG_WAITALL) < (ssize_t)bytes) return -1;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&head); c; c = CMSG_NXTHDR(&head, c)) {
    if (c->cmsg_type != SCM_RIGHTS) continue;
    count = (c->cmsg_len - CMSG_LEN(0)) / sizeof *fds;
    memcpy(fds, CMSG_DATA(c), count * sizeof *fds);
  }
  return count;
}

static void reply(uint32_t request, const void *payload, uint32_t bytes) {
  uint8_t message[512];
  uint32_t header[3] = {request, VERSION_FLAG | REPLY_FLAG, bytes};
  memcpy(message, header, 12);
  memcpy(message + 12, payload, bytes);
  if (write(sock, message, 12 + bytes) < 0) die("reply");
}

static void map_regions(const uint64_t *table, const int *fds) {
  region_count = (uint32_t)table[0];
  for (int i = 0; i < region_count; i++) {
    const uint64_t *region = table + 1 + 4 * i;
    regions[i].guest = region[0];
    regions[i].bytes = region[1];
    regions[i].user = region[2];
    uint8_t *at = mmap(0, region[1] + region[3], PROT_READ | PROT_WRITE, MAP_SHARED, fds[i], 0);
    regions[i].at = at + region[3];
  }
}

/* Says whether it answered. */
static int handle(uint32_t request, uint8_t *payload, uint32_t bytes, const int *fds, int fd_count) {
  uint32_t *words = (uint32_t *)payload;
  uint64_t *longs = (uint64_t *)payload, value;
  Queue *q = &queues[payload[0] % QUEUES];
  int fd = fd_count > 0 ? fds[0] : -1;
  switch (request) {
    case GET_FEATURES: value = VERSION_1_BIT | PROTOCOL_FEATURES_BIT; break;
    case GET_PROTOCOL_FEATURES: value = MQ_BIT | REPLY_ACK_BIT | CONFIG_BIT; break;
    case GET_QUEUE_NUM: value = QUEUES; break;
    case SET_MEM_TABLE: map_regions(longs, fds); return 0;
    case SET_VRING_NUM: q->size = words[1]; return 0;
    case SET_VRING_ADDR:
      q->descs = user(longs[1]);
      q->used = user(longs[2]);
      q->avail = user(longs[3]);
      q->next_used = q->used->idx;
      return 0;
    case SET_VRING_BASE: q->next_avail = words[1]; return 0;
    case GET_VRING_BASE:
      words[1] = q->next_avail;
      q->kick = -1;
      reply(request, payload, 8);
      return 1;
    case SET_VRING_KICK: q->kick = fd; return 0;
    case SET_VRING_CALL: q->call = fd; return 0;
    case GET_CONFIG:
      words[4] = 1; /* streams */
      reply(request, payload, bytes);
      return 1;
    default: return 0;
  }
  reply(request, &value, 8);
  return 1;
}

/* Says whether the front-end is still there. */
static int take_message(void) {
  uint32_t header[3];
  int fds[64], more[64], count = receive(header, 12, fds);
  uint8_t payload[1024] = {0};
  if (count < 0) return 0;
  if (header[2] > 0) {
    int later = receive(payload, header[2], more);
    if (later > 0) memcpy(fds, more, sizeof more);
    if (later > 0) count = later;
  }
  uint64_t done = 0;
  int has_answered = handle(header[0], payload, header[2], fds, count);
  if ((header[1] & NEED_REPLY_FLAG) && !has_answered) reply(header[0], &done, 8);
  return 1;
}

static void finish_due(void) {
  int has_pushed = 0;
  while (is_running && first_waiting != end_waiting && waiting[first_waiting % WAITING].due_us <= now_us()) {
    finish_first();
    has_pushed = 1;
  }
  if (has_pushed) interrupt(&queues[TXQ]);
}

/* Until the next message is due; 0 when none is. */
static struct timespec *time_left(struct timespec *left) {
  if (!is_running || first_waiting == end_waiting) return 0;
  double us = waiting[first_waiting % WAITING].due_us - now_us();
  if (us < 0) us = 0;
  left->tv_sec = us / 1e6;
  left->tv_nsec = (us - left->tv_sec * 1e6) * 1e3;
  return left;
}

static void wait_for_front_end(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  unlink(path);
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 1)) die("listen");
  printf("READY %s\n", path);
  fflush(stdout);
  sock = accept(listener, 0, 0);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  is_paced = !strcmp(argv[2], "audio");
  for (int i = 0; i < QUEUES; i++) queues[i].kick = queues[i].call = -1;
  wait_for_front_end(argv[1]);
  for (;;) {
    struct pollfd polled[1 + QUEUES] = {{sock, POLLIN, 0}};
    struct timespec left;
    for (int i = 0; i < QUEUES; i++) polled[1 + i] = (struct pollfd){queues[i].kick, POLLIN, 0};
    ppoll(polled, 1 + QUEUES, time_left(&left), 0);
    finish_due();
    for (int i = 0; i < QUEUES; i++) {
      uint64_t count;
      if (!(polled[1 + i].revents & POLLIN)) continue;
      if (read(queues[i].kick, &count, 8) == 8) serve(i);
    }
    if (polled[0].revents && !take_message()) return 0;
  }
}
