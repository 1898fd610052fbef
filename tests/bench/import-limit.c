/* What the machine allows: reads a trace log and takes of every line its time, a number for its event, two pointers and three
 * integers into columns, and does nothing with them. The bench compares an import, which makes messages of them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS (1u << 20)
#define BUFFER (4u << 20)
#define SEGMENTS 4096
#define NAMES 4096

typedef struct {
  double us[ROWS];
  uint64_t pointer[2][ROWS];
  uint32_t number[3][ROWS];
  uint16_t event[ROWS];
} segment;

static uint32_t name_hash[NAMES];
static uint16_t name_number[NAMES];
static uint16_t names;

static uint16_t event_of(uint32_t hash) {
  uint32_t slot = (hash ^ hash >> 13) % NAMES;
  while (name_hash[slot] != 0 && name_hash[slot] != hash) slot = (slot + 1) % NAMES;
  if (name_hash[slot] == 0) {
    name_hash[slot] = hash;
    name_number[slot] = names++;
  }
  return name_number[slot];
}

static inline unsigned digit_of(uint8_t c) {
  unsigned digit = c - '0';
  if (digit <= 9) return digit;
  digit = (c | 32) - 'a';
  return digit <= 5 ? digit + 10 : 16;
}

/* One line that ends in a newline; gives the start of the next. */
static const uint8_t *take_line(const uint8_t *at, segment *into, uint32_t row) {
  uint32_t c, fraction = 0, hash = 2166136261u, pointers = 0, numbers = 0, previous;
  uint64_t pointer[2] = {0, 0}, seconds = 0;
  uint32_t number[3] = {0, 0, 0};
  while ((c = *at++) - '0' < 10u) {}
  if (c == '@') {
    while ((c = *at++) - '0' < 10u) seconds = seconds * 10 + (c - '0');
    while ((c = *at++) - '0' < 10u) fraction = fraction * 10 + (c - '0');
    c = *at++;
  }
  for (; c > ' '; c = *at++) hash = (hash ^ c) * 16777619u;
  while (c != '\n') {
    previous = c;
    c = *at++;
    if (c - '0' >= 10u || (previous != ' ' && previous != '=')) continue;
    if (c == '0' && *at == 'x') {
      uint64_t value = 0;
      unsigned digit;
      for (at++; (digit = digit_of(*at)) < 16; at++) value = value << 4 | digit;
      c = *at++;
      if (pointers < 2) pointer[pointers++] = value;
    } else {
      uint32_t value = c - '0';
      while ((c = *at++) - '0' < 10u) value = value * 10 + (c - '0');
      if (numbers < 3) number[numbers++] = value;
    }
  }
  into->us[row] = (double)seconds * 1e6 + fraction;
  into->event[row] = event_of(hash);
  for (int i = 0; i < 2; i++) into->pointer[i][row] = pointer[i];
  for (int i = 0; i < 3; i++) into->number[i][row] = number[i];
  return at;
}

int main(int argc, char **argv) {
  static segment *segments[SEGMENTS];
  uint8_t *buffer = malloc(BUFFER + 4096);
  size_t kept = 0, lines = 0;
  int file = argc > 1 ? open(argv[1], O_RDONLY) : -1;
  if (file < 0 || buffer == NULL) return 1;
  for (;;) {
    ssize_t count = read(file, buffer + kept, BUFFER - kept);
    if (count <= 0) break;
    size_t have = kept + (size_t)count;
    uint8_t *end = memrchr(buffer, '\n', have);
    if (end == NULL) return 1;
    for (const uint8_t *at = buffer; at <= end; lines++) {
      segment **slot = &segments[lines / ROWS % SEGMENTS];
      if (*slot == NULL && (*slot = malloc(sizeof(segment))) == NULL) return 1;
      at = take_line(at, *slot, lines % ROWS);
    }
    kept = have - (size_t)(end + 1 - buffer);
    memmove(buffer, end + 1, kept);
  }
  printf("%zu lines, %u events\n", lines, names);
  return 0;
}
