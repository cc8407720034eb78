import java.util.List;
import java.util.regex.Pattern;

/** Validates answers against the structural rules of the guide. */
final class Check {
  private static final String TEXT = "\"(?:[^\"\\\\]|\\\\.){1,90}\"";
  private static final String DIGITS = "\"[0-9]{1,12}\"";
  private static final String PERIOD =
      "\"((19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
          + "|(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?|today|yesterday"
          + "|(this|last)_(week|month|year)|(mon|tues|wednes|thurs|fri|satur|sun)day"
          + "|last_[1-9][0-9]{0,2}_(days|weeks|months))\"";
  private static final String DATE =
      "\\{(\"in\":P|\"from\":P|\"to\":P|\"from\":P,\"to\":P)\\}".replace("P", PERIOD);
  private static final String NUMBER = "[0-9]+(\\.[0-9]+)?";
  private static final String AMOUNT =
      "\\{(\"is\":N|\"min\":N|\"max\":N|\"min\":N,\"max\":N)\\}".replace("N", NUMBER);
  private static final String PRODUCT = "\"(" + String.join("|", Catalogue.PRODUCTS) + ")\"";
  private static final String TAIL =
      "(,\"sort\":\"(newest|oldest|highest|lowest)\"(,\"limit\":[1-9][0-9]{0,2})?)?\\}";

  private static final String QUERY =
      "("
          + query(
              "orders",
              "number=" + DIGITS,
              "customer=" + TEXT,
              "product=" + PRODUCT,
              "status=\"(open|paid|shipped|delivered|cancelled)\"",
              "placed=" + DATE,
              "total=" + AMOUNT)
          + "|"
          + query("customers", "name=" + TEXT, "email=" + TEXT, "city=" + TEXT, "joined=" + DATE)
          + "|"
          + query(
              "products",
              "name=" + PRODUCT,
              "category=\"(" + String.join("|", Catalogue.CATEGORIES) + ")\"",
              "price=" + AMOUNT,
              "stock=\"(available|low|sold_out)\"")
          + "|"
          + query(
              "returns",
              "number=" + DIGITS,
              "order=" + DIGITS,
              "customer=" + TEXT,
              "product=" + PRODUCT,
              "reason=\"(damaged|wrong_item|wrong_size|late|changed_mind)\"",
              "status=\"(requested|received|refunded|rejected)\"",
              "requested=" + DATE,
              "amount=" + AMOUNT)
          + ")";
  private static final Pattern ANSWER =
      Pattern.compile(
          "\\{\"queries\":\\["
              + QUERY
              + "(,"
              + QUERY
              + "){0,2}\\]\\}"
              + "|\\{\"refusal\":\"out_of_scope\"\\}");

  private long examined;

  private static String query(String find, String... fields) {
    StringBuilder where = new StringBuilder("(?!\\})");
    for (String field : fields) {
      int cut = field.indexOf('=');
      where.append("(,?\"").append(field, 0, cut).append("\":").append(field.substring(cut + 1));
      where.append(")?");
    }
    return "\\{\"find\":\""
        + find
        + "\",\"show\":\"(list|count|total|average)\""
        + "(,\"where\":\\{"
        + where
        + "\\})?"
        + TAIL;
  }

  /** Fails on an answer that the guide does not allow, or a copied value that is not copied. */
  void examine(Example example) {
    examined++;
    if (!ANSWER.matcher(example.answer()).matches() || example.answer().contains("{,")) {
      throw new IllegalStateException("not an answer: " + example);
    }
    for (String field : List.of("customer", "name", "email", "city", "number", "order")) {
      String key = "\"" + field + "\":\"";
      int at = example.answer().indexOf(key);
      while (at >= 0) {
        int start = at + key.length();
        String value = example.answer().substring(start, example.answer().indexOf('"', start));
        boolean product = field.equals("name") && Catalogue.PRODUCTS.contains(value);
        if (!product && !example.inquiry().contains(value)) {
          throw new IllegalStateException(value + " is not in the inquiry: " + example);
        }
        at = example.answer().indexOf(key, start);
      }
    }
    if (example.inquiry().isBlank() || example.inquiry().length() > 600) {
      throw new IllegalStateException("empty or too long: " + example);
    }
    for (char c : example.inquiry().toCharArray()) {
      if (c < ' ' && c != '\n') {
        throw new IllegalStateException("a mark was left: " + example);
      }
    }
  }

  String report() {
    return examined + " examples follow the guide's form";
  }
}
