/** The machine's monotonic clock, as `Ns` since a start of our choosing: exact in a double for 104 days. */
import { NS_PER_S, type Ns } from '../src-core/units.ts';

/** A function that gives the nanoseconds since this call, never going back. */
export function monotonicClock(): () => Ns {
  const [startSeconds, startNs] = process.hrtime();
  return () => {
    const [seconds, ns] = process.hrtime();
    return (seconds - startSeconds) * NS_PER_S + ns - startNs;
  };
}
