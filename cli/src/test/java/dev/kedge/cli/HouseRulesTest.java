package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * The rules that keep the sources readable: short files, short methods, speaking names, a design
 * note per package.
 */
class HouseRulesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("kedge.root", "..")).toAbsolutePath().normalize();
  private static final int LONGEST_FILE = 500;
  private static final int LONGEST_METHOD = 60;
  private static final int LONGEST_KERNEL_METHOD = 120;
  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Manager|Util|Utils|Helper|Impl)");

  private static List<Path> sources(String kind) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : List.of("engine", "platform", "cli", "bench")) {
      Path folder = ROOT.resolve(module).resolve("src").resolve(kind).resolve("java");
      if (!Files.exists(folder)) continue;
      try (Stream<Path> found = Files.walk(folder)) {
        found.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      }
    }
    return files;
  }

  @Test
  void filesHaveAtMostFiveHundredLines() throws IOException {
    List<String> tooLong = new ArrayList<>();
    List<Path> all = new ArrayList<>(sources("main"));
    all.addAll(sources("test"));
    for (Path file : all) {
      long lines = Files.readAllLines(file).size();
      if (lines > LONGEST_FILE) tooLong.add(ROOT.relativize(file) + ": " + lines);
    }
    assertThat(all).hasSizeGreaterThan(50);
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyPackageHasItsDesignNote() throws IOException {
    List<Path> without =
        sources("main").stream()
            .filter(file -> !file.endsWith("module-info.java"))
            .map(Path::getParent)
            .distinct()
            .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
            .map(ROOT::relativize)
            .toList();
    assertThat(without).isEmpty();
  }

  @Test
  void methodsStayShortAndNamesSpeak() throws IOException {
    List<String> broken = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources("main")));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Lengths(unit, positions).scan(unit, broken);
      }
    }
    assertThat(broken).isEmpty();
  }

  /** Notes methods that are too long and types whose name says nothing. */
  private static final class Lengths extends TreeScanner<Void, List<String>> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final int longest;

    Lengths(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
      boolean kernel =
          unit.getSourceFile().getName().replace('\\', '/').contains("/engine/kernel/");
      this.longest = kernel ? LONGEST_KERNEL_METHOD : LONGEST_METHOD;
    }

    @Override
    public Void visitMethod(MethodTree method, List<String> broken) {
      long lines =
          line(positions.getEndPosition(unit, method))
              - line(positions.getStartPosition(unit, method))
              + 1;
      if (lines > longest)
        broken.add(
            unit.getSourceFile().getName() + ": " + method.getName() + " has " + lines + " lines");
      return super.visitMethod(method, broken);
    }

    @Override
    public Void visitClass(ClassTree type, List<String> broken) {
      if (EMPTY_NAME.matcher(type.getSimpleName()).matches())
        broken.add(type.getSimpleName() + " says nothing");
      return super.visitClass(type, broken);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }
}
