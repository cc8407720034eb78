package dev.kedge.engine.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says of a file. Two equal ones mean that nobody has written to the file in
 * between by ordinary means: the time of change of status cannot be set, unlike that of the
 * contents.
 *
 * @param bytes size
 * @param modifiedNanos last change of the contents
 * @param changedNanos last change of contents, name, owner or mode
 * @param inode with the device, identifies the file
 * @param owner user id
 * @param mode kind and permissions
 */
public record FileStat(
    long bytes,
    long modifiedNanos,
    long changedNanos,
    long inode,
    long device,
    int owner,
    int mode) {
  private static final int WRITABLE_BY_OTHERS = 0022;

  /** Of a file, links followed; empty where the system does not tell all of it. */
  public static Optional<FileStat> of(Path file) throws IOException {
    try {
      Map<String, Object> all =
          Files.readAttributes(file, "unix:size,lastModifiedTime,ctime,ino,dev,uid,mode");
      if (all.get("size") instanceof Long size
          && all.get("lastModifiedTime") instanceof FileTime modified
          && all.get("ctime") instanceof FileTime changed
          && all.get("ino") instanceof Long inode
          && all.get("dev") instanceof Long device
          && all.get("uid") instanceof Integer owner
          && all.get("mode") instanceof Integer mode) {
        return Optional.of(
            new FileStat(size, nanos(modified), nanos(changed), inode, device, owner, mode));
      }
      return Optional.empty();
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return Optional.empty(); // not a system of this kind: nothing is known
    }
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  /**
   * Whether only this process's user or the system's administrator can have written the file. False
   * where the user cannot be told.
   */
  public boolean ours() {
    return (mode & WRITABLE_BY_OTHERS) == 0 && (owner == 0 || owner == user());
  }

  /* The user id of this process, -1 where it cannot be told. */
  private static int user() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer id ? id : -1;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return -1;
    }
  }
}
