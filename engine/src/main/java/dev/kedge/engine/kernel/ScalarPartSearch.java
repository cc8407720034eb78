package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Parts.LANES;

/** The specification of the search, part by part. */
final class ScalarPartSearch implements PartSearch {
  @Override
  public void fitWithMinimum(Parts parts, int top) {
    for (int p = 0; p < LANES; p++) fitWithMinimum(parts, p, top);
  }

  private static void fitWithMinimum(Parts parts, int p, int top) {
    float least = 0;
    float most = 0;
    float sumX = 0;
    float sumXx = 0;
    for (int i = p; i < parts.x.length; i += LANES) {
      float x = parts.x[i];
      if (x < least) least = x;
      if (x > most) most = x;
      sumX += x;
      sumXx += x * x;
    }
    float scale = (most - least) / top;
    float minimum = 0 - least;
    float error = Float.POSITIVE_INFINITY;
    for (int step = 0; step < STEPS; step++) {
      float inverse = (top + FIRST_STEP + NEXT_STEP * step) / (most - least);
      float sumQ = 0;
      float sumQq = 0;
      float sumQx = 0;
      for (int i = p; i < parts.x.length; i += LANES) {
        // From 0 to half a level above the top at most: rounding alone keeps it in range.
        float level = (parts.x[i] - least) * inverse + ROUND - ROUND;
        sumQ += level;
        sumQq += level * level;
        sumQx += level * parts.x[i];
      }
      // Least squares of s·q − m; where m would be negative, of s·q alone.
      float determinant = parts.size * sumQq - sumQ * sumQ;
      float s = (parts.size * sumQx - sumX * sumQ) / determinant;
      float m = (sumQ * sumQx - sumQq * sumX) / determinant;
      if (m < 0) {
        m = 0;
        s = sumQx / sumQq;
      }
      float squares = s * s * sumQq - 2 * s * m * sumQ + parts.size * m * m;
      float left = sumXx - 2 * (s * sumQx - m * sumX) + squares;
      if (s > 0 && left < error) {
        error = left;
        scale = s;
        minimum = m;
      }
    }
    parts.scale[p] = scale;
    parts.minimum[p] = minimum;
  }

  @Override
  public void fitSigned(Parts parts) {
    for (int p = 0; p < LANES; p++) fitSigned(parts, p);
  }

  private static void fitSigned(Parts parts, int p) {
    float extreme = extreme(parts, p);
    float scale = extreme / -32;
    float gain = 0;
    for (int step = 0; step < STEPS; step++) {
      float inverse = (FIRST_EXTREME + NEXT_STEP * step) / extreme;
      float sumQq = 0;
      float sumQx = 0;
      for (int i = p; i < parts.x.length; i += LANES) {
        // The extreme is at -32.4 at most, which rounds to -32.
        float level = Math.min(parts.x[i] * inverse, 31) + ROUND - ROUND;
        sumQq += level * level;
        sumQx += level * parts.x[i];
      }
      float better = sumQx * sumQx / sumQq; // how much of Σx² the part explains
      if (better > gain) {
        gain = better;
        scale = sumQx / sumQq;
      }
    }
    parts.scale[p] = scale;
  }

  @Override
  public void refine(Parts parts, int top) {
    for (int p = 0; p < LANES; p++) {
      float scale = parts.scales[p];
      float minimum = parts.minima[p];
      float best = Float.POSITIVE_INFINITY;
      for (int ds = -1; ds <= 1; ds++) {
        for (int dm = -1; dm <= 1; dm++) {
          if (ds * dm != 0) continue;
          float s = Math.clamp(scale + ds, 0, MOST);
          float m = Math.clamp(minimum + dm, 0, MOST);
          float error = error(parts, p, s, m, top);
          if (error < best) {
            best = error;
            parts.scales[p] = s;
            parts.minima[p] = m;
          }
        }
      }
    }
  }

  private static float error(Parts parts, int p, float scales, float minima, int top) {
    float s = parts.scaleUnit[p] * scales;
    float m = parts.minimumUnit[p] * minima;
    float inverse = inverse(s);
    float error = 0;
    for (int i = p; i < parts.x.length; i += LANES) {
      float x = parts.x[i];
      float level = Math.min(Math.max((x + m) * inverse, 0), top) + ROUND - ROUND;
      float off = s * level - m - x;
      error += off * off;
    }
    return error;
  }

  static float inverse(float scale) {
    return scale == 0 ? 0 : 1 / scale;
  }

  @Override
  public void levels(Parts parts, int low, int top) {
    for (int p = 0; p < LANES; p++) {
      float m = parts.minimumUnit[p] * parts.minima[p];
      float inverse = inverse(parts.scaleUnit[p] * parts.scales[p]);
      for (int i = p; i < parts.x.length; i += LANES) {
        float level = Math.min(Math.max((parts.x[i] + m) * inverse, low), top);
        parts.levels[i] = level + ROUND - ROUND;
      }
    }
  }

  @Override
  public void extremes(Parts parts) {
    for (int p = 0; p < LANES; p++) parts.scale[p] = extreme(parts, p);
  }

  private static float extreme(Parts parts, int p) {
    float extreme = 0;
    for (int i = p; i < parts.x.length; i += LANES) {
      if (Math.abs(parts.x[i]) > Math.abs(extreme)) extreme = parts.x[i];
    }
    return extreme;
  }

  @Override
  public void scaled(Parts parts, float plus, float top) {
    for (int i = 0; i < parts.x.length; i++) {
      parts.levels[i] = Math.min(parts.x[i] * parts.inverse[i % LANES] + plus, top);
    }
  }

  @Override
  public void roundedAway(Parts parts) {
    for (int i = 0; i < parts.x.length; i++) {
      parts.levels[i] = PartSearch.roundHalfAway(parts.x[i] * parts.inverse[i % LANES]);
    }
  }

  @Override
  public boolean finite(float[] values, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (!Float.isFinite(values[i])) return false;
    }
    return true;
  }
}
