/** One line of training data. */
record Example(String inquiry, String answer) {
  String json() {
    return "{\"messages\":[{\"role\":\"user\",\"content\":"
        + Condition.quoted(inquiry)
        + "},{\"role\":\"assistant\",\"content\":"
        + Condition.quoted(answer)
        + "}]}";
  }
}
