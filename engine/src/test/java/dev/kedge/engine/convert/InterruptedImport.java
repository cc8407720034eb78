package dev.kedge.engine.convert;

import dev.kedge.engine.weights.FileType;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An import in a process of its own, which stops at some point and waits to be killed. */
final class InterruptedImport {
  private InterruptedImport() {}

  /** Arguments: folder, output, type, share of the work. Prints a line when it is there. */
  public static void main(String[] arguments) throws Exception {
    FolderImport.Options options =
        new FolderImport.Options(Optional.of(FileType.valueOf(arguments[2])), true, 2, "test");
    double share = Double.parseDouble(arguments[3]);
    FolderImport.run(
        Path.of(arguments[0]),
        Path.of(arguments[1]),
        options,
        (step, done, total) -> {
          if (done < share * total) return;
          System.out.println("there");
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
