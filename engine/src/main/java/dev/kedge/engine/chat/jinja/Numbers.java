package dev.kedge.engine.chat.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Arithmetic and number formats as Python has them, with 64-bit integers. */
final class Numbers {
  private Numbers() {}

  static Value parseInteger(TokenStream in, Token token) {
    String text = token.text();
    int radix = 10;
    if (text.length() > 1 && text.charAt(0) == '0') {
      radix =
          switch (text.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 10;
          };
    }
    try {
      return new Value.Int(Long.parseLong(text.substring(radix == 10 ? 0 : 2), radix));
    } catch (NumberFormatException _) {
      throw in.error(token, "'" + text + "' is no integer of 64 bits");
    }
  }

  static boolean isNumber(Value value) {
    return value instanceof Value.Int || value instanceof Value.Real || value instanceof Value.Bool;
  }

  static boolean isWhole(Value value) {
    return value instanceof Value.Int || value instanceof Value.Bool;
  }

  static long whole(Value value) {
    return switch (value) {
      case Value.Int number -> number.value();
      case Value.Bool bool -> bool == Value.Bool.TRUE ? 1 : 0;
      case Value other -> throw new Fault("expected an integer, not " + other.kind());
    };
  }

  static double real(Value value) {
    return value instanceof Value.Real(double number) ? number : (double) whole(value);
  }

  static int compare(Value left, Value right) {
    return isWhole(left) && isWhole(right)
        ? Long.compare(whole(left), whole(right))
        : Double.compare(real(left) + 0.0, real(right) + 0.0);
  }

  static boolean equal(Value left, Value right) {
    if (isWhole(left) && isWhole(right)) {
      return whole(left) == whole(right);
    }
    return real(left) == real(right);
  }

  static Value arithmetic(String operator, Value left, Value right) {
    try {
      return isWhole(left) && isWhole(right)
          ? wholeArithmetic(operator, whole(left), whole(right))
          : new Value.Real(realArithmetic(operator, real(left), real(right)));
    } catch (ArithmeticException _) {
      throw new Fault("the result of " + operator + " does not fit in 64 bits");
    }
  }

  private static Value wholeArithmetic(String operator, long left, long right) {
    if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new Fault("division by zero");
    }
    return switch (operator) {
      case "+" -> new Value.Int(Math.addExact(left, right));
      case "-" -> new Value.Int(Math.subtractExact(left, right));
      case "*" -> new Value.Int(Math.multiplyExact(left, right));
      case "/" -> new Value.Real((double) left / right);
      case "//" -> new Value.Int(Math.floorDivExact(left, right));
      case "%" -> new Value.Int(Math.floorMod(left, right));
      default ->
          right < 0
              ? new Value.Real(realArithmetic(operator, (double) left, (double) right))
              : new Value.Int(power(left, right));
    };
  }

  private static long power(long base, long exponent) {
    long result = 1;
    long square = base;
    for (long e = exponent; e > 0; e >>= 1) {
      if ((e & 1) == 1) {
        result = Math.multiplyExact(result, square);
      }
      if (e > 1) {
        square = Math.multiplyExact(square, square);
      }
    }
    return result;
  }

  private static double realArithmetic(String operator, double left, double right) {
    boolean divides = operator.equals("/") || operator.equals("//") || operator.equals("%");
    if (right == 0 && divides) {
      throw new Fault("division by zero");
    }
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "//" -> Math.floor((left - remainder(left, right)) / right);
      case "%" -> remainder(left, right);
      default -> StrictMath.pow(left, right);
    };
  }

  private static double remainder(double left, double right) {
    double remainder = left % right;
    return remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder;
  }

  static Value negate(Value value) {
    return switch (value) {
      case Value.Real(double number) -> new Value.Real(-number);
      case Value other -> arithmetic("-", new Value.Int(0), other);
    };
  }

  /** The shortest text that reads back as this number, in Python's format. */
  static String print(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = decimal.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = decimal.unscaledValue().abs().toString();
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /** Rounds a number as {@code round(precision, method)} does. */
  static Value round(Value value, long precision, String method) {
    if (Math.abs(precision) > 100) {
      throw new Fault("round: the precision must lie between -100 and 100");
    }
    if (method.equals("common")) {
      BigDecimal exact =
          value instanceof Value.Real(double number)
              ? finite(number)
              : BigDecimal.valueOf(whole(value));
      BigDecimal rounded = exact.setScale((int) precision, RoundingMode.HALF_EVEN);
      return value instanceof Value.Real
          ? new Value.Real(rounded.doubleValue())
          : new Value.Int(rounded.longValue());
    }
    double scale = StrictMath.pow(10, (double) precision);
    double scaled = real(value) * scale;
    return switch (method) {
      case "ceil" -> new Value.Real(Math.ceil(scaled) / scale);
      case "floor" -> new Value.Real(Math.floor(scaled) / scale);
      default -> throw new Fault("round: the method must be common, ceil or floor");
    };
  }

  private static BigDecimal finite(double number) {
    if (!Double.isFinite(number)) {
      throw new Fault("round: the number is not finite");
    }
    return new BigDecimal(number);
  }
}
