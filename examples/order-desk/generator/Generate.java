import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Command line of the training data generator; README.md tells how to call it. */
public final class Generate {
  private Generate() {}

  private record Options(long seed, long count, String out, List<String> modes) {
    static Options of(String[] args) {
      long seed = 1;
      long count = 40;
      String out = "";
      List<String> modes = new java.util.ArrayList<>();
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--seed" -> seed = Long.parseLong(value(args, ++i));
          case "--count" -> count = Long.parseLong(value(args, ++i));
          case "--out" -> out = value(args, ++i);
          case "--show", "--statistics", "--check" -> modes.add(args[i]);
          default ->
              throw new IllegalArgumentException(
                  args[i]
                      + ": expected --seed N, --count N, --out FILE, --show, --check,"
                      + " --statistics");
        }
      }
      return new Options(seed, count, out, modes);
    }

    private static String value(String[] args, int i) {
      if (i >= args.length) {
        throw new IllegalArgumentException(args[i - 1] + " needs a value");
      }
      return args[i];
    }
  }

  public static void main(String[] args) throws IOException {
    Options options = Options.of(args);
    Inquirer inquirer = new Inquirer(Grammar.read(folder().resolve("phrases")));
    Statistics statistics = new Statistics();
    Check check = new Check();
    PrintStream console = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (BufferedWriter file =
        options.out().isEmpty() ? null : Files.newBufferedWriter(Path.of(options.out()))) {
      for (long i = 0; i < options.count(); i++) {
        Example example = inquirer.example(SplitMix.of(options.seed(), i));
        if (options.modes().contains("--check")) {
          check.examine(example);
        }
        if (options.modes().contains("--statistics")) {
          statistics.add(example);
        }
        if (options.modes().contains("--show")) {
          console.println(example.inquiry() + "\n    " + example.answer());
        }
        if (file != null) {
          file.write(example.json());
          file.write('\n');
        }
      }
    }
    if (options.modes().contains("--statistics")) {
      console.print(statistics.report());
    }
    if (options.modes().contains("--check")) {
      console.println(check.report());
    }
  }

  /** The folder of this source file, where the phrases lie. */
  private static Path folder() {
    var place = Generate.class.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(URI.create(place.toString())).getParent();
  }
}
