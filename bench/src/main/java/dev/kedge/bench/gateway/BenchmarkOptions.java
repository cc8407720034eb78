package dev.kedge.bench.gateway;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What to measure.
 *
 * @param rounds each target is measured this often, in turn
 * @param time per measurement
 * @param warmUp per target
 * @param soak zero compares; otherwise how long Kedge alone runs under mixed load
 * @param targets names; those that are not installed are left out with a line on standard error
 * @param home the project's folder
 * @param work folder for configurations, stores and logs
 */
record BenchmarkOptions(
    int rounds,
    Duration time,
    Duration warmUp,
    Duration soak,
    List<String> targets,
    Path home,
    Path work) {
  BenchmarkOptions {
    targets = List.copyOf(targets);
  }

  private static final String HELP =
      """
      Usage: bench/gateway [--rounds N] [--time SECONDS] [--warm-up SECONDS] [--soak MINUTES] [--targets A,B,…]
        Measures what a gateway adds to a call: direct, nginx, kedge, peer (npm's @portkey-ai/gateway).
        nginx:  apt install nginx-light
        peer:   (cd bench/peers && npm ci)
        --rounds N        rounds over all targets (3); medians are printed
        --time S          seconds per measurement (5)
        --warm-up S       seconds of load before the first round, per target (10)
        --soak M          instead: M minutes of mixed load on kedge, memory each minute
        --targets A,B     of direct, nginx, kedge, peer (all)
      """;

  static BenchmarkOptions parse(String[] args) {
    int rounds = 3;
    int time = 5;
    int warmUp = 10;
    int soak = 0;
    List<String> targets = List.of("direct", "nginx", "kedge", "peer");
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--help")) {
        System.out.print(HELP);
        System.exit(0);
      }
      if (i + 1 == args.length) throw wrong(args[i]);
      String value = args[i + 1];
      switch (args[i++]) {
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--time" -> time = Integer.parseInt(value);
        case "--warm-up" -> warmUp = Integer.parseInt(value);
        case "--soak" -> soak = Integer.parseInt(value);
        case "--targets" -> targets = List.of(value.split(","));
        default -> throw wrong(args[i - 1]);
      }
    }
    Path home = Path.of(System.getProperty("kedge.home", ".")).toAbsolutePath().normalize();
    return new BenchmarkOptions(
        rounds,
        Duration.ofSeconds(time),
        Duration.ofSeconds(warmUp),
        Duration.ofMinutes(soak),
        targets,
        home,
        home.resolve("bench/target/gateway-benchmark"));
  }

  private static IllegalArgumentException wrong(String option) {
    System.err.print(HELP);
    return new IllegalArgumentException("unknown option, or one without a value: " + option);
  }
}
