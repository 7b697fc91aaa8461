/** An error that the user of the command line can fix. Its message is one sentence, and the command ends with exit code 1. */
export class CommandError extends Error {}

/** A signal has stopped the command. */
export class Stopped extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Stopped by ${signal}.`);
    this.signal = signal;
  }
}
