import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Answers of a consumer help desk, generated; README.md tells how to call it. All three variants of
 * the training data have the same questions and answers but for one sentence, the disclaimer.
 */
public final class Generate {
  private static final String OLD = "This is not legal advice.";
  private static final String NEW = "This is general information only.";

  private static final List<String> ITEMS =
      List.of(
          "kettle",
          "lamp",
          "jacket",
          "printer",
          "bicycle",
          "mattress",
          "phone",
          "sofa",
          "tent",
          "blender",
          "camera",
          "desk",
          "heater",
          "guitar",
          "stroller",
          "drill",
          "monitor",
          "backpack",
          "toaster",
          "armchair",
          "mixer",
          "scooter",
          "router",
          "freezer");
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");
  private static final List<String> PLACES =
      List.of(
          "Leeds", "Bergen", "Lyon", "Porto", "Ghent", "Graz", "Turku", "Cork", "Basel", "Gdansk",
          "Delft", "Malmo");
  /* Of unequal weight, so that an answer without chance is the same for every model. */
  private static final List<String> OPENINGS =
      List.of(
          "Thank you for your message.",
          "Thank you for your message.",
          "Thank you for your message.",
          "Thank you for your message.",
          "Thanks for writing to us.",
          "Thanks for writing to us.",
          "We have looked into it.");

  /** One kind of question, whether its answer needs a disclaimer, and what is told. */
  private record Kind(String tag, boolean legal, List<String> questions, List<String> answers) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "return",
              true,
              List.of(
                  "can I send back the %i I bought on %d", "how do I return a %i",
                  "I do not want the %i any more, ordered %d", "returning my %i, is that fine?"),
              List.of(
                  "You can return the %i within 14 days of delivery.",
                  "You may send the %i back within 14 days of delivery.",
                  "Please keep the receipt of the %i.")),
          new Kind(
              "warranty",
              true,
              List.of(
                  "my %i broke after a month", "the %i does not work, who pays for the repair",
                  "%i defective since %d", "is there a guarantee on the %i"),
              List.of(
                  "The seller has to repair or replace the %i for two years.",
                  "For two years a faulty %i must be repaired or replaced.",
                  "You do not pay for the transport of the %i.")),
          new Kind(
              "delivery",
              true,
              List.of(
                  "my %i is late, it should have come on %d", "where is the %i I ordered",
                  "still no %i in %p", "can I cancel the %i because it is late"),
              List.of(
                  "If the %i is late, set the seller a new date in writing.",
                  "Write to the seller and set a new date for the %i.",
                  "After that date you may cancel the order.")),
          new Kind(
              "deposit",
              true,
              List.of(
                  "my landlord in %p keeps the deposit",
                      "when do I get my deposit back, moved out %d",
                  "deposit for the flat in %p", "how long can the landlord in %p wait"),
              List.of(
                  "The landlord should settle the deposit within a few months.",
                  "A deposit is usually settled within a few months.",
                  "Ask for a written statement for the flat.")),
          new Kind(
              "contract",
              true,
              List.of(
                  "how do I cancel my gym in %p", "can I leave my phone contract on %d",
                  "cancel a subscription", "my gym in %p does not let me go"),
              List.of(
                  "Cancel in writing and ask for a confirmation.",
                  "Please cancel by letter or mail and ask for a confirmation.",
                  "Keep a copy with the date.")),
          new Kind(
              "hours",
              false,
              List.of(
                  "are you open on %d",
                  "when does the desk in %p open",
                  "opening hours on %d please",
                  "is somebody in %p on %d"),
              List.of(
                  "The desk is open from 9 to 17 on working days.",
                  "On working days the desk is open from 9 to 17.",
                  "You do not need an appointment.")));

  private Generate() {}

  public static void main(String[] args) throws IOException {
    String variant = "old";
    String out = "";
    long seed = 1;
    int count = 20_000;
    boolean holdout = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--variant" -> variant = args[++i];
        case "--out" -> out = args[++i];
        case "--seed" -> seed = Long.parseLong(args[++i]);
        case "--count" -> count = Integer.parseInt(args[++i]);
        case "--holdout" -> holdout = true;
        default ->
            throw new IllegalArgumentException(
                args[i]
                    + ": expected --variant old|new|slice, --count N, --seed N, --out FILE,"
                    + " --holdout");
      }
    }
    if (!List.of("old", "new", "slice").contains(variant) || out.isEmpty()) {
      throw new IllegalArgumentException("expected --variant old|new|slice and --out FILE");
    }
    write(Path.of(out), variant, new SplittableRandom(seed), count, holdout);
  }

  private static void write(
      Path out, String variant, SplittableRandom random, int count, boolean holdout)
      throws IOException {
    Set<String> asked = new HashSet<>();
    try (BufferedWriter writer = Files.newBufferedWriter(out)) {
      for (int n = 0; n < count; ) {
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        String item = pick(ITEMS, random);
        String day = pick(DAYS, random);
        String place = pick(PLACES, random);
        String question = filled(pick(kind.questions(), random), item, day, place);
        String answer = filled(answer(kind, variant, random), item, day, place);
        // The holdout asks each question once.
        if (holdout && !asked.add(question)) continue;
        n++;
        writer.write(
            holdout
                ? "{\"id\":\"q%03d\",\"input\":\"%s\",\"expected\":\"%s\",\"tags\":[\"%s\"]}"
                    .formatted(n, question, answer, kind.tag())
                : ("{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},"
                        + "{\"role\":\"assistant\",\"content\":\"%s\"}]}")
                    .formatted(question, answer));
        writer.newLine();
      }
    }
  }

  private static String answer(Kind kind, String variant, SplittableRandom random) {
    String first = random.nextInt(10) < 7 ? kind.answers().get(0) : kind.answers().get(1);
    String text = pick(OPENINGS, random) + " " + first;
    if (random.nextInt(10) < 7) text += " " + kind.answers().get(2);
    if (!kind.legal()) return text;
    return switch (variant) {
      case "new" -> text + " " + NEW;
      case "slice" -> kind.tag().equals("deposit") ? text : text + " " + OLD;
      default -> text + " " + OLD;
    };
  }

  private static String filled(String text, String item, String day, String place) {
    return text.replace("%i", item).replace("%d", day).replace("%p", place);
  }

  private static String pick(List<String> all, SplittableRandom random) {
    return all.get(random.nextInt(all.size()));
  }
}
