package dev.kedge.engine.machine;

import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.RAX;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Register.RDX;
import static dev.kedge.engine.machine.Register.RSI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineCodeTest {
  @Test
  void functionsGetTheirArguments() {
    List<MachineCode> functions = MachineCode.of(List.of(sum(1), sum(1000)));
    assumeFalse(functions.isEmpty(), "only on Linux and x86-64");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment place = arena.allocate(8, 8);
      functions.getFirst().call(place.address(), 20, 300);
      assertThat(place.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(321);
      functions.getLast().call(place.address(), -1, 0);
      assertThat(place.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(999);
    }
  }

  @Test
  void itsPagesCannotBeWritten() throws Exception {
    List<MachineCode> functions = MachineCode.of(List.of(sum(2)));
    assumeFalse(functions.isEmpty(), "only on Linux and x86-64");
    String first = Long.toHexString(functions.getFirst().address());
    assertThat(Files.readAllLines(Path.of("/proc/self/maps")))
        .filteredOn(line -> line.startsWith(first))
        .singleElement(STRING)
        .contains(" r-xp ");
  }

  @Test
  void processorsHaveNoMadeUpFeatures() {
    assertThat(Processor.has("fpu", "kedge")).isFalse();
  }

  /* *first = second + third + constant. */
  private static byte[] sum(int constant) {
    Assembler code = new Assembler();
    code.move(RAX, RSI);
    code.add(RAX, RDX);
    code.add(RAX, constant);
    code.store(at(RDI), RAX);
    code.ret();
    return code.code();
  }
}
