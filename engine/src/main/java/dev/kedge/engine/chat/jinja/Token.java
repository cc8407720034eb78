package dev.kedge.engine.chat.jinja;

/**
 * A token of a template.
 *
 * @param text the characters: of data and strings after all replacements, of numbers digits only
 * @param at offset in the template
 */
record Token(Kind kind, String text, int at) {
  enum Kind {
    DATA("text"),
    VARIABLE_BEGIN("'{{'"),
    VARIABLE_END("'}}'"),
    BLOCK_BEGIN("'{%'"),
    BLOCK_END("'%}'"),
    NAME("a name"),
    STRING("a string"),
    INTEGER("an integer"),
    FLOAT("a float"),
    OPERATOR("an operator"),
    END("the end of the template");

    private final String description;

    Kind(String description) {
      this.description = description;
    }
  }

  boolean is(Kind wanted, String spelling) {
    return kind == wanted && text.equals(spelling);
  }

  boolean isOperator(String spelling) {
    return is(Kind.OPERATOR, spelling);
  }

  boolean isName(String spelling) {
    return is(Kind.NAME, spelling);
  }

  String describe() {
    return kind == Kind.NAME || kind == Kind.OPERATOR ? "'" + text + "'" : kind.description;
  }
}
