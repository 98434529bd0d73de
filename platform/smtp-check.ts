import { createTransport } from 'nodemailer';

const ANSWER_MS = 5_000;

/** Greets the mail server, and signs in where the URL holds a user; sends nothing. @returns null, or why it does not work */
export async function checkSmtp(url: string): Promise<string | null> {
  const transport = createTransport({
    url,
    connectionTimeout: ANSWER_MS,
    greetingTimeout: ANSWER_MS,
    socketTimeout: ANSWER_MS,
    dnsTimeout: ANSWER_MS,
  });
  try {
    await transport.verify();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    transport.close();
  }
}
