/*
 * Measures llama.cpp through its own library, without a binding: tokens per second of a prompt, of
 * generation and of several sequences at once, as llama-bench does (logits of a prompt's last token
 * only, of every generated token; no sampling). One measurement per line of standard input:
 *
 *   prompt N        prompt processing of N tokens
 *   generate N S    N tokens for each of S sequences at once, after 16 tokens of prompt each
 *   depth N D       N tokens of one sequence after D tokens
 *
 * Library headers are not needed: of the parameter structures only the first fields are set, whose
 * places have not changed for years; they are passed on as opaque bytes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  union {
    uint32_t first[4]; /* of a context: n_ctx, n_batch, n_ubatch, n_seq_max */
    char bytes[1024];
  } u;
} params;

typedef struct {
  int32_t n_tokens;
  int32_t *token;
  float *embd;
  int32_t *pos;
  int32_t *n_seq_id;
  int32_t **seq_id;
  int8_t *logits;
} batch;

static void *library;
static void *context;
static batch work;
static int vocabulary = 32000;
static int32_t (*decode)(void *, batch);
static void (*synchronize)(void *);
static void *(*memory)(void *);
static void (*clear)(void *, _Bool);

static void *symbol(const char *name) {
  void *found = dlsym(library, name);
  if (!found) {
    fprintf(stderr, "no %s: %s\n", name, dlerror());
    exit(3);
  }
  return found;
}

static void silent(int level, const char *text, void *data) {
  (void)data;
  if (level >= 4 || getenv("PEER_LOG")) fputs(text, stderr);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void add(int token, int position, int sequence, int logits) {
  int i = work.n_tokens++;
  work.token[i] = token;
  work.pos[i] = position;
  work.n_seq_id[i] = 1;
  work.seq_id[i][0] = sequence;
  work.logits[i] = logits;
}

static void run(void) {
  int rc = decode(context, work);
  if (rc) {
    fprintf(stderr, "decode failed: %d\n", rc);
    exit(3);
  }
  work.n_tokens = 0;
}

static int some(void) { return 3 + rand() % (vocabulary - 3); }

static double prompt(int n) {
  clear(memory(context), 1);
  double start = now();
  for (int i = 0; i < n; i++) {
    add(some(), i, 0, i == n - 1);
    if (work.n_tokens == 512) run();
  }
  if (work.n_tokens) run();
  synchronize(context);
  return n / (now() - start);
}

static double generate(int n, int sequences, int depth) {
  clear(memory(context), 1);
  for (int s = 0; s < sequences; s++) {
    for (int i = 0; i < depth; i++) {
      add(some(), i, s, i == depth - 1);
      if (work.n_tokens == 512) run();
    }
    if (work.n_tokens) run();
  }
  synchronize(context);
  double start = now();
  for (int i = 0; i < n; i++) {
    for (int s = 0; s < sequences; s++) add(some(), depth + i, s, 1);
    run();
    synchronize(context);
  }
  return (double)n * sequences / (now() - start);
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "peer LIBRARY-FOLDER MODEL THREADS SEQUENCES CONTEXT-PER-SEQUENCE\n");
    return 2;
  }
  char path[4096];
  const char *names[] = {"libggml-base.so", "libggml.v0.5.0.so", "libllama.v0.5.0.so"};
  for (int i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/%s", argv[1], names[i]);
    library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
      fprintf(stderr, "%s\n", dlerror());
      return 3;
    }
  }
  library = RTLD_DEFAULT;
  ((void (*)(void *, void *))symbol("llama_log_set"))((void *)silent, NULL);
  ((void (*)(const char *))symbol("ggml_backend_load_all_from_path"))(argv[1]);
  ((void (*)(void))symbol("llama_backend_init"))();
  params p = ((params(*)(void))symbol("llama_model_default_params"))();
  void *model = ((void *(*)(const char *, params))symbol("llama_model_load_from_file"))(argv[2], p);
  if (!model) return 3;
  void *words = ((void *(*)(void *))symbol("llama_model_get_vocab"))(model);
  vocabulary = ((int32_t(*)(void *))symbol("llama_vocab_n_tokens"))(words);
  int threads = atoi(argv[3]), sequences = atoi(argv[4]);
  p = ((params(*)(void))symbol("llama_context_default_params"))();
  p.u.first[0] = sequences * atoi(argv[5]);
  p.u.first[1] = 512;
  p.u.first[2] = 512;
  p.u.first[3] = sequences;
  context = ((void *(*)(void *, params))symbol("llama_init_from_model"))(model, p);
  if (!context) return 3;
  ((void (*)(void *, int32_t, int32_t))symbol("llama_set_n_threads"))(context, threads, threads);
  decode = symbol("llama_decode");
  synchronize = symbol("llama_synchronize");
  memory = symbol("llama_get_memory");
  clear = symbol("llama_memory_clear");
  work = ((batch(*)(int32_t, int32_t, int32_t))symbol("llama_batch_init"))(512, 0, 1);
  printf("ready %s\n", ((const char *(*)(void))symbol("llama_print_system_info"))());
  fflush(stdout);
  char line[200];
  while (fgets(line, sizeof line, stdin)) {
    int n, other;
    if (sscanf(line, "prompt %d", &n) == 1) printf("%.3f\n", prompt(n));
    else if (sscanf(line, "generate %d %d", &n, &other) == 2) printf("%.3f\n", generate(n, other, 16));
    else if (sscanf(line, "depth %d %d", &n, &other) == 2) printf("%.3f\n", generate(n, 1, other));
    else break;
    fflush(stdout);
  }
  return 0;
}
