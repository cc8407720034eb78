package dev.kedge.pilot;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a pilot is started with.
 *
 * @param task a task folder or file
 * @param model a GGUF file that takes the place of the task's model
 * @param out folder for reports, the 4-bit model and the state of steps
 * @param port to serve on; 0 takes any free one
 * @param fresh ignore results of earlier runs
 * @param version of Kedge: results of another version are not reused
 * @param command how to repeat this run, for the report
 * @param clock gives the date of the report
 */
public record PilotOptions(
    Path task,
    Optional<Path> model,
    Path out,
    int port,
    boolean fresh,
    String version,
    String command,
    InstantSource clock) {}
