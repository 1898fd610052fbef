/** What the user can mend: a code for programs, a message for people, and what to do about it. Thrown by the hosts, shown
 *  by whoever the user talks to. The guest's mistakes are violations and ours are assertions; neither is a HostError. */
export class HostError extends Error {
  /** For programs and tests: `socket-in-use`. */
  readonly code: string;
  /** A sentence that says what to do. */
  readonly action: string;

  /** `message` says what is wrong, in a sentence; `action` what to do about it, in another. */
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = 'HostError';
    this.code = code;
    this.action = action;
  }
}
