/* A vhost-user front-end and virtio-sound driver in one process, to time a back-end with.
 *
 *   guest-driver SOCKET ctrl N [GAP_US]   N PCM_INFO requests, one at a time: from the kick to the interrupt
 *   guest-driver SOCKET tx N BYTES DEPTH  N output messages, DEPTH in flight, as fast as they come back
 *   guest-driver SOCKET pace N BYTES DEPTH N output messages at 48 kHz stereo S16: how even they come back
 *
 * Prints one line of numbers, in microseconds: n, min, p50, p90, p99, max; messages a second after `tx`. */
#include "vhost-user.h"
#include <math.h>
#include <sys/eventfd.h>

#define SIZE 64
#define MEMORY_BYTES (64u << 20)
#define WARM_UP 2000
#define TIMEOUT_MS 5000

static uint8_t *memory;
static int sock, kicks[QUEUES], calls[QUEUES];
static uint16_t taken[QUEUES];

static Desc *descs(int q) { return (Desc *)(memory + q * 0x10000); }
static Avail *avail(int q) { return (Avail *)(memory + q * 0x10000 + 0x4000); }
static Used *used(int q) { return (Used *)(memory + q * 0x10000 + 0x8000); }

static void send_message(uint32_t request, const void *payload, uint32_t bytes, int fd) {
  uint8_t message[512];
  uint32_t header[3] = {request, VERSION_FLAG, bytes};
  memcpy(message, header, 12);
  memcpy(message + 12, payload, bytes);
  struct iovec part = {message, 12 + bytes};
  char control[CMSG_SPACE(sizeof fd)];
  struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd >= 0) {
    head.msg_control = control;
    head.msg_controllen = sizeof control;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&head);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  if (sendmsg(sock, &head, 0) != (ssize_t)(12 + bytes)) die("sendmsg");
}

static uint64_t ask(uint32_t request) {
  uint8_t answer[512];
  uint32_t bytes;
  uint64_t value = 0;
  send_message(request, "", 0, -1);
  if (recv(sock, answer, 12, MSG_WAITALL) != 12) die("no answer");
  memcpy(&bytes, answer + 8, 4);
  if (recv(sock, answer + 12, bytes, MSG_WAITALL) != (ssize_t)bytes) die("half an answer");
  memcpy(&value, answer + 12, bytes < 8 ? bytes : 8);
  return value;
}

static void send_u64(uint32_t request, uint64_t value, int fd) {
  send_message(request, &value, 8, fd);
}

static void send_state(uint32_t request, uint32_t index, uint32_t num) {
  uint32_t state[2] = {index, num};
  send_message(request, state, 8, -1);
}

static void attach(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  sock = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(sock, (void *)&address, sizeof address)) die("connect");
  int file = memfd_create("guest", 0);
  if (ftruncate(file, MEMORY_BYTES)) die("ftruncate");
  memory = mmap(0, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  memset(memory, 0, MEMORY_BYTES);
  uint64_t features = ask(GET_FEATURES);
  send_message(SET_OWNER, "", 0, -1);
  uint64_t protocol = ask(GET_PROTOCOL_FEATURES);
  send_u64(SET_PROTOCOL_FEATURES, protocol & (MQ_BIT | CONFIG_BIT), -1);
  send_u64(SET_FEATURES, features & (VERSION_1_BIT | PROTOCOL_FEATURES_BIT), -1);
  uint64_t table[5] = {1, 0, MEMORY_BYTES, (uintptr_t)memory, 0};
  send_message(SET_MEM_TABLE, table, sizeof table, file);
  for (int q = 0; q < QUEUES; q++) {
    kicks[q] = eventfd(0, EFD_NONBLOCK);
    calls[q] = eventfd(0, EFD_NONBLOCK);
    uint64_t where[5] = {q, (uintptr_t)descs(q), (uintptr_t)used(q), (uintptr_t)avail(q), 0};
    send_state(SET_VRING_NUM, q, SIZE);
    send_state(SET_VRING_BASE, q, 0);
    send_message(SET_VRING_ADDR, where, sizeof where, -1);
    send_u64(SET_VRING_CALL, q, calls[q]);
    send_u64(SET_VRING_KICK, q, kicks[q]);
  }
  for (int q = 0; q < QUEUES; q++) send_state(SET_VRING_ENABLE, q, 1);
  usleep(300000);
}

static void publish(int q, int head) {
  uint16_t at = avail(q)->idx;
  avail(q)->ring[at % SIZE] = head;
  __sync_synchronize();
  avail(q)->idx = at + 1;
  __sync_synchronize();
}

static void kick(int q) {
  uint64_t one = 1;
  if (write(kicks[q], &one, 8) != 8) die("kick");
}

/* Sleeps until the device has returned something. */
static void wait_used(int q) {
  while (used(q)->idx == taken[q]) {
    uint64_t count;
    struct pollfd call = {calls[q], POLLIN, 0};
    if (poll(&call, 1, TIMEOUT_MS) == 0) {
      fprintf(stderr, "nothing came back on queue %d\n", q);
      exit(2);
    }
    if (read(calls[q], &count, 8) < 0) continue;
  }
}

static uint32_t control(const void *request, uint32_t bytes, uint32_t answer_bytes) {
  const uint32_t at = 0x100000, status = at + 256, answer = at + 512;
  memcpy(memory + at, request, bytes);
  *(uint32_t *)(memory + status) = 0;
  uint16_t more = answer_bytes > 0 ? DESC_F_NEXT : 0;
  descs(CONTROLQ)[0] = (Desc){at, bytes, DESC_F_NEXT, 1};
  descs(CONTROLQ)[1] = (Desc){status, 4, DESC_F_WRITE | more, 2};
  descs(CONTROLQ)[2] = (Desc){answer, answer_bytes, DESC_F_WRITE, 0};
  publish(CONTROLQ, 0);
  kick(CONTROLQ);
  wait_used(CONTROLQ);
  taken[CONTROLQ]++;
  return *(uint32_t *)(memory + status);
}

