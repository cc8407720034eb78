package dev.kedge.label;

import dev.kedge.store.Store;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.StringNode;

/**
 * A process in which two people label until it is killed; it says each person and item on standard
 * output once {@link Labelling#answer} has returned.
 */
final class LabellingProcess {
  static final String PROJECT = "killed";
  static final List<String> PEOPLE = List.of("ann", "bob");

  private LabellingProcess() {}

  /** Argument: URL of the store. */
  public static void main(String[] args) throws InterruptedException {
    Labelling labelling = new Labelling(Store.open(args[0]), InstantSource.system());
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    List<Thread> threads = new ArrayList<>();
    for (String person : PEOPLE) {
      threads.add(Thread.ofPlatform().start(() -> label(labelling, person, out)));
    }
    for (Thread thread : threads) thread.join();
  }

  private static void label(Labelling labelling, String person, FileOutputStream out) {
    try {
      while (labelling.next(PROJECT, person) instanceof Assignment.Work work) {
        labelling.answer(PROJECT, work.item().id(), person, StringNode.valueOf(person));
        out.write((person + " " + work.item().id() + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
