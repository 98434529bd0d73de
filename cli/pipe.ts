/** A stream that somebody may stop reading, as `| head` does. */
export interface Pipe {
  /** Resolves when more can be written: true; or when nobody reads any more: false. */
  write(text: string): Promise<boolean>;
  /** Whether its reader has gone. */
  closed(): boolean;
}

/** Writes no faster than it is read, and takes a reader that goes as the end, not as an error. */
export function pipeTo(stream: NodeJS.WritableStream): Pipe {
  let gone = false;
  let failed: Error | null = null;
  let resume: () => void = () => undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    // A full disk is an error; a closed pipe is not.
    if (error.code !== 'EPIPE') failed = error;
    resume();
  });
  stream.on('drain', () => resume());
  return {
    closed: () => gone,
    async write(text) {
      if (!gone && !stream.write(text)) await new Promise<void>((resolve) => (resume = resolve));
      // An error of a write is told a turn later.
      else await new Promise<void>((resolve) => setImmediate(resolve));
      if (failed !== null) throw failed;
      return !gone;
    },
  };
}
