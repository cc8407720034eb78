package dev.kedge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The package rules of the platform: who may know whom. */
class PackageRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.kedge");

  /** Below the features: no feature may be imported here. */
  private static final List<String> GROUND =
      List.of("base", "call", "wire", "config", "store", "report");

  /**
   * Features, each with the features that it may import. An edge is added here with its reason, in
   * the same change.
   */
  private static final Map<String, List<String>> FEATURES =
      Map.ofEntries(
          Map.entry("registry", List.of()),
          Map.entry("backend", List.of("registry")),
          Map.entry("route", List.of("backend")),
          Map.entry("access", List.of()),
          Map.entry("limit", List.of()),
          Map.entry("guard", List.of()),
          Map.entry("usage", List.of()),
          Map.entry("cost", List.of("usage")),
          // eval -> usage: a holdout is built from captured calls.
          Map.entry("eval", List.of("backend", "guard", "usage")),
          // label -> eval: labels become datasets; rates carry their intervals.
          Map.entry("label", List.of("usage", "eval")),
          // drift -> eval: it compares runs, with the same statistics; -> gate: it answers the
          // gate's question on the words (TextChanges).
          Map.entry("drift", List.of("usage", "eval", "gate")),
          Map.entry("load", List.of("backend")),
          Map.entry("observe", List.of()),
          // gate -> eval: it judges runs; -> evidence: decisions are signed.
          Map.entry("evidence", List.of()),
          Map.entry("gate", List.of("eval", "evidence")),
          // rollout -> eval: its sequences; -> gate: a step may need an approved gate; -> route:
          // it looks at answers as a cascade does; -> backend: a replay asks both models.
          Map.entry("rollout", List.of("eval", "evidence", "gate", "route", "backend")),
          Map.entry("pilot", List.of("eval", "cost", "usage", "load", "backend", "registry")));

  @Test
  void featuresImportOnlyTheFeaturesThatTheRuleNames() {
    FEATURES.forEach((feature, allowed) -> {
      String[] forbidden =
          FEATURES.keySet().stream()
              .filter(other -> !other.equals(feature) && !allowed.contains(other))
              .map(other -> "dev.kedge." + other + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.kedge." + feature + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(forbidden)
          .allowEmptyShould(true)
          .check(CLASSES);
    });
  }

  @Test
  void layersPointDownwards() {
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.kedge..")
        .withOptionalLayers(true)
        .layer("ground")
        .definedBy(GROUND.stream().map(name -> "dev.kedge." + name + "..").toArray(String[]::new))
        .layer("features")
        .definedBy(
            FEATURES.keySet().stream()
                .map(name -> "dev.kedge." + name + "..")
                .toArray(String[]::new))
        .layer("gateway")
        .definedBy("dev.kedge.gateway..")
        .layer("surface")
        .definedBy("dev.kedge.http..", "dev.kedge.console..")
        .layer("app")
        .definedBy("dev.kedge.app..")
        .whereLayer("app")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("surface")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("gateway")
        .mayOnlyBeAccessedByLayers("surface", "app")
        .whereLayer("features")
        .mayOnlyBeAccessedByLayers("gateway", "surface", "app")
        .check(CLASSES);
  }

  @Test
  void onlyTheHttpPackageKnowsTheServerLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.kedge.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    /* The engine is one slice here; its own rules look inside. */
    slices().matching("dev.kedge.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
