import { openTransport } from './smtp-transport';
import { readSmtpUrl } from './smtp-url';

/** A command has ten seconds in all. */
const ANSWER_MS = 4_000;

/** Greets the mail server as delivery does, and signs in where the URL holds a user; sends nothing. @returns null, or why it does not work */
export async function checkSmtp(url: string): Promise<string | null> {
  try {
    const transport = openTransport(readSmtpUrl(url), ANSWER_MS);
    try {
      await transport.verify();
      return null;
    } finally {
      await transport.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