static uint32_t info(void) {
  uint32_t request[4] = {PCM_INFO, 0, 1, 32};
  return control(request, sizeof request, 32);
}

static void command(uint32_t code) {
  uint32_t request[2] = {code, 0};
  if (control(request, sizeof request, 0) != STATUS_OK) {
    fprintf(stderr, "request 0x%x was refused\n", code);
    exit(1);
  }
}

static void set_params(uint32_t period_bytes, uint32_t depth) {
  uint32_t request[6] = {PCM_SET_PARAMS, 0, period_bytes * depth, period_bytes, 0, 0};
  uint8_t *tail = (uint8_t *)&request[5];
  tail[0] = 2; /* channels */
  tail[1] = 5; /* S16 */
  tail[2] = 7; /* 48 kHz */
  if (control(request, sizeof request, 0) != STATUS_OK) {
    fprintf(stderr, "SET_PARAMS was refused\n");
    exit(1);
  }
}

static int by_value(const void *one, const void *other) {
  double x = *(const double *)one, y = *(const double *)other;
  return (x > y) - (x < y);
}

static void print_spread(const char *name, double *values, int n) {
  qsort(values, n, sizeof *values, by_value);
  printf("%s n=%d min=%.2f p50=%.2f p90=%.2f p99=%.2f max=%.2f", name, n, values[0], values[n / 2],
         values[(int)(n * .9)], values[(int)(n * .99)], values[n - 1]);
}

static void time_control(int n, int gap_us, double *took) {
  for (int i = 0; i < WARM_UP; i++) info();
  for (int i = 0; i < n; i++) {
    double start = now_us();
    if (info() != STATUS_OK) exit(1);
    took[i] = now_us() - start;
    if (gap_us > 0) usleep(gap_us);
  }
  print_spread("ctrl", took, n);
  printf("\n");
}

static double posted[SIZE];

static void post(uint32_t slot, uint32_t bytes) {
  uint32_t at = 0x200000 + slot * 0x40000, status = at + 4 + bytes;
  Desc *first = &descs(TXQ)[3 * slot];
  *(uint32_t *)(memory + at) = 0;
  *(uint32_t *)(memory + status) = 0;
  first[0] = (Desc){at, 4, DESC_F_NEXT, 3 * slot + 1};
  first[1] = (Desc){at + 4, bytes, DESC_F_NEXT, 3 * slot + 2};
  first[2] = (Desc){status, 8, DESC_F_WRITE, 0};
  posted[slot] = now_us();
  publish(TXQ, 3 * slot);
  kick(TXQ);
}

/* Posts n messages, and notes for each when it came back and how long that took. */
static void play(uint32_t n, uint32_t bytes, double *back_at, double *took) {
  for (uint32_t done = 0, left = n; done < n;) {
    wait_used(TXQ);
    while (used(TXQ)->idx != taken[TXQ] && done < n) {
      uint32_t slot = used(TXQ)->ring[taken[TXQ]++ % SIZE].id / 3;
      double now = now_us();
      back_at[done] = now;
      took[done++] = now - posted[slot];
      if (left > 0) {
        left--;
        post(slot, bytes);
      }
    }
  }
}

static void time_throughput(uint32_t n, uint32_t bytes, uint32_t depth, double *at, double *took) {
  command(PCM_START);
  for (uint32_t slot = 0; slot < depth; slot++) post(slot, bytes);
  play(n / 10, bytes, at, took);
  double start = now_us();
  play(n, bytes, at, took);
  double seconds = (now_us() - start) / 1e6;
  print_spread("tx", took, n);
  printf(" persecond=%.0f\n", n / seconds);
}

/* Message k is due k periods after a common start: the one that makes the median error zero. */
static void time_pace(uint32_t n, uint32_t bytes, uint32_t depth, double *at, double *took) {
  double period = bytes / BYTES_PER_US;
  for (uint32_t slot = 0; slot < depth; slot++) post(slot, bytes);
  command(PCM_START);
  play(n, bytes, at, took);
  for (uint32_t k = 0; k < n; k++) took[k] = at[k] - k * period;
  double *sorted = malloc(n * sizeof *sorted);
  memcpy(sorted, took, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, by_value);
  double start = sorted[n / 2], rate = (at[n - 1] - at[0]) / ((n - 1) * period);
  for (uint32_t k = 0; k < n; k++) took[k] = fabs(took[k] - start);
  print_spread("pace", took, n);
  printf(" rate=%.6f\n", rate);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int n = atoi(argv[3]);
  double *at = malloc(n * sizeof *at), *took = malloc(n * sizeof *took);
  attach(argv[1]);
  if (!strcmp(argv[2], "ctrl")) {
    time_control(n, argc > 4 ? atoi(argv[4]) : 0, took);
    return 0;
  }
  if (argc < 6) return 2;
  uint32_t bytes = atoi(argv[4]), depth = atoi(argv[5]);
  for (int i = 0; i < 50; i++) info();
  set_params(bytes, depth);
  command(PCM_PREPARE);
  if (!strcmp(argv[2], "tx")) time_throughput(n, bytes, depth, at, took);
  else time_pace(n, bytes, depth, at, took);
  return 0;
}
