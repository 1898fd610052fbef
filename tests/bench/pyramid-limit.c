// The base of the pyramid's bench: the same work as src-core/audio/peaks.ts in C, as the compiler makes it at -O3: minimum,
// maximum and sum of squares for each channel and 256 frames of stereo S16, then levels of four.
// pyramid-limit FRAMES CHUNK_FRAMES: one chunk is filled once and scanned again and again, as in the bench.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BLOCK 256

static int16_t *low, *high;
static float *power;

static void scan(const int16_t *restrict words, long block) {
  int16_t min0 = 32767, max0 = -32768, min1 = 32767, max1 = -32768;
  uint64_t sum0 = 0, sum1 = 0;
  for (int i = 0; i < 2 * BLOCK; i += 2) {
    int16_t a = words[i], b = words[i + 1];
    min0 = a < min0 ? a : min0;
    max0 = a > max0 ? a : max0;
    min1 = b < min1 ? b : min1;
    max1 = b > max1 ? b : max1;
    sum0 += (uint32_t)((int32_t)a * a);
    sum1 += (uint32_t)((int32_t)b * b);
  }
  low[2 * block] = min0;
  low[2 * block + 1] = min1;
  high[2 * block] = max0;
  high[2 * block + 1] = max1;
  power[2 * block] = (float)sum0;
  power[2 * block + 1] = (float)sum1;
}

/** Levels lie one behind the other: each begins where the one below it ends. */
static void raise(long blocks) {
  long from = 0, to = blocks;
  for (long count = blocks; count > 1; count = (count + 3) / 4) {
    for (long parent = 0; 4 * parent < count; parent++) {
      for (int channel = 0; channel < 2; channel++) {
        long at = 2 * (to + parent) + channel;
        low[at] = 32767;
        high[at] = -32768;
        power[at] = 0;
        for (long child = 4 * parent; child < 4 * parent + 4 && child < count; child++) {
          long place = 2 * (from + child) + channel;
          if (low[place] < low[at]) low[at] = low[place];
          if (high[place] > high[at]) high[at] = high[place];
          power[at] += power[place];
        }
      }
    }
    from = to;
    to += (count + 3) / 4;
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  long frames = atol(argv[1]), chunk = atol(argv[2]);
  long blocks = frames / BLOCK, room = 2 * (2 * blocks + 64);
  int16_t *words = malloc(4 * chunk);
  uint32_t state = 1;
  for (long i = 0; i < 2 * chunk; i++) words[i] = (int16_t)((state = state * 1664525u + 1013904223u) >> 16);
  low = malloc(room * sizeof *low);
  high = malloc(room * sizeof *high);
  power = malloc(room * sizeof *power);
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (long block = 0; block < blocks; block++) scan(words + 2 * ((block * BLOCK) % chunk), block);
  raise(blocks);
  clock_gettime(CLOCK_MONOTONIC, &to);
  double ms = (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6;
  printf("ms=%.2f check=%d\n", ms, low[0] + high[1] + (int)power[2 * blocks]);
  return 0;
}
