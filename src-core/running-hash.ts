/** A hash that grows with the PCM; the host program brings the algorithm (SHA-256 from Node), the core has none. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** Hexadecimal, of everything so far. May be called more than once. */
  digest(): string;
}
