package dev.kedge.cli;

import dev.kedge.app.Platform;
import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/** A platform that follows its configuration. */
final class Reloading {
  private static final long LOOK_EVERY_SECONDS = 2;

  private Reloading() {}

  static KedgeFile read(Path config) throws IOException {
    if (!Files.isRegularFile(config)) {
      throw KedgeException.invalid("no configuration at " + config);
    }
    return KedgeFile.read(config);
  }

  /** Starts what a configuration declares; its paths are relative to its folder. */
  static Platform start(KedgeFile file, Path config) throws IOException {
    try (StartBar bar = new StartBar()) {
      return Platform.start(file, folder(config), bar);
    }
  }

  static Path folder(Path config) {
    Path folder = config.toAbsolutePath().getParent();
    return folder == null ? Path.of(".") : folder;
  }

  /** Looks every two seconds whether the file has changed, for as long as the process lives. */
  static void watch(Platform platform, Path config) {
    Thread.ofVirtual().name("kedge-config").start(() -> follow(platform, config));
  }

  private static void follow(Platform platform, Path config) {
    FileTime seen = changed(config, FileTime.fromMillis(0));
    try {
      while (true) {
        TimeUnit.SECONDS.sleep(LOOK_EVERY_SECONDS);
        FileTime now = changed(config, seen);
        if (now.equals(seen)) continue;
        seen = now;
        reload(platform, config);
      }
    } catch (InterruptedException _) {
      /* The process ends. */
    }
  }

  private static FileTime changed(Path config, FileTime otherwise) {
    try {
      return Files.getLastModifiedTime(config);
    } catch (IOException _) {
      return otherwise; // an editor is just replacing it
    }
  }

  private static void reload(Platform platform, Path config) {
    try {
      platform.reload(KedgeFile.read(config), folder(config));
      ServeLog.line("configuration taken over from " + config);
    } catch (KedgeException | IOException e) {
      ServeLog.line("the configuration stays as it was: " + e.getMessage());
    }
  }
}
