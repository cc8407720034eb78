import com.google.googlejavaformat.java.Formatter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Formats every Java file below a folder ({@code --write}) or fails naming those that are not ({@code --check}). */
final class Format {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("--write");
    Formatter formatter = new Formatter();
    int wrong = 0;
    for (Path file : javaFiles(Path.of(args[1]))) {
      String source = Files.readString(file);
      String formatted = formatter.formatSourceAndFixImports(source);
      if (source.equals(formatted)) continue;
      wrong++;
      System.out.println((write ? "formatted " : "not formatted: ") + file);
      if (write) Files.writeString(file, formatted);
    }
    if (wrong > 0 && !write) {
      System.out.println(wrong + " files; run: build/format");
      System.exit(1);
    }
  }

  private static List<Path> javaFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !root.relativize(file).toString().matches("(.*/)?(target|build|\\..*)/.*"))
          .toList();
    }
  }
}
