/*
 * The limits of a processor as far as products of weights and activations meet them, on so many
 * threads at once. Weights and activations of products are in the first-level cache; everything is
 * measured over and over for half a second per round, and the median of five rounds is printed.
 */
#define _GNU_SOURCE
#include <immintrin.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 5, TOKENS = 4, BLOCK = 32, STEPS = 8, BLOCKS = 8, MOST_THREADS = 256 };
static const size_t MEMORY = 512u << 20;

/* What one thread works on: two groups of 32 rows, a span of 256 columns. */
typedef struct {
  uint16_t *weights;     /* [block][step][2 groups][32 rows], four nibbles each */
  int16_t *activations;  /* [token][column] */
  uint32_t *bytes;       /* [token][column / 4]: four activations each */
  float *scales;         /* [block][64 rows] */
  float *by;             /* [token][block] */
  float *results;        /* [token][64 rows] */
  uint8_t *memory;
} Data;

typedef double (*Measured)(Data *, long); /* returns operations or bytes done */

static volatile long sink;

static double read_memory(Data *d, long times) {
  __m512i sum = _mm512_setzero_si512();
  for (long i = 0; i < times; i++) {
    const uint8_t *at = d->memory, *second = d->memory + MEMORY / 2;
    for (size_t b = 0; b < MEMORY / 2; b += 128) {
      sum = _mm512_add_epi64(sum, _mm512_load_si512(at + b));
      sum = _mm512_add_epi64(sum, _mm512_load_si512(second + b));
      sum = _mm512_add_epi64(sum, _mm512_load_si512(at + b + 64));
      sum = _mm512_add_epi64(sum, _mm512_load_si512(second + b + 64));
    }
  }
  sink += _mm512_reduce_add_epi64(sum);
  return (double)times * MEMORY;
}

/* Sums of a block, of four tokens and two groups. */
static inline void sums(const Data *d, int block, __m512i a[TOKENS][2]) {
  for (int t = 0; t < TOKENS; t++) a[t][0] = a[t][1] = _mm512_setzero_si512();
#pragma GCC unroll 1
  for (int step = 0; step < STEPS; step++) {
    const uint16_t *w = d->weights + (block * STEPS + step) * 64;
    __m512i w0 = _mm512_load_si512(w), w1 = _mm512_load_si512(w + 32);
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) {
      __m512i v0 = k == 0 ? w0 : _mm512_srli_epi16(w0, 4 * k);
      __m512i v1 = k == 0 ? w1 : _mm512_srli_epi16(w1, 4 * k);
#pragma GCC unroll 4
      for (int t = 0; t < TOKENS; t++) {
        __m512i x = _mm512_set1_epi16(d->activations[t * 256 + block * BLOCK + step * 4 + k]);
        a[t][0] = _mm512_add_epi16(a[t][0], _mm512_mullo_epi16(v0, x));
        a[t][1] = _mm512_add_epi16(a[t][1], _mm512_mullo_epi16(v1, x));
      }
    }
  }
}

static double lanes(Data *d, long times) {
  __m512i all = _mm512_setzero_si512();
  for (long i = 0; i < times; i++) {
    for (int b = 0; b < BLOCKS; b++) {
      __m512i a[TOKENS][2];
      sums(d, b, a);
      for (int t = 0; t < TOKENS; t++) all = _mm512_xor_si512(all, _mm512_add_epi16(a[t][0], a[t][1]));
    }
  }
  sink += _mm512_reduce_add_epi64(all);
  return (double)times * BLOCKS * TOKENS * 64 * BLOCK;
}

static double scaled(Data *d, long times) {
  const __m512i odd = _mm512_set1_epi32((int)0xFFFF0000);
  for (long i = 0; i < times; i++) {
    for (int b = 0; b < BLOCKS; b++) {
      __m512i a[TOKENS][2];
      sums(d, b, a);
      for (int t = 0; t < TOKENS; t++) {
        __m512 by = _mm512_set1_ps(d->by[t * BLOCKS + b]);
        for (int g = 0; g < 2; g++) {
          float *out = d->results + t * 64 + g * 32;
          const float *s = d->scales + b * 64 + g * 32;
          __m512 low = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_slli_epi32(a[t][g], 16)), _mm512_load_ps(s));
          __m512 high = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_and_si512(a[t][g], odd)), _mm512_load_ps(s + 16));
          _mm512_store_ps(out, _mm512_fmadd_ps(low, by, _mm512_load_ps(out)));
          _mm512_store_ps(out + 16, _mm512_fmadd_ps(high, by, _mm512_load_ps(out + 16)));
        }
      }
    }
  }
  return (double)times * BLOCKS * TOKENS * 64 * BLOCK;
}

