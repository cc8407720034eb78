package dev.kedge.route.tier;

import java.util.List;

/**
 * Phrases by which models refuse or say that they do not know, in the languages that most answers
 * are in. Looked for in the first characters only: an answer that is about refusals says them
 * later.
 */
final class Hedges {
  private static final int LOOKED_AT = 240;

  /** Lower case, straight apostrophes, single blanks. */
  private static final List<String> PHRASES =
      List.of(
          "i cannot",
          "i can't",
          "i can not",
          "i am unable",
          "i'm unable",
          "i am not able to",
          "i'm not able to",
          "i am not sure",
          "i'm not sure",
          "i do not know",
          "i don't know",
          "i won't be able",
          "i'm sorry, but",
          "i am sorry, but",
          "i apologize, but",
          "as an ai",
          "as a language model",
          "unable to answer",
          "not enough information",
          "it is not possible to determine",
          "ich kann leider",
          "ich kann dir dabei nicht",
          "ich kann ihnen dabei nicht",
          "ich weiß nicht",
          "ich weiß es nicht",
          "ich bin nicht sicher",
          "ich bin mir nicht sicher",
          "es tut mir leid, aber",
          "tut mir leid, aber",
          "als ki",
          "je ne peux pas",
          "je ne suis pas en mesure",
          "je ne sais pas",
          "je ne suis pas sûr",
          "je suis désolé, mais",
          "no puedo",
          "no estoy seguro",
          "no sé",
          "lo siento, pero",
          "non posso",
          "non sono sicuro",
          "mi dispiace, ma",
          "não posso",
          "não sei",
          "não tenho certeza",
          "desculpe, mas");

  private Hedges() {}

  static boolean in(String answer) {
    String head = normal(answer);
    for (String phrase : PHRASES) {
      int at = head.indexOf(phrase);
      while (at >= 0) {
        if (alone(head, at, at + phrase.length())) return true;
        at = head.indexOf(phrase, at + 1);
      }
    }
    return false;
  }

  /** Not inside of words: "no sé" is not in "uno señal". */
  private static boolean alone(String text, int from, int to) {
    return (from == 0 || !Character.isLetter(text.charAt(from - 1)))
        && (to == text.length() || !Character.isLetter(text.charAt(to)));
  }

  private static String normal(String answer) {
    StringBuilder head = new StringBuilder(LOOKED_AT);
    for (int i = 0; i < answer.length() && head.length() < LOOKED_AT; i++) {
      char c = answer.charAt(i);
      if (c == '\u2019') c = '\'';
      if (!Character.isWhitespace(c)) head.append(Character.toLowerCase(c));
      else if (!head.isEmpty() && head.charAt(head.length() - 1) != ' ') head.append(' ');
    }
    return head.toString();
  }
}
