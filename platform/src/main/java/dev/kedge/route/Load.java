package dev.kedge.route;

/**
 * How much work lies before a server: our own calls, counted as they start and end, and what the
 * server says of itself, for the work that comes from elsewhere.
 *
 * <p>The estimate is the time until the first token of one more call. Prompts are worked off one
 * after the other at some speed; that speed is measured: whenever a first part arrives, the prompt
 * tokens that lay before it when it started, its own included, over the time it took. Sums of both
 * fade with each sample and with time, so that long prompts weigh more than short ones and the past
 * is forgotten. What is not measured is taken to be as fast as its fastest peer: so a new server,
 * and one that was slow and then had no calls, is given some and measured.
 *
 * <p>Thread-safe; each operation is a few dozen nanoseconds under a lock of its own.
 */
final class Load {
  private static final double FADE = 0.98;
  private static final long HALF_LIFE_NANOS = 30_000_000_000L;
  private static final long FADE_STEP_NANOS = 1_000_000_000L;
  /* What a peer's speed weighs beside what is measured: about one prompt. */
  private static final double PEER_TOKENS = 1000;
  private static final double FASTEST_TOKENS_PER_SECOND = 1e7;
  private static final double NANOS = 1e-9;
  /* What one running call takes of the prompts' time; from 0.02 to 0.1 simulations differ little. */
  private static final double BATCH_SHARE = 0.05;
  /* From this share on a cache is so full that calls wait for blocks or lose theirs. */
  private static final double FULL_CACHE = 0.85;

  private final long staleNanos;
  private int running;
  private int prefilling;
  private long pendingTokens;
  private double tokens;
  private double seconds;
  private long fadedAt;
  private double promptTokens = 1000;
  private double callSeconds = 5;
  private ServerLoad told = ServerLoad.UNKNOWN;
  private long toldAt;
  private int runningThen;
  private int prefillingThen;

  /**
   * @param staleNanos age from which on what the server said no longer counts
   */
  Load(long staleNanos, long now) {
    this.staleNanos = staleNanos;
    this.fadedAt = now;
  }

  /**
   * A call starts.
   *
   * @param promptTokens tokens of its prompt that are not cached
   * @return tokens that lie before its first token, its own included
   */
  synchronized long start(long promptTokens) {
    running++;
    prefilling++;
    pendingTokens += promptTokens;
    this.promptTokens += 0.02 * (promptTokens - this.promptTokens);
    return pendingTokens;
  }

  /** Its first part is there. */
  synchronized void answered(long promptTokens, long tokensBefore, long nanos, long now) {
    prefilling--;
    pendingTokens -= promptTokens;
    fade(now);
    tokens = FADE * tokens + tokensBefore;
    double least = tokensBefore / FASTEST_TOKENS_PER_SECOND;
    seconds = FADE * seconds + Math.max(nanos * NANOS, least);
  }

  /** It ended before its first part. */
  synchronized void endedUnanswered(long promptTokens) {
    running--;
    prefilling--;
    pendingTokens -= promptTokens;
  }

  /** It ended after its first part, so long after its start. */
  synchronized void endedAnswered(long nanos) {
    running--;
    callSeconds += 0.02 * (nanos * NANOS - callSeconds);
  }

  /** The server told its load. */
  synchronized void told(ServerLoad load, long now) {
    told = load;
    toldAt = now;
    runningThen = running;
    prefillingThen = prefilling;
  }

  /** What the server told last, unless that is too long ago. */
  synchronized ServerLoad told(long now) {
    return now - toldAt > staleNanos ? ServerLoad.UNKNOWN : told;
  }

  private void fade(long now) {
    long age = now - fadedAt;
    if (age < FADE_STEP_NANOS) return;
    double kept = Math.pow(0.5, (double) age / HALF_LIFE_NANOS);
    tokens *= kept;
    seconds *= kept;
    fadedAt = now;
  }

  /**
   * Seconds until the first token of one more call.
   *
   * @param uncachedTokens tokens of its prompt that are not cached
   * @param peerSpeed prompt tokens per second of the fastest peer
   */
  synchronized double secondsToFirstToken(long uncachedTokens, double peerSpeed, long now) {
    fade(now);
    double tokenSeconds = (seconds + PEER_TOKENS / peerSpeed) / (tokens + PEER_TOKENS);
    ServerLoad server = told(now);
    double othersWaiting = positive(server.waiting() - prefillingThen);
    double othersRunning =
        positive(server.running() + server.waiting() - runningThen) - othersWaiting;
    double work = pendingTokens + uncachedTokens + othersWaiting * promptTokens;
    double batch = 1 + BATCH_SHARE * (running + positive(othersRunning));
    return work * tokenSeconds * batch
        + secondsInQueue(server)
        + pressure(server.cacheUse()) * promptTokens * tokenSeconds;
  }

  /* A server with a queue takes a call from it whenever another one ends. */
  private double secondsInQueue(ServerLoad server) {
    if (!(server.waiting() > 0)) return 0;
    double queued = positive(server.waiting() + prefilling - prefillingThen);
    double running = Math.max(1, positive(server.running()));
    return queued * callSeconds / running;
  }

  /* Prompts' worth of time lost where the cache is full: up to four are computed again. */
  private static double pressure(double cacheUse) {
    double full = positive(cacheUse - FULL_CACHE) / (1 - FULL_CACHE);
    return full * full * 4;
  }

  /* 0 for what is negative or not known. */
  private static double positive(double value) {
    return value > 0 ? value : 0;
  }

  synchronized int running() {
    return running;
  }

  synchronized long pendingTokens() {
    return pendingTokens;
  }

  /** Prompt tokens per second, measured; 0 where nothing was measured of late. */
  synchronized double tokensPerSecond() {
    if (tokens < 1) return 0;
    return tokens / seconds;
  }
}
