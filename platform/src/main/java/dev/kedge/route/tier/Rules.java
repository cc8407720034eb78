package dev.kedge.route.tier;

import dev.kedge.config.TierSection.Rule;
import java.util.List;
import java.util.Optional;

/** The rules of a virtual model. Immutable, for all threads. */
final class Rules {
  private final List<Rule> rules;

  Rules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** The first that matches. */
  Optional<Rule> first(RequestFacts request, TierFacts caller) {
    if (rules.isEmpty()) return Optional.empty();
    GuessedLanguage language = new GuessedLanguage(request.text());
    for (Rule rule : rules) {
      if (fitsCaller(rule, caller)
          && fitsLength(rule, request)
          && fitsForm(rule, request)
          && fitsLanguage(rule, language)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  private static boolean fitsCaller(Rule rule, TierFacts caller) {
    return fits(rule.keys(), caller.key())
        && fits(rule.tenants(), caller.tenant())
        && (rule.tags().isEmpty() || caller.tags().stream().anyMatch(rule.tags()::contains));
  }

  private static boolean fits(List<String> wanted, String found) {
    if (wanted.isEmpty()) return true;
    for (String name : wanted) {
      boolean prefix = name.endsWith("*");
      if (prefix ? found.startsWith(name.substring(0, name.length() - 1)) : found.equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean fitsLength(Rule rule, RequestFacts request) {
    return within(rule.minCharacters(), rule.maxCharacters(), request.characters())
        && within(rule.minTokens(), rule.maxTokens(), request.tokens());
  }

  private static boolean within(Optional<Integer> least, Optional<Integer> most, long value) {
    return value >= least.orElse(0) && (most.isEmpty() || value <= most.get());
  }

  private static boolean fitsForm(Rule rule, RequestFacts request) {
    return rule.tools().orElse(request.tools()) == request.tools()
        && rule.images().orElse(request.images()) == request.images()
        && (rule.formats().isEmpty() || rule.formats().contains(request.format()));
  }

  private static boolean fitsLanguage(Rule rule, GuessedLanguage language) {
    if (rule.languages().isEmpty() && rule.languagesExcept().isEmpty()) return true;
    String code = language.code();
    return (rule.languages().isEmpty() || rule.languages().contains(code))
        && !rule.languagesExcept().contains(code);
  }

  /** Guessed at most once per call, and only where a rule asks. */
  private static final class GuessedLanguage {
    private final String text;
    private Optional<String> code = Optional.empty();

    GuessedLanguage(String text) {
      this.text = text;
    }

    /** Empty where it cannot be told. */
    String code() {
      if (code.isEmpty()) code = Optional.of(Language.guess(text).orElse(""));
      return code.get();
    }
  }
}
