package dev.kedge.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The guide explains every key of {@code kedge.yaml} and none that does not exist. */
class GuideTest {
  private static final Path ROOT = Path.of(System.getProperty("kedge.root", ".."));
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_.]+)` \\|.*\\|.*\\|$");

  /** The keys of each section by the places where it stands; a section may stand in several. */
  private final Map<Class<?>, List<String>> places = new LinkedHashMap<>();

  private static Set<String> explained() throws IOException {
    String guide = Files.readString(ROOT.resolve("docs/GATEWAY.md"));
    return ROW.matcher(guide)
        .results()
        .map(row -> row.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /* The section behind a key, through lists and options; null for a plain value. */
  private static Class<?> section(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return section(arguments[arguments.length - 1]);
    }
    Class<?> plain = (Class<?>) type;
    boolean own = plain.isRecord() && !plain.equals(SecretReference.class);
    return own ? plain : Object.class;
  }

  private void visit(Class<?> section, String place) {
    places.computeIfAbsent(section, _ -> new ArrayList<>()).add(place);
    for (RecordComponent component : section.getRecordComponents()) {
      Class<?> inner = section(component.getGenericType());
      if (inner.isRecord()) visit(inner, place + key(component) + ".");
    }
  }

  @Test
  void everyKeyIsExplained() throws IOException {
    visit(KedgeFile.class, "");
    Set<String> explained = explained();
    assertThat(places).hasSizeGreaterThan(20);
    places.forEach((section, where) -> {
      for (RecordComponent component : section.getRecordComponents()) {
        if (section(component.getGenericType()).isRecord()) continue;
        assertThat(where)
            .as(section.getSimpleName() + "." + component.getName())
            .anyMatch(place -> explained.contains(place + key(component)));
      }
    });
  }

  @Test
  void everyExplainedKeyExists() throws IOException {
    visit(KedgeFile.class, "");
    Set<String> known = new TreeSet<>();
    places.forEach((section, where) -> {
      for (RecordComponent component : section.getRecordComponents()) {
        where.forEach(place -> known.add(place + key(component)));
      }
    });
    assertThat(known).containsAll(explained());
  }
}