/* Four columns of 16 rows in a dot product; nibbles are unpacked for all tokens. */
static double bytes(Data *d, long times) {
  const __m512i nibble = _mm512_set1_epi8(15);
  __m512i all = _mm512_setzero_si512();
  for (long i = 0; i < times; i++) {
    for (int b = 0; b < BLOCKS; b++) {
      __m512i a[TOKENS][4];
      for (int t = 0; t < TOKENS; t++) for (int g = 0; g < 4; g++) a[t][g] = _mm512_setzero_si512();
#pragma GCC unroll 1
      for (int step = 0; step < BLOCK / 8; step++) {
        const uint16_t *w = d->weights + (b * BLOCK / 8 + step) * 128;
#pragma GCC unroll 4
        for (int g = 0; g < 4; g++) {
          __m512i v = _mm512_load_si512(w + g * 32);
          __m512i low = _mm512_and_si512(v, nibble);
          __m512i high = _mm512_and_si512(_mm512_srli_epi16(v, 4), nibble);
#pragma GCC unroll 4
          for (int t = 0; t < TOKENS; t++) {
            const uint32_t *x = d->bytes + t * 64 + b * 8 + step * 2;
            a[t][g] = _mm512_dpbusd_epi32(a[t][g], low, _mm512_set1_epi32((int)x[0]));
            a[t][g] = _mm512_dpbusd_epi32(a[t][g], high, _mm512_set1_epi32((int)x[1]));
          }
        }
      }
      for (int t = 0; t < TOKENS; t++) for (int g = 0; g < 4; g++) all = _mm512_xor_si512(all, a[t][g]);
    }
  }
  sink += _mm512_reduce_add_epi64(all);
  return (double)times * BLOCKS * TOKENS * 64 * BLOCK;
}

static double floats(Data *d, long times) {
  __m512 a[16], w = _mm512_load_ps(d->scales), x = _mm512_set1_ps(d->by[0]);
#pragma GCC unroll 16
  for (int j = 0; j < 16; j++) a[j] = _mm512_set1_ps((float)j);
  for (long i = 0; i < times * 64; i++) {
#pragma GCC unroll 16
    for (int j = 0; j < 16; j++) a[j] = _mm512_fmadd_ps(w, x, a[j]);
  }
#pragma GCC unroll 16
  for (int j = 1; j < 16; j++) a[0] = _mm512_add_ps(a[0], a[j]);
  sink += (long)_mm512_reduce_add_ps(a[0]);
  return (double)times * 64 * 16 * 16;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *allocate(size_t bytes) {
  uint8_t *p = aligned_alloc(64, bytes);
  if (p == NULL) {
    fprintf(stderr, "limits: no %zu bytes of memory\n", bytes);
    exit(1);
  }
  for (size_t i = 0; i < bytes; i++) p[i] = (uint8_t)(i * 31 + 7);
  return p;
}

static pthread_barrier_t barrier;
static Measured measured;
static long grain;
static double rates[MOST_THREADS][ROUNDS];

static void *work(void *argument) {
  long index = (long)argument;
  Data d = {0};
  d.weights = allocate(BLOCKS * STEPS * 128);
  d.activations = allocate(TOKENS * 256 * 2);
  d.bytes = allocate(TOKENS * 256);
  d.scales = allocate(BLOCKS * 64 * 4);
  d.by = allocate(TOKENS * BLOCKS * 4);
  d.results = allocate(TOKENS * 64 * 4);
  for (int i = 0; i < BLOCKS * 64; i++) d.scales[i] = 1e-3f;
  for (int i = 0; i < TOKENS * BLOCKS; i++) d.by[i] = 1e-3f;
  memset(d.results, 0, TOKENS * 64 * 4);
  if (measured == read_memory) d.memory = allocate(MEMORY);
  for (int round = -1; round < ROUNDS; round++) {
    pthread_barrier_wait(&barrier);
    double start = now(), done = 0, took;
    do {
      done += measured(&d, grain);
      took = now() - start;
    } while (took < 0.5);
    if (round >= 0) rates[index][round] = done / took;
  }
  free(d.weights); free(d.activations); free(d.bytes); free(d.scales); free(d.by); free(d.results); free(d.memory);
  return NULL;
}

static int ascending(const void *a, const void *b) {
  return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* Of all threads together, in 10⁹ a second: the median round, the slowest and the fastest. */
static void measure(const char *what, const char *unit, Measured how, long times, int threads, int each) {
  pthread_t started[MOST_THREADS];
  measured = how;
  grain = times;
  pthread_barrier_init(&barrier, NULL, threads);
  for (long i = 0; i < threads; i++) pthread_create(&started[i], NULL, work, (void *)i);
  for (int i = 0; i < threads; i++) pthread_join(started[i], NULL);
  pthread_barrier_destroy(&barrier);
  double all[ROUNDS] = {0};
  for (int r = 0; r < ROUNDS; r++) {
    for (int i = 0; i < threads; i++) all[r] += rates[i][r] / (each ? threads : 1) / 1e9;
  }
  qsort(all, ROUNDS, sizeof(double), ascending);
  printf("%-58s %7.1f [%.1f … %.1f] %s\n", what, all[ROUNDS / 2], all[0], all[ROUNDS - 1], unit);
  fflush(stdout);
}

int main(int count, char **arguments) {
  int threads = count > 1 ? atoi(arguments[1]) : 2;
  if (threads < 1 || threads > MOST_THREADS) {
    fprintf(stderr, "limits: threads are 1 to %d, not %s\n", MOST_THREADS, arguments[1]);
    return 2;
  }
  if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vnni")) {
    fprintf(stderr, "limits: needs a processor with AVX-512 and VNNI\n");
    return 1;
  }
  const char *each = "10⁹ multiply-adds/s per thread";
  printf("threads: %d; medians of %d rounds\n", threads, ROUNDS);
  measure("reading memory", "GB/s, all threads", read_memory, 1, threads, 0);
  measure("16-bit lanes, sums alone", each, lanes, 1000, threads, 1);
  measure("16-bit lanes, with the scales of Q4_0", each, scaled, 1000, threads, 1);
  measure("floats, fused", each, floats, 1000, threads, 1);
  measure("bytes (VNNI), sums alone", each, bytes, 1000, threads, 1);
  return 0;
}
